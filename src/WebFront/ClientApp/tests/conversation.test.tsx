import { act, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import type { ReactElement } from 'react';
import { ConversationDetails } from '@/components/ConversationDetails';
import { ConversationHeader } from '@/components/ConversationHeader';
import { ConversationListItem } from '@/components/ConversationListItem';
import { Icon } from '@/components/Icon';
import { signedOut } from '@/lib/redux/actions';
import { isAdminOf } from '@/lib/redux/selectors';
import { store } from '@/lib/redux/store';
import type { Conversation } from '@/types/conversation';
import { conversation, message } from './people';

const show = (element: ReactElement) => render(<Provider store={store}>{element}</Provider>);

beforeEach(() => void store.dispatch(signedOut()));

describe('a direct conversation', () => {
  const direct = conversation({ kind: 'direct', title: null });

  it('has no admin, whoever began it', () => {
    expect(isAdminOf(conversation(), 'ada')).toBe(true);
    expect(isAdminOf(conversation(), 'grace')).toBe(false);
    expect(isAdminOf(direct, 'ada')).toBe(false);
  });

  it('shows no roles', () => {
    show(<ConversationDetails conversation={direct} me="ada" onClose={vi.fn()} />);
    expect(screen.getByText('Ada')).toBeInTheDocument();
    expect(screen.queryByText('owner')).toBeNull();
  });
});

it('details name all members of a large group, also those who came since', async () => {
  const people = Array.from({ length: 401 }, (_, at) => ({ user_id: `user-${String(at).padStart(3, '0')}`, name: '', role: 'member', read_seq: 0 }));
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation((request) => {
    const { searchParams } = new URL((request as Request).url);
    const rest = people.filter(({ user_id: id }) => id > (searchParams.get('after') ?? ''));
    const page = rest.slice(0, Number(searchParams.get('limit')));
    const Link = `</api/conversations/conv_1/members?after=${page.at(-1)?.user_id ?? ''}>; rel="next"`;
    return Promise.resolve(Response.json(page, { headers: page.length < rest.length ? { Link } : {} }));
  });
  const details = (count: number, rev: number) => (
    <Provider store={store}>
      <ConversationDetails conversation={conversation({ member_count: count, rev })} me="ada" onClose={vi.fn()} />
    </Provider>
  );
  const { rerender } = render(details(401, 7));
  expect(await screen.findByText('user-400')).toBeInTheDocument();
  expect(fetched).toHaveBeenCalledTimes(3);
  people.push({ user_id: 'user-401', name: '', role: 'member', read_seq: 0 });
  rerender(details(402, 8));
  expect(await screen.findByText('user-401')).toBeInTheDocument();
  fetched.mockRestore();
});

it('details name nobody who was removed from a group that was large until then', async () => {
  const known = Array.from({ length: 51 }, (_, at) => ({ user_id: `user-${at}`, role: 'member' as const }));
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json(known)));
  const details = (members: Conversation['members'], count: number, rev: number) => (
    <Provider store={store}>
      <ConversationDetails conversation={conversation({ id: 'conv_51', members, member_count: count, rev })} me="user-0" onClose={vi.fn()} />
    </Provider>
  );
  const { rerender } = render(details(known.slice(0, 50), 51, 7));
  expect(await screen.findByText('user-50')).toBeInTheDocument();
  rerender(details(known.filter(({ user_id: id }) => id !== 'user-7'), 50, 8));
  expect(screen.getByText('user-50')).toBeInTheDocument();
  expect(screen.queryByText('user-7')).toBeNull();
});

it('a title has its own direction, and its place from the page', () => {
  show(<ConversationHeader conversation={conversation()} me="ada" title="غرفة" onDetails={vi.fn()} />);
  expect(screen.getByRole('heading', { name: 'غرفة' })).not.toHaveAttribute('dir');
  expect(screen.getByText('غرفة').tagName).toBe('BDI');
});

it('muting and notifications look different', () => {
  show(<ConversationHeader conversation={conversation()} me="ada" title="lounge" onDetails={vi.fn()} />);
  const drawn = (element: Element | null) => element?.querySelector('path')?.getAttribute('d');
  expect(drawn(screen.getByRole('button', { name: 'Mute' }))).not.toBe(drawn(render(<Icon name="bell" />).container));
});

it('what was written today was written yesterday after midnight', () => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date(2026, 0, 5, 23, 59, 30));
  const last = message(1, { timestamp: new Date(2026, 0, 5, 14, 5).toISOString() });
  render(<ConversationListItem conversation={conversation({ last_seq: 1, last_message: last })} me="ada" isActive={false} draft={undefined} />);
  expect(screen.queryByText('Yesterday')).toBeNull();
  act(() => vi.advanceTimersByTime(60_000));
  expect(screen.getByText('Yesterday')).toBeVisible();
  vi.useRealTimers();
});

it('a long name leaves room for what was written', () => {
  const last = message(1, { sender_name: 'Grace Brewster Murray Hopper, Rear Admiral', text: 'Hello there!' });
  show(<ConversationListItem conversation={conversation({ last_message: last })} me="ada" isActive={false} draft={undefined} />);
  expect(screen.getByText('Grace Brewster …: Hello there!')).toBeInTheDocument();
});
