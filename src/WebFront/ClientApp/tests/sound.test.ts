import { afterEach, expect, it, vi } from 'vitest';

/** Stands still until somebody touches the page, as in browsers. */
class FakeContext {
  static started = 0;
  static touch: () => void = () => undefined;
  state = 'suspended';
  readonly currentTime = 0;
  readonly destination = {};
  private readonly touched = new Promise<void>((resolve) => {
    FakeContext.touch = () => {
      this.state = 'running';
      resolve();
    };
  });
  resume = () => this.touched;
  createOscillator = () => ({ frequency: {}, connect: (next: unknown) => next, start: () => FakeContext.started++, stop: vi.fn() });
  createGain = () => ({
    gain: { setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() },
    connect: (next: unknown) => next,
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('tones that the page may not play yet aren’t made good all at once', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('AudioContext', FakeContext);
  const { playTone } = await import('@/lib/notifications/sound');
  const missed = Array.from({ length: 30 }, () => playTone());
  await vi.advanceTimersByTimeAsync(60_000);
  FakeContext.touch();
  await Promise.all(missed);
  expect(FakeContext.started).toBe(0);
  await playTone();
  expect(FakeContext.started).toBe(2);
});

it('a page that may not play keeps the tone from no other, and from itself only until it is touched', async () => {
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal('AudioContext', FakeContext);
  FakeContext.started = 0;
  const held = new Set<string>();
  const request = async (name: string, _options: unknown, take: (lock: object | null) => Promise<void> | undefined) => {
    if (held.has(name)) return take(null);
    held.add(name);
    await take({});
    held.delete(name);
    return undefined;
  };
  vi.stubGlobal('navigator', { locks: { request } });
  const { playToneOnce } = await import('@/lib/notifications/sound');
  void playToneOnce('ada');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(held.size).toBe(0);
  FakeContext.touch();
  void playToneOnce('ada');
  await vi.advanceTimersByTimeAsync(100);
  expect([held.size, FakeContext.started]).toEqual([1, 2]);
});
