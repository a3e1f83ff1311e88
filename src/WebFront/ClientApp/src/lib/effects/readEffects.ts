import { conversationListApi } from '@/lib/redux/services/conversationListApi';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { conversationRead } from '@/lib/redux/slices/conversationsSlice';
import { startListening, store } from '@/lib/redux/store';

/** Reading on while messages stream in is one call at the end, not one for each; in milliseconds. */
const settleTime = 250;

/** Marks the server doesn't know yet. One that couldn't be told is told once the connection is back. */
const untold = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;

function tell(): void {
  timer = undefined;
  for (const [conversationId, seq] of untold) {
    untold.delete(conversationId);
    const told = store.dispatch(conversationListApi.endpoints.markRead.initiate({ conversationId, seq }, { track: false }));
    void told.then(({ error }) => {
      const passes = error !== undefined && 'status' in error && typeof error.status === 'string';
      if (passes && (untold.get(conversationId) ?? 0) < seq) untold.set(conversationId, seq);
    });
  }
}

export function startReading(): void {
  startListening({
    actionCreator: conversationRead,
    effect: ({ payload }) => {
      untold.set(payload.conversationId, Math.max(payload.seq, untold.get(payload.conversationId) ?? 0));
      timer ??= setTimeout(tell, settleTime);
    },
  });
  startListening({
    actionCreator: setConnectionStatus,
    effect: ({ payload }) => {
      if (payload.state === 'live' && untold.size > 0) tell();
    },
  });
}
