import { forceCloseDatabase } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalStore, localStore } from '@/lib/localStore';
import { Outbox } from '@/lib/outbox/outbox';
import { authApi } from '@/lib/redux/services/authApi';
import { failureOf, type Failure } from '@/lib/redux/services/baseApi';
import { conversationApi } from '@/lib/redux/services/conversationApi';
import { eventsReceived, signedOut } from '@/lib/redux/actions';
import outboxSlice, { messageFailed, messageQueued, messageRetried, type OutboxItem } from '@/lib/redux/slices/outboxSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { createStore } from '@/lib/redux/store';
import { lounge, newMessage } from './people';
import { until } from './until';

const item = (id: string, conversationId = lounge): OutboxItem => ({ id, conversationId, text: id, createdAt: '2026-01-05T10:00:00Z' });
const network: Failure = { code: 'network', message: '' };

function setUp(items: OutboxItem[], answers: (Failure | null | Promise<null>)[] = []) {
  let waiting = items;
  const sent: string[] = [];
  const failed: string[] = [];
  const outbox = new Outbox({
    items: () => waiting,
    post: async ({ id }) => {
      sent.push(id);
      return (await answers.shift()) ?? null;
    },
    onConfirmed: (id) => {
      waiting = waiting.filter((each) => each.id !== id);
    },
    onFailed: (id, { message }) => {
      failed.push(id);
      waiting = waiting.map((each) => (each.id === id ? { ...each, failure: message } : each));
    },
    random: () => 1,
  });
  return { outbox, sent, failed, left: () => waiting.map(({ id }) => id) };
}

describe('Outbox', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

  it('sends a conversation’s messages one after the other', async () => {
    let answer: () => void = () => undefined;
    const first = new Promise<null>((resolve) => {
      answer = () => resolve(null);
    });
    const { outbox, sent, left } = setUp([item('a'), item('b'), item('c')], [first]);
    outbox.wake();
    outbox.wake();
    await settle();
    expect(sent).toEqual(['a']);
    answer();
    await settle();
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(left()).toEqual([]);
  });

  it('doesn’t make one conversation wait for another', async () => {
    const { outbox, sent } = setUp([item('a'), item('b', 'conv_other')], [new Promise<null>(() => undefined)]);
    outbox.wake();
    await settle();
    expect(sent).toEqual(['a', 'b']);
  });

  it('repeats after a passing failure, in order, with growing waits', async () => {
    const { outbox, sent } = setUp([item('a'), item('b')], [network, { code: 'unavailable', message: '' }, { code: 'unauthenticated', message: '' }]);
    outbox.wake();
    await settle(499);
    expect(sent).toEqual(['a']);
    await settle(1);
    expect(sent).toEqual(['a', 'a']);
    await settle(999);
    expect(sent).toHaveLength(2);
    await settle(60_000);
    expect(sent).toEqual(['a', 'a', 'a', 'a', 'b']);
  });

  it('waits as long as the server asks', async () => {
    const { outbox, sent } = setUp([item('a')], [{ code: 'rate_limited', message: '', retryAfter: 9 }]);
    outbox.wake();
    await settle(8_999);
    expect(sent).toHaveLength(1);
    await settle(1);
    expect(sent).toHaveLength(2);
  });

  it('tries at once when it is woken', async () => {
    const { outbox, sent } = setUp([item('a')], [network]);
    outbox.wake();
    await settle();
    outbox.wake();
    await settle();
    expect(sent).toEqual(['a', 'a']);
  });

  it.each(['invalid_request', 'not_a_member', 'conflict', 'too_large', 'forbidden', 'http_403', 'http_404', 'http_413'])('leaves a message refused as %s to the person, and goes on', async (code) => {
    const { outbox, sent, failed, left } = setUp([item('a'), item('b')], [{ code, message: 'No.' }]);
    outbox.wake();
    await settle(60_000);
    expect(sent).toEqual(['a', 'b']);
    expect(failed).toEqual(['a']);
    expect(left()).toEqual(['a']);
  });
});

describe('outboxSlice', () => {
  const two = [messageQueued(item('a')), messageQueued(item('b')), messageQueued(item('a'))].reduce(outboxSlice, undefined);

  it('lets go of a message when its event comes, before or without the answer', () => {
    const events = [newMessage(1, { sender_id: 'ada', client_message_id: 'a' }), newMessage(2, { sender_id: 'grace', client_message_id: 'b' })];
    expect(outboxSlice(two, eventsReceived({ events, me: 'ada', now: 0 })).items.map(({ id }) => id)).toEqual(['b']);
  });

  it('shows a refusal until it is tried again', () => {
    const failed = outboxSlice(two, messageFailed({ id: 'a', failure: 'No.' }));
    expect(failed.items[0]?.failure).toBe('No.');
    expect(outboxSlice(failed, messageRetried('a')).items[0]?.failure).toBeUndefined();
  });
});

describe('sendMessage', () => {
  const storeOf = (userId: string) => {
    const { store } = createStore();
    store.dispatch(signedIn({ userId, name: userId, token: 'token' }));
    return store;
  };

  it('stores a message on the device before anything else happens', async () => {
    const store = storeOf('ada');
    const stored = await localStore('ada');
    const put = vi.spyOn(stored, 'putOutboxItem').mockImplementation(async (each) => {
      expect(store.getState().outbox.items).toEqual([]);
      await LocalStore.prototype.putOutboxItem.call(stored, each);
    });
    const fetched = vi.spyOn(globalThis, 'fetch');
    const { data } = await store.dispatch(conversationApi.endpoints.sendMessage.initiate({ me: 'ada', conversationId: lounge, title: 'lounge', text: 'Hello' }));
    expect(put).toHaveBeenCalledOnce();
    expect(fetched).not.toHaveBeenCalled();
    expect(store.getState().outbox.items).toEqual([data]);
    expect(await stored.outbox()).toEqual([data]);
  });

  it('gives nothing to who signs in while it is stored', async () => {
    const store = storeOf('grace');
    const sent = store.dispatch(conversationApi.endpoints.sendMessage.initiate({ me: 'grace', conversationId: lounge, title: 'lounge', text: 'Mine' }));
    store.dispatch(signedOut());
    store.dispatch(signedIn({ userId: 'ada', name: 'Ada', token: 'token' }));
    const { data } = await sent;
    expect(store.getState().outbox.items).toEqual([]);
    expect(await (await localStore('grace')).outbox()).toEqual([data]);
  });

  it('keeps the order over a restart', async () => {
    const stored = await LocalStore.open('linus');
    const store = storeOf('linus');
    for (let count = 0; count < 20; count++) {
      await store.dispatch(conversationApi.endpoints.sendMessage.initiate({ me: 'linus', conversationId: lounge, text: String(count) }));
    }
    expect((await stored.outbox()).map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, count) => String(count)));
  });
});

describe('LocalStore', () => {
  it('keeps drafts and what was last seen, per user', async () => {
    const ada = await LocalStore.open('ada-2');
    const grace = await LocalStore.open('grace-2');
    await ada.putDraft(lounge, 'Dear all');
    await ada.putDraft('conv_other', 'x');
    await ada.putDraft('conv_other', ' ');
    await ada.putLastSeen({ conversations: [], messages: {}, notifications: [], unreadNotifications: 3 });
    expect(await ada.drafts()).toEqual({ [lounge]: 'Dear all' });
    expect(await ada.lastSeen()).toMatchObject({ unreadNotifications: 3 });
    expect(await grace.drafts()).toEqual({});
    expect(await grace.lastSeen()).toBeUndefined();
  });

  it('is opened anew once the browser has dropped it', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    const dropped = await localStore('ada-3');
    await dropped.putDraft(lounge, 'Dear all');
    forceCloseDatabase(opened.mock.results[0]?.value.result);
    await expect(dropped.drafts()).rejects.toThrow();
    const stored = await until(async () => {
      const next = await localStore('ada-3');
      expect(next).not.toBe(dropped);
      return next;
    });
    expect(await stored.drafts()).toEqual({ [lounge]: 'Dear all' });
    expect(await localStore('ada-3')).toBe(stored);
  });

  it('is opened anew where that had failed', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('Not now.', 'UnknownError');
    });
    await expect(localStore('ada-4')).rejects.toThrow('Not now.');
    await (await localStore('ada-4')).putDraft(lounge, 'Dear all');
  });

  it('of who has signed in since is kept when the one before is dropped', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    await LocalStore.open('ada-5');
    const before = localStore('ada-5');
    const now = localStore('grace-5');
    await before;
    forceCloseDatabase(opened.mock.results[1]?.value.result);
    expect(localStore('grace-5')).toBe(now);
  });
});

describe('failureOf', () => {
  it('reads problem documents, and knows a silent server from a refusing one', () => {
    expect(failureOf({ status: 429, data: { code: 'rate_limited', detail: 'Slow down.', retry_after: 3 } }))
      .toEqual({ code: 'rate_limited', message: 'Slow down.', retryAfter: 3 });
    expect(failureOf({ status: 502, data: '<html>' }).code).toBe('unavailable');
    expect(failureOf({ status: 'FETCH_ERROR', error: 'x' }).code).toBe('network');
  });

  it.each([
    [403, {}, { code: 'http_403' }],
    [413, {}, { code: 'http_413' }],
    [503, { 'Retry-After': '7' }, { code: 'unavailable', retryAfter: 7 }],
    [200, {}, { code: 'network' }],
  ])('reads a page that a proxy answers %i with', async (status, headers, failure) => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(() =>
      Promise.resolve(new Response('<html>', { status, headers: { 'Content-Type': 'text/html', ...headers } })));
    const { error } = await createStore().store.dispatch(authApi.endpoints.getCurrentUser.initiate(undefined, { subscribe: false }));
    expect(failureOf(error)).toMatchObject(failure);
  });
});
