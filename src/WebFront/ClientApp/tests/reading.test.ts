import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startReading } from '@/lib/effects/readEffects';
import { signedOut } from '@/lib/redux/actions';
import { addNotification, markAllNotificationsRead, markNotificationRead } from '@/lib/redux/slices/chatSlice';
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

describe('a notification', () => {
  const add = (...ids: string[]) => {
    for (const id of ids) {
      store.dispatch(addNotification({ id, type: 'system_alert', title: id, content: '', meta: {}, timestamp: '2026-01-01T00:00:00Z', read: false }));
    }
  };
  const done = () => new Response(null, { status: 204 });
  const away = () => Promise.reject(new TypeError('no network'));

  /** The calls so far; the first ones fail. */
  function calls(fails: number, failure: () => Response | Promise<Response> = away): string[] {
    const paths: string[] = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation((request) => {
      paths.push(new URL((request as Request).url).pathname.replace('/api/notifications/', ''));
      return Promise.resolve().then(paths.length <= fails ? failure : done);
    });
    return paths;
  }

  it('that is read is told at once, and once', async () => {
    add('a', 'b');
    const paths = calls(0);
    store.dispatch(markNotificationRead('a'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(paths).toEqual(['a/read']);
  });

  it('that is read without a network is told when it is back', async () => {
    add('a', 'b');
    const paths = calls(2);
    store.dispatch(markNotificationRead('a'));
    store.dispatch(markNotificationRead('b'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(paths).toEqual(['a/read', 'b/read']);
    store.dispatch(setConnectionStatus({ state: 'live' }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(paths.slice(2)).toEqual(['a/read', 'b/read']);
  });

  it('is told with all others in one call, and one by one where that failed: what comes later is not meant', async () => {
    add('a', 'b');
    calls(0);
    store.dispatch(markNotificationRead('b'));
    await vi.advanceTimersByTimeAsync(1_000);
    const paths = calls(1);
    store.dispatch(markAllNotificationsRead());
    await vi.advanceTimersByTimeAsync(0);
    expect(paths[0]).toBe('read-all');
    add('later');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(paths).toEqual(['read-all', 'a/read']);
  });

  it('that the server knows nothing of is not told again', async () => {
    add('a');
    const paths = calls(9, () => problem(404, 'not_found'));
    store.dispatch(markNotificationRead('a'));
    store.dispatch(markAllNotificationsRead());
    await vi.advanceTimersByTimeAsync(60_000);
    store.dispatch(setConnectionStatus({ state: 'live' }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(paths.sort()).toEqual(['a/read', 'read-all']);
  });
});
