import { useSyncExternalStore } from 'react';

/** How late a page may learn that a day has ended, in milliseconds. */
const interval = 60_000;

function subscribe(changed: () => void): () => void {
  const timer = setInterval(changed, interval);
  return () => clearInterval(timer);
}

/** Renders anew when the day has changed: a page is open over midnight, and what it calls today is yesterday then. */
export function useToday(): string {
  return useSyncExternalStore(subscribe, () => new Date().toDateString());
}
