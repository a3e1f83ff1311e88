import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import NotificationManager from '@/components/NotificationManager';
import { eventsReceived, signedOut } from '@/lib/redux/actions';
import { conversationsLoaded } from '@/lib/redux/slices/conversationsSlice';
import { settingsChanged } from '@/lib/redux/slices/settingsSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';
import type { Notification } from '@/types/conversation';
import type { ChatEvent } from '@/types/events';
import { conversation, hello, newMessage, notification } from './people';

/** Mostly, another tab speaks: this one never gets that lock. */
let speaks = false;
const locks = {
  request: (name: string, _options: unknown, take: (lock: object) => unknown) =>
    name.startsWith('chat-leader') && !speaks ? new Promise(() => undefined) : Promise.resolve(take({})),
};

class FakeNotification {
  static readonly permission = 'granted';
  static shown = 0;
  readonly addEventListener = vi.fn();
  readonly close = vi.fn();
  constructor() {
    FakeNotification.shown++;
  }
}

class FakeContext {
  static notes = 0;
  readonly state = 'running';
  readonly currentTime = 0;
  createOscillator = () => ({ frequency: {}, connect: (next: unknown) => next, start: () => FakeContext.notes++, stop: vi.fn() });
  createGain = () => ({
    gain: { setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() },
    connect: (next: unknown) => next,
  });
}
/** A user of its own for each test, since channels are not emptied between them. */
let users = 0;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  speaks = false;
  vi.stubGlobal('Notification', FakeNotification);
  vi.stubGlobal('AudioContext', FakeContext);
  FakeContext.notes = 0;
  FakeNotification.shown = 0;
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
});

afterEach(() => {
  store.dispatch(signedOut());
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'locks');
  vi.useRealTimers();
});

const manyNews = Array.from({ length: 30 }, (_, index) => newMessage(11 + index));

async function hear(...events: ChatEvent[]) {
  const me = `ada-${++users}`;
  store.dispatch(signedIn({ userId: me, name: me, token: 'token' }));
  store.dispatch(conversationsLoaded({ conversations: [conversation()], before: null, next: null }));
  render(<Provider store={store}><NotificationManager me={me} /></Provider>);
  await act(() => void store.dispatch(eventsReceived({ events: events.length > 0 ? events : [newMessage(11)], me, now: 0 })));
  const channel = new BroadcastChannel(`chat-told-${me}`);
  const last = new BroadcastChannel(`chat-told-${me}`);
  const say = channel.postMessage.bind(channel);
  // Completes once it is heard: who listens last hears it last.
  const tells = (id: string) => new Promise<void>((heard) => {
    last.addEventListener('message', () => heard(), { once: true });
    say(id);
  });
  const closes = () => [channel, last].forEach((each) => each.close());
  const other = { tells, closes };
  const hears = (...more: ChatEvent[]) => act(() => void store.dispatch(eventsReceived({ events: more, me, now: 0 })));
  return { other, hears, toasts: () => store.getState().toasts.length };
}

it('what the tab that speaks has told, no other says again', async () => {
  const { other, toasts } = await hear();
  await other.tells('msg-msg_11');
  other.closes();
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(toasts()).toBe(0);
});

it('what the tab that speaks has not heard of, the one that is looked at says', async () => {
  const { other, toasts } = await hear();
  other.closes();
  expect(toasts()).toBe(0);
  await act(() => vi.advanceTimersByTimeAsync(1_500));
  expect(toasts()).toBe(1);
});

it('what another tab has told, the one that speaks doesn’t say again', async () => {
  speaks = true;
  const { other, hears } = await hear(hello());
  await other.tells('msg-msg_11');
  other.closes();
  await hears(newMessage(11), newMessage(12));
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(FakeNotification.shown).toBe(1);
});

it('much at once is told in part, with one tone', async () => {
  speaks = true;
  store.dispatch(settingsChanged({ sound: true }));
  const { other } = await hear(...manyNews);
  other.closes();
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  store.dispatch(settingsChanged({ sound: false }));
  expect(FakeNotification.shown).toBe(4);
  expect(FakeContext.notes).toBe(2);
});

describe('where the browser may not tell', () => {
  beforeEach(() => {
    vi.stubGlobal('Notification', { permission: 'default' });
    store.dispatch(settingsChanged({ sound: true }));
  });
  afterEach(() => void store.dispatch(settingsChanged({ sound: false })));

  it('the page that shows it sounds, also where another tab would speak', async () => {
    const { other, toasts } = await hear();
    other.closes();
    expect(toasts()).toBe(1);
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(FakeContext.notes).toBe(2);
  });

  it('what was missed is told of at its end, without what was read meanwhile', async () => {
    const missed = manyNews.slice(0, 4);
    const { other, hears, toasts } = await hear(hello({ cursor: 10, resumed: false }), hello({ cursor: 10, replayed: 5, resumed: true }), ...missed);
    other.closes();
    expect(toasts()).toBe(0);
    await hears({ event_type: 'notification_read', cursor: 15, notification_ids: missed.slice(1).map(({ id }) => `msg-${id}`) });
    expect(toasts()).toBe(1);
  });

  it('what came meanwhile is told of where a new snapshot alone has it, and nothing of the first', async () => {
    const entry = (id: string, more = {}) => notification(id, { meta: { sender: 'grace' }, ...more });
    const snapshot = (...notifications: Notification[]) => ({ conversations: [], more: false, unread_notifications: notifications.length, notifications });
    const { other, hears, toasts } = await hear(hello({ cursor: 10, snapshot: snapshot(entry('old')) }));
    other.closes();
    expect(toasts()).toBe(0);
    await hears(hello({ cursor: 20, snapshot: snapshot(entry('new'), entry('read', { read: true }), entry('old')) }));
    expect(store.getState().toasts.map(({ id }) => id)).toEqual(['new']);
    expect(store.getState().chat.unreadNotifications).toBe(3);
    await hears(hello({ cursor: 30, snapshot: snapshot(entry('new'), entry('old')) }));
    expect(toasts()).toBe(1);
  });
});
