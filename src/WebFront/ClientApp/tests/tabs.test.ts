import { describe, expect, it, vi } from 'vitest';
import { electLeader } from '@/lib/tabs/leader';

type Grant = () => Promise<unknown> | undefined;

/** Locks as a browser has them: one holder, the others in line; a holder's lock ends when its promise does. */
class FakeLocks {
  private line: { grant: Grant; done: () => void }[] = [];
  private held = false;

  request(_: string, { signal }: { signal: AbortSignal }, grant: Grant): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { grant, done: resolve };
      signal.addEventListener('abort', () => {
        if (!this.line.includes(waiting)) return;
        this.line = this.line.filter((other) => other !== waiting);
        reject(new DOMException('aborted', 'AbortError'));
      });
      this.line.push(waiting);
      this.next();
    });
  }

  private next(): void {
    const first = this.held ? undefined : this.line.shift();
    if (!first) return;
    this.held = true;
    void Promise.resolve(first.grant()).then(() => {
      this.held = false;
      first.done();
      this.next();
    });
  }
}

const tick = () => new Promise((resolve) => setTimeout(resolve));

describe('electLeader', () => {
  it('lets one tab of a user speak, and the next when that one is gone', async () => {
    const locks = new FakeLocks() as unknown as LockManager;
    const elected = [vi.fn(), vi.fn(), vi.fn()];
    const [first, second] = elected.map((onElected) => electLeader('ada', locks, onElected));
    await tick();
    expect(elected.map((onElected) => onElected.mock.calls.length)).toEqual([1, 0, 0]);
    second?.();
    first?.();
    await tick();
    await tick();
    expect(elected.map((onElected) => onElected.mock.calls.length)).toEqual([1, 0, 1]);
  });

  it('lets every tab speak where there are no locks', () => {
    const onElected = vi.fn();
    electLeader('ada', undefined, onElected);
    expect(onElected).toHaveBeenCalledOnce();
  });

  it('lets every tab speak where the browser gives none, as in a frame without storage, but not one that has resigned', async () => {
    const locks = { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) } as unknown as LockManager;
    const onElected = vi.fn();
    electLeader('ada', locks, onElected)();
    await tick();
    expect(onElected).not.toHaveBeenCalled();
    electLeader('ada', locks, onElected);
    await tick();
    expect(onElected).toHaveBeenCalledOnce();
  });
});
