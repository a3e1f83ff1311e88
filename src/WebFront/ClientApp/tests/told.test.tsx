import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import NotificationManager from '@/components/NotificationManager';
import { eventsReceived, signedOut } from '@/lib/redux/actions';
import { conversationsLoaded } from '@/lib/redux/slices/conversationsSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';
import { conversation, newMessage } from './people';

/** Another tab speaks: this one never gets the lock. */
const locks = { request: () => new Promise(() => undefined) };
/** A user of its own for each test, since channels are not emptied between them. */
let users = 0;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal('Notification', { permission: 'granted' });
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
});

afterEach(() => {
  store.dispatch(signedOut());
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'locks');
  vi.useRealTimers();
});

async function hear() {
  const me = `ada-${++users}`;
  store.dispatch(signedIn({ userId: me, name: me, token: 'token' }));
  store.dispatch(conversationsLoaded({ conversations: [conversation()], before: null, next: null }));
  render(<Provider store={store}><NotificationManager me={me} /></Provider>);
  await act(() => void store.dispatch(eventsReceived({ events: [newMessage(11)], me, now: 0 })));
  const channel = new BroadcastChannel(`chat-told-${me}`);
  const other = { tells: channel.postMessage.bind(channel), closes: () => channel.close() };
  return { other, toasts: () => store.getState().toasts.length };
}

it('what the tab that speaks has told, no other says again', async () => {
  const { other, toasts } = await hear();
  other.tells('msg-msg_11');
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
