import { localStore, type LastSeen } from '@/lib/localStore';
import { lastSeenRestored, signedOut } from '@/lib/redux/actions';
import type { InboxEntry } from '@/lib/redux/slices/chatSlice';
import { selectConversations } from '@/lib/redux/selectors';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { draftsLoaded } from '@/lib/redux/slices/draftsSlice';
import { outboxLoaded } from '@/lib/redux/slices/outboxSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { startListening, store, type RootState } from '@/lib/redux/store';

/** What is kept for a start without a network: enough to read on, not an archive. */
const keptConversations = 50;
const keptLogs = 20;
const keptMessages = 60;
/** At most one write in this time, in milliseconds. */
const storeInterval = 1_000;

/** Without one it is no news, and not told of again. */
function withoutCursor({ ...entry }: InboxEntry): InboxEntry {
  delete entry.cursor;
  return entry;
}

function lastSeenOf(state: RootState): LastSeen {
  const conversations = selectConversations(state).slice(0, keptConversations);
  const logs = conversations.filter(({ id }) => state.chat.messages[id]).slice(0, keptLogs);
  return {
    conversations,
    messages: Object.fromEntries(logs.map(({ id }) => [id, state.chat.messages[id]?.slice(-keptMessages) ?? []])),
    notifications: state.chat.notifications.slice(0, keptConversations).map(withoutCursor),
    unreadNotifications: state.chat.unreadNotifications,
  };
}

/** Brings back what this user left on this device: what was last seen, what wasn't sent, what wasn't finished. */
async function restore(userId: string): Promise<void> {
  try {
    const stored = await localStore(userId);
    const [lastSeen, items, drafts] = await Promise.all([stored.lastSeen(), stored.outbox(), stored.drafts()]);
    const { session, conversations } = store.getState();
    if (session.session?.userId !== userId) return;
    // Whatever the server has said meanwhile is newer.
    if (lastSeen && !conversations.loaded) store.dispatch(lastSeenRestored(lastSeen));
    store.dispatch(draftsLoaded(drafts));
    store.dispatch(outboxLoaded(items));
  } catch {
    // No IndexedDB (some private windows): everything works, only nothing outlives the page.
  }
}

/** What was written in a tab that was closed before it could be sent: any other one sends it. What was refused is its own tab's to ask about. */
async function takeOver(userId: string): Promise<void> {
  try {
    const items = (await (await localStore(userId)).outbox()).filter(({ failure }) => failure === undefined);
    if (items.length > 0 && store.getState().session.session?.userId === userId) store.dispatch(outboxLoaded(items));
  } catch {
    // As above.
  }
}

export function startRestoring(): void {
  startListening({
    actionCreator: setConnectionStatus,
    effect: async ({ payload }, { getState }) => {
      const userId = getState().session.session?.userId;
      if (payload.state === 'live' && userId) await takeOver(userId);
    },
  });
  // Whoever sits here next must not find it. What this person wrote stays: it is sent, or finished, after the next sign-in.
  startListening({
    actionCreator: signedOut,
    effect: async (_, { getOriginalState }) => {
      const userId = getOriginalState().session.session?.userId;
      try {
        if (userId) await (await localStore(userId)).removeLastSeen();
      } catch {
        // As above.
      }
    },
  });
  startListening({ actionCreator: signedIn, effect: ({ payload }) => restore(payload.userId) });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = async () => {
    timer = undefined;
    const state = store.getState();
    const userId = state.session.session?.userId;
    if (!userId || !state.conversations.loaded) return;
    try {
      await (await localStore(userId)).putLastSeen(lastSeenOf(state));
    } catch {
      // As above.
    }
  };
  startListening({
    predicate: (_, { chat, conversations }, before) => chat !== before.chat || conversations !== before.conversations,
    effect: () => {
      timer ??= setTimeout(() => void keep(), storeInterval);
    },
  });
}
