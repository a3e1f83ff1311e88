import type { Closed } from '@/lib/transport/transport';

/** First and longest wait between two tries, in milliseconds. */
const firstDelay = 500;
const longestDelay = 15_000;

/** Full-jitter exponential backoff: after a server restart, its clients don't all come back in the same moment. */
export function backoff(attempt: number, random: () => number): number {
  const ceiling = Math.min(longestDelay, firstDelay * 2 ** attempt);
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

export type AfterClose =
  | { next: 'retry'; delay: number }
  | { next: 'new_token' }
  | { next: 'stop'; reason: string };

/** The contract's rule for each close code. `attempt` counts the tries since the connection was last live. */
export function afterClose({ code, retryAfter }: Closed, attempt: number, random: () => number): AfterClose {
  switch (code) {
    case 4400:
      return { next: 'stop', reason: 'This page and the server don’t understand each other. Reload the page.' };
    case 4403:
      return { next: 'stop', reason: 'This sign-in belongs to someone else. Sign in again.' };
    case 4413:
      return { next: 'stop', reason: 'Something sent was too large. Reload the page.' };
    case 4401:
      return { next: 'new_token' };
    case 4429:
      // Not all at the same moment: who was refused together comes back spread over a second.
      return { next: 'retry', delay: (retryAfter ?? 5) * 1000 + Math.round(1000 * random()) };
    default:
      return { next: 'retry', delay: Math.max(backoff(attempt, random), (retryAfter ?? 0) * 1000) };
  }
}
