import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds. The error names what was waited for in vain. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeout = 15_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms in vain for ${what}.`);
    await sleep(50);
  }
}
