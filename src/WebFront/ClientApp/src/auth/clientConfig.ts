/** How people sign in here; from `client-config.json` beside the page, which an operator may replace or the server may make. */
export type ClientConfig =
  | { sign_in: 'development' }
  /** The product that this client is part of hands a token in. `embedding_origin`: where its page is, if that is a frame's parent. */
  | { sign_in: 'token'; embedding_origin?: string }
  | { sign_in: 'oidc'; oidc: OidcConfig };

export interface OidcConfig {
  /** The issuer; `/.well-known/openid-configuration` is under it. */
  authority: string;
  client_id: string;
  /** Space separated; default `openid profile`. */
  scope?: string;
}

export async function loadConfig(): Promise<ClientConfig> {
  try {
    const response = await fetch(new URL('client-config.json', document.baseURI), { cache: 'no-cache' });
    if (response.ok) return (await response.json()) as ClientConfig;
  } catch {
    // Offline on a first visit: nothing could be signed in to anyway.
  }
  return { sign_in: 'development' };
}
