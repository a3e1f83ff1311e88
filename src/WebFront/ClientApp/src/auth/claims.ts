interface Claims {
  sub: string;
  name: string;
}

/** Reads who a token is for. Nothing is verified here: the server does that with every call. */
export function claimsOf(token: string): Claims | null {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown; name?: unknown };
    if (typeof claims.sub !== 'string' || claims.sub === '') return null;
    return { sub: claims.sub, name: typeof claims.name === 'string' ? claims.name : '' };
  } catch {
    return null;
  }
}
