import { backoff } from '@/lib/reconnect';
import { signedOut } from '@/lib/redux/actions';
import { failureOf, mayPass } from '@/lib/redux/services/baseApi';
import { conversationListApi } from '@/lib/redux/services/conversationListApi';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { conversationRead } from '@/lib/redux/slices/conversationsSlice';
import { startListening, store } from '@/lib/redux/store';

/** Reading on while messages stream in is one call at the end, not one for each; in milliseconds. */
const settleTime = 250;

/** Marks the server doesn't know yet, of whoever is signed in. */
let untold = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;
/** Calls in a row that failed. */
let failures = 0;

function note(marks: Map<string, number>, conversationId: string, seq: number): void {
  marks.set(conversationId, Math.max(seq, marks.get(conversationId) ?? 0));
}

async function tellOne(marks: Map<string, number>, conversationId: string, seq: number): Promise<void> {
  const { error } = await store.dispatch(conversationListApi.endpoints.markRead.initiate({ conversationId, seq }, { track: false }));
  if (error === undefined) {
    failures = 0;
    return;
  }
  const failure = failureOf(error);
  // Somebody else's by now, or nothing that a repeat could change.
  if (marks !== untold || !mayPass(failure)) return;
  note(marks, conversationId, seq);
  // Without a network, the connection's return says when; one call may be lost on a line that stands.
  if (failure.code === 'network' && store.getState().connection.status.state !== 'live') return;
  timer ??= setTimeout(tell, Math.max(backoff(failures++, Math.random), (failure.retryAfter ?? 1) * 1000));
}

function tell(): void {
  clearTimeout(timer);
  timer = undefined;
  const marks = [...untold];
  untold.clear();
  for (const [conversationId, seq] of marks) void tellOne(untold, conversationId, seq);
}

/** Tells the server what was read here. */
export function startReading(): void {
  startListening({
    actionCreator: conversationRead,
    effect: ({ payload }) => {
      note(untold, payload.conversationId, payload.seq);
      timer ??= setTimeout(tell, settleTime);
    },
  });
  startListening({
    actionCreator: setConnectionStatus,
    effect: ({ payload }) => {
      if (payload.state === 'live' && untold.size > 0) tell();
    },
  });
  startListening({
    actionCreator: signedOut,
    effect: () => {
      clearTimeout(timer);
      timer = undefined;
      untold = new Map();
      failures = 0;
    },
  });
}
