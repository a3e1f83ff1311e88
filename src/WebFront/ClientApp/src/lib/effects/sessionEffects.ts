import { setTokenSource } from '@/auth/tokenSource';
import { storedSession, storeSession } from '@/auth/session';
import { localStore } from '@/lib/localStore';
import { signedOut } from '@/lib/redux/actions';
import { authApi } from '@/lib/redux/services/authApi';
import { baseApi } from '@/lib/redux/services/baseApi';
import { draftChanged, draftsLoaded } from '@/lib/redux/slices/draftsSlice';
import { outboxLoaded } from '@/lib/redux/slices/outboxSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { settingsChanged, storeSettings } from '@/lib/redux/slices/settingsSlice';
import { startListening, store } from '@/lib/redux/store';

/** Brings back what this user left on this device: what wasn't sent, and what wasn't finished. */
async function restore(userId: string): Promise<void> {
  try {
    const stored = await localStore(userId);
    const [items, drafts] = await Promise.all([stored.outbox(), stored.drafts()]);
    if (store.getState().session.session?.userId !== userId) return;
    store.dispatch(draftsLoaded(drafts));
    store.dispatch(outboxLoaded(items));
  } catch {
    // No IndexedDB (some private windows): everything works, only nothing outlives the page.
  }
}

export function startSession(): void {
  startListening({
    actionCreator: signedIn,
    effect: async ({ payload }) => {
      storeSession(payload);
      await restore(payload.userId);
    },
  });
  startListening({
    actionCreator: signedOut,
    effect: (_, { dispatch }) => {
      storeSession(null);
      window.location.hash = '#/';
      dispatch(baseApi.util.resetApiState());
    },
  });
  startListening({
    predicate: (_, { session }, before) => session.session?.token !== before.session.session?.token,
    effect: (_, { getState }) => {
      const { session } = getState().session;
      if (session) storeSession(session);
    },
  });
  startListening({
    actionCreator: draftChanged,
    effect: async ({ payload }, { getState }) => {
      const userId = getState().session.session?.userId;
      if (userId) await (await localStore(userId)).putDraft(payload.conversationId, payload.text).catch(() => undefined);
    },
  });
  startListening({
    actionCreator: settingsChanged,
    effect: (_, { getState }) => storeSettings(getState().settings),
  });

  // By name, nobody has to be asked again: the same call makes the next token.
  setTokenSource(async () => {
    const { session } = store.getState().session;
    if (!session) return null;
    const body = { user_id: session.userId, name: session.name || undefined };
    const { data } = await store.dispatch(authApi.endpoints.createToken.initiate(body, { track: false }));
    return data?.token ?? null;
  });

  const session = storedSession();
  if (session) store.dispatch(signedIn(session));
}
