import { backoff } from '@/lib/reconnect';
import { wait } from '@/lib/wait';

/** How people sign in here; from `client-config.json` beside the page, which an operator may replace or a proxy may make. */
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
  /** Whoever signs out here is signed out at the issuer too. The page's directory must be registered there as an address to come back to. */
  sign_out?: boolean;
}

/** Why it is not known yet how people sign in: nobody answers, or what stands in the file means nothing. */
export type ConfigTrouble = 'unreachable' | 'unreadable';

/**
 * Asks until there is an answer, since who signs in another way than is meant only finds a closed door. `onTrouble` hears what the
 * last try met.
 */
export async function loadConfig(onTrouble: (trouble: ConfigTrouble) => void): Promise<ClientConfig> {
  for (let attempt = 0; ; attempt++) {
    const config = await askForConfig();
    if (typeof config !== 'string') return config;
    onTrouble(config);
    await wait(backoff(attempt, Math.random));
  }
}

async function askForConfig(): Promise<ClientConfig | ConfigTrouble> {
  let response: Response;
  try {
    response = await fetch(new URL('client-config.json', document.baseURI), { cache: 'no-cache' });
  } catch {
    return 'unreachable';
  }
  if (response.status === 404) return { sign_in: 'development' };
  if (!response.ok) return 'unreachable';
  const config: unknown = await response.json().catch(() => null);
  return isConfig(config) ? config : 'unreadable';
}

function isConfig(value: unknown): value is ClientConfig {
  const { sign_in, oidc } = (value ?? {}) as { sign_in?: unknown; oidc?: Partial<OidcConfig> };
  return sign_in === 'development' || sign_in === 'token'
    || (sign_in === 'oidc' && typeof oidc?.authority === 'string' && typeof oidc.client_id === 'string');
}
