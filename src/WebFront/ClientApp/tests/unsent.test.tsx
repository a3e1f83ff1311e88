import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { OpenConversation } from '@/components/OpenConversation';
import { Toasts } from '@/components/Toasts';
import { startOutbox } from '@/lib/effects/outboxEffects';
import { localStore } from '@/lib/localStore';
import { signedOut } from '@/lib/redux/actions';
import { conversationApi } from '@/lib/redux/services/conversationApi';
import { setActiveConversation } from '@/lib/redux/slices/chatSlice';
import { conversationLost, conversationsLoaded } from '@/lib/redux/slices/conversationsSlice';
import { outboxLoaded } from '@/lib/redux/slices/outboxSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';
import { lounge } from './people';
import { until } from './until';

/** A user of its own for each test, since what is stored stays. */
let me = '';
let users = 0;

const refusal = () => Response.json({ code: 'not_a_member', detail: 'You are not a member.' }, { status: 403 });
const write = () =>
  store.dispatch(conversationApi.endpoints.sendMessage.initiate({ me, conversationId: lounge, title: 'lounge', text: 'Dear all' }));
const isRefused = () => until(() => expect(store.getState().outbox.items).toMatchObject([{ failure: 'You are not a member.' }]));

beforeAll(() => startOutbox());
beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(refusal()));
  me = `ada-${++users}`;
  store.dispatch(signedIn({ userId: me, name: me, token: 'token' }));
  store.dispatch(conversationsLoaded({ conversations: [], before: null, next: null }));
});
afterEach(() => {
  store.dispatch(signedOut());
  vi.useRealTimers();
});

describe('a message that is refused', () => {
  it('is told of where its conversation is not open, by its title though it is gone', async () => {
    store.dispatch(conversationLost(lounge));
    await write();
    await isRefused();
    expect(store.getState().toasts).toMatchObject([
      { kind: 'error', title: 'Not sent to lounge', text: 'You are not a member.', conversationId: lounge },
    ]);
  });

  it('is told of by its row alone where its conversation is looked at', async () => {
    store.dispatch(setActiveConversation(lounge));
    await write();
    await isRefused();
    expect(store.getState().toasts).toEqual([]);
  });

  it('is told of where its conversation is open on a page that nobody looks at, until somebody does', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    store.dispatch(setActiveConversation(lounge));
    render(<Provider store={store}><Toasts /></Provider>);
    await act(() => write());
    await act(isRefused);
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(screen.getByText('Not sent to lounge')).toBeInTheDocument();
    visibility.mockReturnValue('visible');
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(screen.queryByText('Not sent to lounge')).toBeNull();
  });

  it.each([
    ['is gone', 'You are no longer in this conversation'],
    ['can’t be opened', 'This conversation can’t be opened'],
  ])('is shown where its conversation %s, and can be discarded for good', async (what, heading) => {
    if (what === 'is gone') store.dispatch(conversationLost(lounge));
    await write();
    await isRefused();
    render(<Provider store={store}><OpenConversation id={lounge} me={me} messageId={null} onDetails={vi.fn()} /></Provider>);
    expect(await screen.findByRole('heading', { name: heading })).toBeInTheDocument();
    expect(screen.getByText('Dear all')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.queryByText('Dear all')).toBeNull();
    await until(async () => expect(await (await localStore(me)).outbox()).toEqual([]));
  });

  it('is told of by what was stored before titles were', async () => {
    store.dispatch(outboxLoaded([{ id: 'c-1', conversationId: lounge, text: 'Dear all', createdAt: '2026-01-05T10:00:00Z' }]));
    await isRefused();
    expect(store.getState().toasts).toMatchObject([{ title: 'Not sent' }]);
  });
});
