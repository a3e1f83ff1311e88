import type { OidcConfig } from '@/auth/clientConfig';

/** Sign-in by redirect: authorization code with PKCE, no secret and no library. Lives in session storage, so per tab. */
const attemptKey = 'chat-oidc-attempt';
const refreshKey = 'chat-oidc-refresh';
/** Who is signed in there, for the sign-in server itself when they leave. */
const identityKey = 'chat-oidc-identity';

interface Endpoints {
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
}

interface Attempt {
  state: string;
  verifier: string;
  hash: string;
}

async function endpoints({ authority }: OidcConfig): Promise<Endpoints> {
  const response = await fetch(`${authority.replace(/\/$/u, '')}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`The sign-in server answered ${response.status}.`);
  return (await response.json()) as Endpoints;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const secret = (): string => base64Url(crypto.getRandomValues(new Uint8Array(32)));
const redirectUri = (): string => new URL('.', document.baseURI).href;

/** Leaves for the sign-in server. Comes back to this page with `code` and `state`. */
export async function beginSignIn(config: OidcConfig): Promise<void> {
  const { authorization_endpoint } = await endpoints(config);
  const attempt: Attempt = { state: secret(), verifier: secret(), hash: window.location.hash };
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt));
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(attempt.verifier));
  const url = new URL(authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: config.client_id,
    redirect_uri: redirectUri(),
    scope: config.scope ?? 'openid profile',
    state: attempt.state,
    code_challenge: base64Url(new Uint8Array(challenge)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  window.location.assign(url);
}

/** Null where the sign-in server refuses. Rejects where it can't be reached, or can't answer now. */
async function exchange(config: OidcConfig, form: Record<string, string>): Promise<string | null> {
  const { token_endpoint } = await endpoints(config);
  const body = new URLSearchParams({ client_id: config.client_id, ...form });
  const response = await fetch(token_endpoint, { method: 'POST', body });
  if (response.status >= 500 || response.status === 429) throw new Error(`The sign-in server answered ${response.status}.`);
  if (!response.ok) return null;
  const { access_token, refresh_token, id_token } = (await response.json()) as Partial<Record<'access_token' | 'refresh_token' | 'id_token', string>>;
  // Whoever signed out while this was on its way stays so.
  const isCurrent = form.refresh_token === undefined || sessionStorage.getItem(refreshKey) === form.refresh_token;
  if (refresh_token && isCurrent) sessionStorage.setItem(refreshKey, refresh_token);
  if (id_token && isCurrent) sessionStorage.setItem(identityKey, id_token);
  return access_token ?? null;
}

/** On the way back from the sign-in server: the token, or null if this page load isn't such a return, or a forged one. */
export async function finishSignIn(config: OidcConfig): Promise<string | null> {
  const query = new URLSearchParams(window.location.search);
  const code = query.get('code');
  const attempt = JSON.parse(sessionStorage.getItem(attemptKey) ?? 'null') as Attempt | null;
  if (code === null || attempt === null) return null;
  sessionStorage.removeItem(attemptKey);
  // The code must not stay in the address bar or in the history.
  window.history.replaceState(null, '', window.location.pathname + attempt.hash);
  if (query.get('state') !== attempt.state) return null;
  return exchange(config, {
    grant_type: 'authorization_code', code, code_verifier: attempt.verifier, redirect_uri: redirectUri(),
  });
}

/**
 * Where that is configured, leaves for the sign-in server to end the session there too, so that the next person at this screen is asked who
 * they are; comes back signed out. Rejects where the server can't be reached. To be called before what is kept here is forgotten.
 */
export async function endSession(config: OidcConfig): Promise<void> {
  if (!config.sign_out) return;
  const identity = sessionStorage.getItem(identityKey);
  const { end_session_endpoint } = await endpoints(config);
  if (end_session_endpoint === undefined) throw new Error('The sign-in server has no way to sign out.');
  const url = new URL(end_session_endpoint);
  url.searchParams.set('client_id', config.client_id);
  url.searchParams.set('post_logout_redirect_uri', redirectUri());
  if (identity !== null) url.searchParams.set('id_token_hint', identity);
  window.location.assign(url);
}

/** Whoever signs in next in this window must not be renewed as whoever was here before. */
export function forgetTokens(): void {
  try {
    sessionStorage.removeItem(refreshKey);
    sessionStorage.removeItem(identityKey);
  } catch {
    // The browser blocks storage: there is none.
  }
}

export async function refreshToken(config: OidcConfig): Promise<string | null> {
  const token = sessionStorage.getItem(refreshKey);
  return token === null ? null : exchange(config, { grant_type: 'refresh_token', refresh_token: token });
}
