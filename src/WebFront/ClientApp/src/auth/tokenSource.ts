import { claimsOf } from '@/auth/claims';
import { sessionExpired, tokenRenewed, type SessionState } from '@/lib/redux/slices/sessionSlice';

/** Where a new token comes from when the present one is refused; set by whichever sign-in is in use. */
type Renew = () => Promise<string | null>;

/** The part of the store that a renewal needs. */
interface WithSession {
  dispatch: (action: ReturnType<typeof sessionExpired> | ReturnType<typeof tokenRenewed>) => unknown;
  getState: () => unknown;
}

let renew: Renew = () => Promise.resolve(null);
let renewing: Promise<string | null> | null = null;

export function setTokenSource(source: Renew): void {
  renew = source;
}

/**
 * A new token, or null if the person has to sign in again. Rejects where nobody could be asked, so that a later try makes
 * sense. Callers at the same time share one renewal.
 */
export function renewToken(): Promise<string | null> {
  renewing ??= renew().finally(() => {
    renewing = null;
  });
  return renewing;
}

/** A new token for this user's session, or null where that is over. Rejects as `renewToken` does. */
export async function renewSession(userId: string, { dispatch, getState }: WithSession): Promise<string | null> {
  const token = await renewToken();
  const { session } = (getState() as { session: SessionState }).session;
  if (session?.userId !== userId) return null;
  // Whoever gives tokens may have somebody else signed in by now: then this session is over as well.
  if (token === null || claimsOf(token)?.sub !== userId) {
    dispatch(sessionExpired('Your sign-in has expired. Sign in again.'));
    return null;
  }
  dispatch(tokenRenewed(token));
  return token;
}
