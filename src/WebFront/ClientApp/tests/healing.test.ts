import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHealing } from '@/lib/effects/healingEffects';
import { eventsReceived, signedOut } from '@/lib/redux/actions';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { bigPage } from '@/lib/redux/services/conversationApi';
import { addMessage, setActiveConversation } from '@/lib/redux/slices/chatSlice';
import { selectConversations } from '@/lib/redux/selectors';
import { store } from '@/lib/redux/store';
import type { Conversation, Member, Message } from '@/types/conversation';
import type { BehindEvent, ChatEvent } from '@/types/events';
import { conversation, hello, lounge, message, newMessage, notification } from './people';

const receive = (...events: ChatEvent[]) => store.dispatch(eventsReceived({ events, me: 'ada', now: 0 }));
const behind = (conversations: BehindEvent['conversations']): BehindEvent =>
  ({ event_type: 'behind', from_cursor: 1, to_cursor: 2_000, conversations });
const refusal = (status: number, code: string, headers?: HeadersInit) => Response.json({ code, detail: code }, { status, headers });
const known = (id: string) => store.getState().conversations.entities[id];

/** Answers each path from the table, and everything else with an empty page. The paths that were asked for, in order. */
function serverHas(answers: Record<string, () => Response>): string[] {
  const asked: string[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation((request) => {
    const path = new URL((request as Request).url).pathname.replace(/^.*\/api\//u, '');
    asked.push(path);
    return Promise.resolve(answers[path]?.() ?? Response.json([]));
  });
  return asked;
}

function start(conversations: Conversation[]): void {
  const notifications = [notification('a'), notification('b', { timestamp: '2026-01-05T10:01:00Z', content: 'As it was' })];
  receive(hello({ snapshot: { conversations, more: false, unread_notifications: 2, notifications } }));
}

beforeAll(() => startHealing());
beforeEach(() => {
  vi.useFakeTimers();
  store.dispatch(signedOut());
  store.dispatch(signedIn({ userId: 'ada', name: 'Ada', token: 'token' }));
});
afterEach(() => vi.useRealTimers());

describe('after a gap', () => {
  it('the list shows what was written, renamed and joined in it', async () => {
    const kitchen = conversation({ id: 'kitchen', title: 'Kitchen', last_message: message(1, { conversation_id: 'kitchen' }), last_seq: 1 });
    const now = conversation({
      title: 'The lounge', rev: 3, last_seq: 40, read_seq: 28, unread: 12, member_count: 3, last_message: message(40, { text: 'Latest' }),
    });
    serverHas({ [`conversations/${lounge}`]: () => Response.json(now) });
    start([conversation(), kitchen]);
    receive(behind({ [lounge]: { last_seq: 40, rev: 3, unread: 12 } }));
    await vi.advanceTimersByTimeAsync(0);
    expect(known(lounge)).toMatchObject({ title: 'The lounge', rev: 3, unread: 12, member_count: 3, last_message: { text: 'Latest' } });
    expect(selectConversations(store.getState()).map(({ id }) => id)).toEqual([lounge, 'kitchen']);
  });

  it('a change that moves no position is fetched, a read mark alone is not', async () => {
    const asked = serverHas({
      'conversations/muted': () => Response.json(conversation({ id: 'muted', muted: true, last_seq: 9, unread: 9 })),
    });
    start(['muted', 'read'].map((id) => conversation({ id, last_seq: 9, unread: 9 })));
    receive(behind({ muted: { last_seq: 9, rev: 1, unread: 9 }, read: { last_seq: 9, rev: 1, unread: 0 } }));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.filter((path) => path.startsWith('conversations/'))).toEqual(['conversations/muted']);
    expect(known('muted')?.muted).toBe(true);
    expect(known('read')?.unread).toBe(0);
  });

  it('a conversation that one was removed from is gone', async () => {
    serverHas({ [`conversations/${lounge}`]: () => refusal(403, 'not_a_member') });
    start([conversation()]);
    receive(behind({ [lounge]: { last_seq: 0, rev: 2, unread: 0 } }));
    await vi.advanceTimersByTimeAsync(0);
    expect(known(lounge)).toBeUndefined();
    expect(store.getState().conversations.gone[lounge]).toBe('removed');
  });

  it('a conversation is asked for again where the server was busy, and never for who signs in next', async () => {
    let busy = true;
    const asked = serverHas({
      [`conversations/${lounge}`]: () =>
        busy ? refusal(429, 'rate_limited', { 'Retry-After': '2' }) : Response.json(conversation({ rev: 2, title: 'renamed' })),
    });
    const asks = () => asked.filter((path) => path === `conversations/${lounge}`).length;
    start([conversation()]);
    receive(behind({ [lounge]: { last_seq: 0, rev: 2, unread: 0 } }));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(asks()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asks()).toBe(2);
    busy = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(known(lounge)?.title).toBe('renamed');

    busy = true;
    receive(behind({ [lounge]: { last_seq: 0, rev: 3, unread: 0 } }));
    await vi.advanceTimersByTimeAsync(0);
    expect(asks()).toBe(4);
    store.dispatch(signedOut());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asks()).toBe(4);
  });

  it('an open conversation shows every change, also where the server was busy in the midst of them', async () => {
    const edit = (rev: number) => ({
      rev, at_seq: 2, type: 'message_edited', timestamp: '2026-01-05T11:00:00Z', message: message(2, { text: `Edit ${rev}`, edited_at: `2026-01-05T11:00:00.${rev}Z` }),
    });
    const pages = [
      () => Response.json(Array.from({ length: bigPage }, (_, index) => edit(100 + index))),
      () => refusal(429, 'rate_limited', { 'Retry-After': '2' }),
      () => Response.json([edit(900)]),
    ];
    const asked = serverHas({
      [`conversations/${lounge}`]: () => Response.json(conversation({ rev: 900, last_seq: 2 })),
      [`conversations/${lounge}/messages`]: () => Response.json([message(1), message(2)]),
      [`conversations/${lounge}/changes`]: () => pages.shift()?.() ?? Response.json([]),
    });
    const shown = () => store.getState().chat.messages[lounge]?.find(({ id }) => id === 'msg_2')?.text;
    start([conversation({ last_seq: 2 })]);
    store.dispatch(addMessage(message(1)));
    store.dispatch(addMessage(message(2)));
    store.dispatch(setActiveConversation(lounge));
    receive(behind({ [lounge]: { last_seq: 2, rev: 900, unread: 0 } }));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(shown()).toBe(`Edit ${99 + bigPage}`);
    await vi.advanceTimersByTimeAsync(1);
    expect(shown()).toBe('Edit 900');
    expect(asked.filter((path) => path.endsWith('/changes'))).toHaveLength(3);
  });

  it('the inbox shows as read what was read elsewhere, and counts as the server does', async () => {
    serverHas({
      'notifications': () => Response.json([notification('a', { read: true }), notification('b', { content: 'Edited', timestamp: '2026-01-05T10:01:00Z' })]),
      'users/me': () => Response.json({ id: 'ada', unread_notifications: 1, cursor: 2_000, epoch: 'e1' }),
    });
    start([]);
    receive(behind({}));
    await vi.advanceTimersByTimeAsync(0);
    const { notifications, unreadNotifications } = store.getState().chat;
    expect(notifications.map(({ id, read, content }) => [id, read, content])).toEqual([['b', false, 'Edited'], ['a', true, 'Hello there!']]);
    expect(unreadNotifications).toBe(1);
  });

  it('the inbox is counted again where events have overtaken its count', async () => {
    const counts = [{ unread_notifications: 5, cursor: 2_000 }, { unread_notifications: 7, cursor: 2_002 }];
    const asked = serverHas({ 'users/me': () => Response.json({ id: 'ada', epoch: 'e1', ...counts.shift() }) });
    start([conversation()]);
    receive(behind({}), newMessage(2_001));
    await vi.advanceTimersByTimeAsync(0);
    receive(newMessage(2_002), newMessage(2_003));
    expect(store.getState().chat.unreadNotifications).toBe(8);
    expect(asked.filter((path) => path === 'users/me')).toHaveLength(2);
  });
});

describe('after an older backup was put back', () => {
  const log = () => store.getState().chat.messages[lounge]?.map(({ text }) => text);
  const write = (...messages: Message[]) => messages.forEach((each) => store.dispatch(addMessage(each)));
  const upTo = (lastSeq: number) =>
    hello({ snapshot: { conversations: [conversation({ last_seq: lastSeq })], more: false, unread_notifications: 0, notifications: [] } });
  const kept = [1, 2, 3].map((seq) => message(seq));
  const gone = [4, 5].map((seq) => message(seq));
  const fresh = [4, 5].map((seq) => message(seq, { id: `msg_fresh_${seq}`, text: `Fresh ${seq}` }));

  beforeEach(() => {
    start([conversation({ last_seq: 5 })]);
    write(...kept, ...gone);
    store.dispatch(setActiveConversation(lounge));
  });

  it('an open conversation shows what the server has, and what is written since', async () => {
    serverHas({ [`conversations/${lounge}/messages`]: () => Response.json(kept) });
    receive(upTo(3));
    await vi.advanceTimersByTimeAsync(0);
    expect(log()).toEqual(['Message 1', 'Message 2', 'Message 3']);
    receive(newMessage(4, fresh[0]));
    expect(log()).toEqual(['Message 1', 'Message 2', 'Message 3', 'Fresh 4']);
  });

  it('an open conversation that has grown as long again shows what was written since', async () => {
    serverHas({ [`conversations/${lounge}/messages`]: () => Response.json([...kept, ...fresh]) });
    receive(upTo(5));
    await vi.advanceTimersByTimeAsync(0);
    expect(log()).toEqual(['Message 1', 'Message 2', 'Message 3', 'Fresh 4', 'Fresh 5']);
  });
});

describe('after a connection that was resumed', () => {
  const of = (changes: { online: boolean; read_seq: number }) => {
    const [ada, other] = conversation().members;
    return conversation({ last_seq: 3, members: [ada as Member, { ...(other as Member), ...changes }] });
  };
  const grace = () => known(lounge)?.members.find(({ user_id: id }) => id === 'grace');

  it('who has left and what was read meanwhile is seen', async () => {
    serverHas({ conversations: () => Response.json([of({ online: false, read_seq: 3 })]) });
    start([of({ online: true, read_seq: 1 })]);
    receive({ event_type: 'presence', user_id: 'grace', online: true });
    receive(hello({ resumed: true, snapshot: undefined }));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(grace()).toMatchObject({ online: false, read_seq: 3 });
  });

  it('what is told since is newer than the answer', async () => {
    serverHas({ conversations: () => Response.json([of({ online: false, read_seq: 2 })]) });
    start([of({ online: false, read_seq: 1 })]);
    receive(hello({ resumed: true, snapshot: undefined }));
    receive({ event_type: 'presence', user_id: 'grace', online: true });
    receive({ event_type: 'conversation_read', conversation_id: lounge, user_id: 'grace', read_seq: 3 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(grace()).toMatchObject({ online: true, read_seq: 3 });
  });

  it('an open conversation that is older than the list reaches is asked for too', async () => {
    const asked = serverHas({ [`conversations/${lounge}`]: () => Response.json(conversation()) });
    start([conversation()]);
    store.dispatch(setActiveConversation(lounge));
    receive(hello({ resumed: true, snapshot: undefined }));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toEqual(['conversations', `conversations/${lounge}`]);
  });
});
