import { renewToken } from '@/auth/tokenSource';
import { eventsReceived } from '@/lib/redux/actions';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { sessionExpired, tokenRenewed } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';
import { signalrTransport } from '@/lib/transport/signalrTransport';
import { socketTransport } from '@/lib/transport/socketTransport';
import type { WebSocketManagerOptions } from '@/lib/websocketOptions';

async function token(renew: boolean): Promise<string | null> {
  const { session } = store.getState().session;
  if (!session || !renew) return session?.token ?? null;
  const fresh = await renewToken();
  if (fresh === null) store.dispatch(sessionExpired('Your sign-in has expired. Sign in again.'));
  else store.dispatch(tokenRenewed(fresh));
  return fresh;
}

function call(path: string, method = 'GET'): Promise<Response> {
  const headers = { Authorization: `Bearer ${store.getState().session.session?.token ?? ''}` };
  return fetch(new URL(path, document.baseURI), { method, headers, signal: AbortSignal.timeout(5_000) });
}

/** Where there is none, the token itself opens the connection, or is told why it doesn't. */
async function ticket(): Promise<string | null> {
  try {
    const response = await call('api/ws-ticket', 'POST');
    return response.ok ? ((await response.json()) as { ticket: string }).ticket : null;
  } catch {
    return null;
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
