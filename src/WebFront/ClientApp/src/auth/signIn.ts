import { claimsOf } from '@/auth/claims';
import type { ClientConfig } from '@/auth/clientConfig';
import { embeddedToken } from '@/auth/embedded';
import { beginSignIn, endSession, finishSignIn, refreshToken } from '@/auth/oidc';
import { signedOut } from '@/lib/redux/actions';
import { authApi } from '@/lib/redux/services/authApi';
import { failureOf, mayPass } from '@/lib/redux/services/baseApi';
import { sessionExpired, signedIn } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';

export interface SignIn {
  kind: ClientConfig['sign_in'];
  /** A new token for whoever is signed in, without asking; null if the person has to do something. Rejects where a later try may get one. */
  renew: () => Promise<string | null>;
  /** Signs in as far as that goes by itself. False if it didn't. Rejects where nobody could be asked. */
  auto: () => Promise<boolean>;
  /** What the button does, where there is one. */
  begin?: () => Promise<void>;
  /**
   * What signing out takes elsewhere; called before what is kept here is forgotten. Rejects where it was not done there. None where the
   * product around the page says who is signed in: it would say so again at once.
   */
  leave?: () => Promise<void>;
}

function enter(token: string | null): boolean {
  const claims = token === null ? null : claimsOf(token);
  if (token === null || claims === null) return false;
  store.dispatch(signedIn({ userId: claims.sub, name: claims.name, token }));
  return true;
}

/** By name, nobody has to be asked again: the same call makes the next token. */
async function renewByName(): Promise<string | null> {
  const { session } = store.getState().session;
  if (!session) return null;
  const body = { user_id: session.userId, name: session.name || undefined };
  const { data, error } = await store.dispatch(authApi.endpoints.createToken.initiate(body, { track: false }));
  if (error !== undefined && mayPass(failureOf(error))) throw new Error(failureOf(error).message);
  return data?.token ?? null;
}

/** Signs out here in any case, and where one was signed in elsewhere, as far as that is reached. */
export function signOut(leave: () => Promise<void>): void {
  const left = leave();
  store.dispatch(signedOut());
  left.catch(() => {
    // Somebody may have signed in meanwhile, who is not to be signed out for that.
    if (store.getState().session.session !== null) return;
    store.dispatch(sessionExpired('You are signed out here, but still signed in at the sign-in server.'));
  });
}

export function signInOf(config: ClientConfig): SignIn {
  switch (config.sign_in) {
    case 'token': {
      const renew = () => embeddedToken(config.embedding_origin);
      return { kind: 'token', renew, auto: async () => enter(await renew()) };
    }
    case 'oidc': {
      const { oidc } = config;
      return {
        kind: 'oidc',
        renew: () => refreshToken(oidc),
        auto: async () => enter(await finishSignIn(oidc)),
        begin: () => beginSignIn(oidc),
        leave: () => endSession(oidc),
      };
    }
    default:
      return { kind: 'development', renew: renewByName, auto: () => Promise.resolve(false), leave: () => Promise.resolve() };
  }
}
