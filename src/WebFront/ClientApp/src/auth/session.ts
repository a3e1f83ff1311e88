/** The signed-in user of this tab. Session storage: two windows can be two people, and a reload keeps who it was. */
interface StoredSession {
  userId: string;
  name: string;
  token: string;
}

const sessionKey = 'chat-session';
const lastNameKey = 'chat-last-name';

export function storedSession(): StoredSession | null {
  try {
    const session = JSON.parse(sessionStorage.getItem(sessionKey) ?? 'null') as Partial<StoredSession> | null;
    return session?.userId && session.token ? { userId: session.userId, name: session.name ?? '', token: session.token } : null;
  } catch {
    return null;
  }
}

/** Where the browser lets the page keep nothing, it lasts as long as the page. */
export function storeSession(session: StoredSession | null): void {
  try {
    if (session === null) {
      sessionStorage.removeItem(sessionKey);
      return;
    }
    sessionStorage.setItem(sessionKey, JSON.stringify(session));
    localStorage.setItem(lastNameKey, session.name || session.userId);
  } catch {
    // Blocked, as in frames of some browsers, or full.
  }
}

/** Who signed in here last, to spare typing. */
export function lastName(): string {
  try {
    return localStorage.getItem(lastNameKey) ?? '';
  } catch {
    return '';
  }
}

/** Ids have 1 to 64 of `A-Z a-z 0-9 . _ - @`. Undefined when nothing of the name is left. */
export function userIdOf(name: string): string | undefined {
  const id = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._@\s-]/gu, '')
    .trim()
    .replace(/\s+/gu, '.')
    .slice(0, 64);
  return id === '' ? undefined : id;
}
