/**
 * Elects one tab of a user to speak for all. The lock is held for as long as the tab lives, so the next one takes over by
 * itself when it is closed or crashes. Where there are no locks, or the page may not have one, every tab speaks; the
 * notifications' tags still keep the browser from showing one twice.
 */
export function electLeader(userId: string, locks: LockManager | undefined, onElected: () => void): () => void {
  const resignation = new AbortController();
  if (!locks) {
    onElected();
    return () => resignation.abort();
  }
  const term = new Promise<void>((resolve) => resignation.signal.addEventListener('abort', () => resolve()));
  locks
    .request(`chat-leader-${userId}`, { signal: resignation.signal }, () => {
      if (resignation.signal.aborted) return undefined;
      onElected();
      return term;
    })
    .catch(() => {
      if (!resignation.signal.aborted) onElected();
    });
  return () => resignation.abort();
}
