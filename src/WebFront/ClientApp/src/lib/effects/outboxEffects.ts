import { isAnyOf } from '@reduxjs/toolkit';
import { localStore } from '@/lib/localStore';
import { isLookedAt } from '@/lib/notifications/lookedAt';
import { Outbox } from '@/lib/outbox/outbox';
import { failureOf } from '@/lib/redux/services/baseApi';
import { conversationApi } from '@/lib/redux/services/conversationApi';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import {
  messageConfirmed,
  messageFailed,
  messageQueued,
  messageRetried,
  outboxLoaded,
  type OutboxItem,
} from '@/lib/redux/slices/outboxSlice';
import { toastShown } from '@/lib/redux/slices/toastsSlice';
import { startListening, store } from '@/lib/redux/store';

async function post(item: OutboxItem): Promise<ReturnType<typeof failureOf> | null> {
  const { id, conversationId, text } = item;
  const body = { conversationId, text, client_message_id: id };
  // Another tab may send the same message meanwhile: the server takes it once, because the id is the same.
  const { error } = await store.dispatch(conversationApi.endpoints.postMessage.initiate(body, { track: false }));
  return error ? failureOf(error) : null;
}

function canSend(): boolean {
  const { session, connection } = store.getState();
  return session.session !== null && (navigator.onLine || connection.status.state === 'live');
}

const outbox = new Outbox({
  items: () => (canSend() ? store.getState().outbox.items : []),
  post,
  onConfirmed: (id) => store.dispatch(messageConfirmed(id)),
  onFailed: (id, { message }) => store.dispatch(messageFailed({ id, failure: message })),
});

function tellOfRefusal({ conversationId, title, failure = '' }: OutboxItem): void {
  // One for each conversation: what waits there is mostly refused for one reason.
  const id = `unsent-${conversationId}`;
  store.dispatch(toastShown({ id, kind: 'error', title: title ? `Not sent to ${title}` : 'Not sent', text: failure, conversationId }));
}

/** Sends what is written, tells of what was refused, and keeps IndexedDB saying the same as the slice. */
export function startOutbox(): void {
  startListening({ matcher: isAnyOf(messageQueued, messageRetried, outboxLoaded), effect: () => outbox.wake() });
  startListening({
    actionCreator: setConnectionStatus,
    effect: ({ payload }) => {
      if (payload.state === 'live') outbox.wake();
    },
  });
  window.addEventListener('online', () => outbox.wake());
  startListening({
    actionCreator: messageFailed,
    effect: ({ payload }, { getState }) => {
      const item = getState().outbox.items.find(({ id }) => id === payload.id);
      // Where it is looked at, the message's own row says so.
      if (item && !isLookedAt(item.conversationId)) tellOfRefusal(item);
    },
  });

  startListening({
    predicate: (_, { outbox, session }, before) => session.session !== null && outbox.items !== before.outbox.items,
    effect: async (_, { getState, getOriginalState }) => {
      const { outbox, session } = getState();
      if (!session.session) return;
      // The state before the action can only be had before the first await.
      const before = new Map(getOriginalState().outbox.items.map((item) => [item.id, item]));
      const waiting = new Set(outbox.items.map((item) => item.id));
      const stored = await localStore(session.session.userId);
      for (const id of before.keys()) if (!waiting.has(id)) await stored.removeOutboxItem(id);
      for (const item of outbox.items) {
        const known = before.get(item.id);
        // New ones were stored before they were shown; what changes later is whether they failed.
        if (known && known !== item) await stored.putOutboxItem(item);
      }
    },
  });
}
