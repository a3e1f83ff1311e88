import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startReading } from '@/lib/effects/readEffects';
import { signedOut } from '@/lib/redux/actions';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { conversationLoaded, conversationRead } from '@/lib/redux/slices/conversationsSlice';
import { store } from '@/lib/redux/store';
import { conversation, lounge } from './people';

const read = (seq: number) => store.dispatch(conversationRead({ conversationId: lounge, seq, me: 'ada' }));
const problem = (status: number, code: string, headers?: HeadersInit) => Response.json({ code, detail: code }, { status, headers });

beforeAll(() => startReading());
beforeEach(() => {
  vi.useFakeTimers();
  store.dispatch(signedOut());
  store.dispatch(conversationLoaded(conversation({ last_seq: 9 })));
});
afterEach(() => vi.useRealTimers());

/** What was posted as read, in order; the first post gets the first answer. */
function answers(first: () => Response | Promise<Response>, later = first): number[] {
  const posted: number[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    posted.push(((await (request as Request).json()) as { seq: number }).seq);
    return posted.length === 1 ? first() : later();
  });
  return posted;
}

describe('a read mark', () => {
  it('is told once for all that was read in a moment', async () => {
    const posted = answers(() => Response.json({ read_seq: 3, unread: 0 }));
    for (const seq of [1, 3, 2]) read(seq);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(posted).toEqual([3]);
  });

  it('is told again where the server was busy', async () => {
    const posted = answers(() => problem(429, 'rate_limited', { 'Retry-After': '3' }), () => Response.json({ read_seq: 3, unread: 0 }));
    read(3);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(posted).toEqual([3]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(posted).toEqual([3, 3]);
  });

  it('that can never count is told once', async () => {
    const posted = answers(() => problem(403, 'not_a_member'));
    read(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posted).toEqual([3]);
  });

  it('is told when the network is back', async () => {
    const posted = answers(() => Promise.reject(new TypeError('no network')), () => Response.json({ read_seq: 3, unread: 0 }));
    read(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posted).toEqual([3]);
    store.dispatch(setConnectionStatus({ state: 'live' }));
    await vi.advanceTimersByTimeAsync(0);
    expect(posted).toEqual([3, 3]);
  });

  it('is told again where one call was lost on a line that stands', async () => {
    store.dispatch(setConnectionStatus({ state: 'live' }));
    const posted = answers(() => Promise.reject(new TypeError('timed out')), () => Response.json({ read_seq: 3, unread: 0 }));
    read(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posted).toEqual([3, 3]);
  });

  it('is never told in the name of who signs in next', async () => {
    const posted = answers(() => Promise.reject(new TypeError('no network')));
    read(3);
    await vi.advanceTimersByTimeAsync(1_000);
    read(4);
    store.dispatch(signedOut());
    store.dispatch(setConnectionStatus({ state: 'live' }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(posted).toEqual([3]);
  });
});
