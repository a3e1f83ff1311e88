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

async function isTokenRefused(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    const headers = { Authorization: `Bearer ${store.getState().session.session?.token ?? ''}` };
    const { status } = await fetch(new URL('api/users/me', document.baseURI), { headers, signal: AbortSignal.timeout(5_000) });
    return status === 401;
  } catch {
    return false;
  }
}

/** How the app's connection meets the rest of the app: its token from the session, its events into the store. */
export const appConnection: WebSocketManagerOptions = {
  transports: [signalrTransport, socketTransport],
  token,
  isTokenRefused,
  onStatus: (status) => store.dispatch(setConnectionStatus(status)),
  onEvents: (events, me) => store.dispatch(eventsReceived({ events, me, now: Date.now() })),
};
