import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { ConversationList } from '@/components/ConversationList';
import { eventsReceived, signedOut } from '@/lib/redux/actions';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { store } from '@/lib/redux/store';
import { conversation, hello } from './people';
import { until } from './until';

const pageSize = 10;
const all = Array.from({ length: 24 }, (_, index) => conversation({ id: `conv_${index}` }));

/** A server with `all`, a page at a time; `isDown` while it can't be reached. The refusals it gives first. */
const server = { isDown: false, refusals: [] as Response[] };

function page(request: RequestInfo | URL): Promise<Response> {
  if (server.isDown) return Promise.reject(new TypeError('no network'));
  const refusal = server.refusals.shift();
  if (refusal) return Promise.resolve(refusal);
  const from = Number(new URL((request as Request).url).searchParams.get('before') ?? 0);
  const to = from + pageSize;
  const headers = to < all.length ? { Link: `</api/conversations?before=${to}>; rel="prev"` } : undefined;
  return Promise.resolve(Response.json(all.slice(from, to), { headers }));
}

function snapshot(): void {
  const first = { conversations: all.slice(0, pageSize), more: true, unread_notifications: 0, notifications: [] };
  act(() => void store.dispatch(eventsReceived({ events: [hello({ snapshot: first })], me: 'ada', now: 0 })));
}

const listed = () => store.getState().conversations.ids.length;
const wholeListIsThere = () => until(() => expect(listed()).toBe(all.length));

beforeEach(() => {
  Object.assign(server, { isDown: false, refusals: [] });
  store.dispatch(signedOut());
  vi.spyOn(globalThis, 'fetch').mockImplementation(page);
  // So high that the list's end is always in sight.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(100_000);
});

describe('the list', () => {
  it('reaches its end again after every snapshot', async () => {
    snapshot();
    render(<Provider store={store}><ConversationList me="ada" activeId={null} onNew={vi.fn()} /></Provider>);
    await wholeListIsThere();
    snapshot();
    expect(listed()).toBe(pageSize);
    await wholeListIsThere();
    expect(store.getState().conversations).toMatchObject({ more: false, next: null });
  });

  it('goes on when the network is back', async () => {
    server.isDown = true;
    store.dispatch(setConnectionStatus({ state: 'offline' }));
    snapshot();
    render(<Provider store={store}><ConversationList me="ada" activeId={null} onNew={vi.fn()} /></Provider>);
    await until(() => expect(fetch).toHaveBeenCalledOnce());
    server.isDown = false;
    act(() => void store.dispatch(setConnectionStatus({ state: 'live' })));
    await wholeListIsThere();
  });

  const open = () => {
    store.dispatch(setConnectionStatus({ state: 'live' }));
    snapshot();
    render(<Provider store={store}><ConversationList me="ada" activeId={null} onNew={vi.fn()} /></Provider>);
  };

  it('goes on by itself where the server was busy', async () => {
    server.refusals = [Response.json({ code: 'unavailable' }, { status: 503 })];
    open();
    await wholeListIsThere();
    expect(screen.queryByText(/couldn’t be loaded/u)).toBeNull();
  });

  it('finds nothing only once it has all, and says where that was refused', async () => {
    server.refusals = [Response.json({ code: 'forbidden' }, { status: 403 })];
    open();
    await userEvent.type(screen.getByRole('searchbox'), 'nothing like it');
    expect(await screen.findByText(/couldn’t be loaded/u)).toBeInTheDocument();
    expect(screen.queryByText(/Nothing found/u)).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Nothing found for “nothing like it”.')).toBeInTheDocument();
    expect(listed()).toBe(all.length);
  });
});
