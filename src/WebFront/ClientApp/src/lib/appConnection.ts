import { renewSession } from '@/auth/tokenSource';
import { eventsReceived } from '@/lib/redux/actions';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { retryAfterOf } from '@/lib/redux/services/answers';
import { store } from '@/lib/redux/store';
import { signalrTransport } from '@/lib/transport/signalrTransport';
import { socketTransport } from '@/lib/transport/socketTransport';
import type { TicketAnswer, WebSocketManagerOptions } from '@/lib/websocketOptions';

async function token(renew: boolean): Promise<string | null> {
  const { session } = store.getState().session;
  if (!session) return null;
  return renew ? renewSession(session.userId, store) : session.token;
}

function call(path: string, method = 'GET'): Promise<Response> {
  const headers = { Authorization: `Bearer ${store.getState().session.session?.token ?? ''}` };
  return fetch(new URL(path, document.baseURI), { method, headers, signal: AbortSignal.timeout(5_000) });
}

/** Close codes for the answers of the contract that mean more than a connection that failed. */
const closeCodes: Partial<Record<number, number>> = { 401: 4401, 429: 4429 };

/** Only a server without tickets is given the token itself: addresses are written down by all that they pass. */
async function ticket(): Promise<TicketAnswer> {
  try {
    const response = await call('api/ws-ticket', 'POST');
    if (response.ok) return (await response.json()) as { ticket: string };
    if (response.status === 404) return { ticket: null };
    const { status, headers } = response;
    return { closed: { code: closeCodes[status] ?? 1006, reason: `No ticket: ${status}.`, retryAfter: retryAfterOf(headers) } };
  } catch {
    return { closed: { code: 1006, reason: 'The server can’t be reached.' } };
  }
}

async function isTokenRefused(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    return (await call('api/users/me')).status === 401;
  } catch {
    return false;
  }
}

/** How the app's connection meets the rest of the app: its token from the session, its events into the store. */
export const appConnection: WebSocketManagerOptions = {
  transports: [signalrTransport, socketTransport],
  token,
  ticket,
  isTokenRefused,
  onStatus: (status) => store.dispatch(setConnectionStatus(status)),
  onEvents: (events, me) => store.dispatch(eventsReceived({ events, me, now: Date.now() })),
};
