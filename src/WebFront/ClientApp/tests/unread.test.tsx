import { act, renderHook } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import type { ReactNode } from 'react';
import { useHeld } from '@/hooks/useHeld';
import { useUnread } from '@/hooks/useUnread';
import { signedOut } from '@/lib/redux/actions';
import { conversationLoaded } from '@/lib/redux/slices/conversationsSlice';
import { store, useAppSelector } from '@/lib/redux/store';
import type { Conversation, Message } from '@/types/conversation';
import { conversation, lounge, message } from './people';
import { until } from './until';

const log = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
const read = (readSeq: number, lastSeq: number) => conversation({ read_seq: readSeq, last_seq: lastSeq, unread: lastSeq - readSeq });
const wrapper = ({ children }: { children: ReactNode }) => <Provider store={store}>{children}</Provider>;

/** The hook on the lounge as the store has it; `change` tells both it and the log anew. */
function open(shown: Conversation, messages: Message[]) {
  store.dispatch(conversationLoaded(shown));
  const useShown = ({ messages }: { messages: Message[] }) =>
    useUnread(useAppSelector((state) => state.conversations.entities[lounge]) ?? shown, messages, shown.first_seq, 'ada');
  const { result, rerender } = renderHook(useShown, { wrapper, initialProps: { messages } });
  const change = (shown: Conversation, messages: Message[]) => {
    act(() => void store.dispatch(conversationLoaded(shown)));
    rerender({ messages });
  };
  return { result, change };
}

beforeEach(() => {
  store.dispatch(signedOut());
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json([])));
});

describe('unread messages', () => {
  it('of one page have their line, and hide nothing', () => {
    const { result } = open(read(100, 130), log(71, 130));
    expect(result.current).toMatchObject({ lineAfter: 100, isBehind: false });
  });

  it('of more than a page are led to, and have their line once they are there', async () => {
    const { result, change } = open(read(30, 160), log(101, 160));
    expect(result.current).toMatchObject({ lineAfter: null, isBehind: true, hasJumped: false });
    act(() => result.current.jump());
    await until(() => expect(fetch).toHaveBeenCalledOnce());
    const [request] = vi.mocked(fetch).mock.calls[0] ?? [];
    expect(new URL((request as Request).url).search).toBe('?before=71&limit=60');
    change(read(30, 160), [...log(11, 70), ...log(101, 160)]);
    expect(result.current).toMatchObject({ lineAfter: 30, isBehind: false, hasJumped: true });
  });

  it('are led to as well where this device learns of them only after it has shown what it knew', () => {
    const { result, change } = open(read(20, 20), log(1, 20));
    expect(result.current.isBehind).toBe(false);
    change(read(20, 150), [...log(1, 20), ...log(91, 150)]);
    expect(result.current.isBehind).toBe(true);
    change(read(20, 150), log(1, 150));
    expect(result.current).toMatchObject({ lineAfter: 20, isBehind: false });
  });

  it('are read at a word', () => {
    const { result } = open(read(30, 160), log(101, 160));
    act(() => result.current.markAllRead());
    expect(store.getState().conversations.entities[lounge]).toMatchObject({ read_seq: 160, unread: 0 });
    expect(result.current).toMatchObject({ lineAfter: null, isBehind: false });
  });

  it('that retention took are not waited for', () => {
    const { result } = open({ ...read(30, 160), first_seq: 101 }, log(101, 160));
    expect(result.current.isBehind).toBe(false);
  });
});

it('what only passes by is not held', () => {
  vi.useFakeTimers();
  const { result, rerender } = renderHook(({ value }) => useHeld(value, 100), { initialProps: { value: true } });
  const pass = (time: number) => act(() => vi.advanceTimersByTime(time));
  pass(99);
  rerender({ value: false });
  rerender({ value: true });
  pass(99);
  expect(result.current).toBe(false);
  pass(1);
  expect(result.current).toBe(true);
  rerender({ value: false });
  expect(result.current).toBe(false);
  vi.useRealTimers();
});
