import { vi } from 'vitest';

/** Waits until `holds` throws no more, with a patience for busy machines: vitest's own is a second. */
export const until = <T>(holds: () => T | Promise<T>): Promise<T> => vi.waitFor(holds, 10_000);
