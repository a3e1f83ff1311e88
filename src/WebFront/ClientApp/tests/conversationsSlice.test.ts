import { describe, expect, it } from 'vitest';
import { eventsReceived } from '@/lib/redux/actions';
import { conversationTitle, matchingConversations } from '@/lib/redux/selectors';
import conversations, { conversationLoaded, conversationRead, conversationsLoaded } from '@/lib/redux/slices/conversationsSlice';
import type { ChatEvent } from '@/types/events';
import { conversation, hello, lounge, message, newMessage, notification } from './people';

type State = ReturnType<typeof conversations>;
const after = (state: State | undefined, ...events: ChatEvent[]) =>
  conversations(state, eventsReceived({ events, me: 'ada', now: 0 }));
const snapshot = { conversations: [conversation()], more: false, unread_notifications: 0, notifications: [] };
const start = after(undefined, hello({ snapshot }));
const room = (state: State) => state.entities[lounge];

describe('conversationsSlice', () => {
  it('starts from the snapshot, and drops what isn’t in a later one', () => {
    expect(room(start)?.title).toBe('lounge');
    expect(start.loaded).toBe(true);
    expect(after(start, hello({ snapshot: { ...snapshot, conversations: [] } })).ids).toEqual([]);
  });

  it('lets no page of an earlier list say where a later one ends', () => {
    const scrolled = conversations(after(undefined, hello({ snapshot: { ...snapshot, more: true } })), conversationsLoaded({ conversations: [], before: null, next: '50' }));
    expect(scrolled).toMatchObject({ more: true, next: '50' });
    const anew = after(scrolled, hello({ snapshot: { ...snapshot, more: true } }));
    expect(conversations(anew, conversationsLoaded({ conversations: [], before: '50', next: null }))).toMatchObject({ more: true, next: null });
  });

  it('derives unread from positions, so a repeat changes nothing', () => {
    const state = after(start, newMessage(1), newMessage(2), newMessage(2), newMessage(1));
    expect(room(state)).toMatchObject({ last_seq: 2, unread: 2, last_message: { text: 'Message 2' } });
  });

  it('counts one’s own messages as read', () => {
    const state = after(start, newMessage(1), newMessage(2, { sender_id: 'ada' }));
    expect(room(state)).toMatchObject({ read_seq: 2, unread: 0 });
  });

  it('moves read marks forward only, mine and others’', () => {
    const read = (user: string, seq: number): ChatEvent =>
      ({ event_type: 'conversation_read', conversation_id: lounge, user_id: user, read_seq: seq });
    const state = after(start, newMessage(1), newMessage(2), read('ada', 2), read('ada', 1), read('grace', 2));
    expect(room(state)).toMatchObject({ read_seq: 2, unread: 0 });
    expect(room(state)?.members[1]?.read_seq).toBe(2);
  });

  it('keeps what it knows to be later than an answer that was on its way', () => {
    const live = conversations(after(start, newMessage(1), newMessage(2)), conversationRead({ conversationId: lounge, seq: 2, me: 'ada' }));
    const state = conversations(live, conversationLoaded(conversation({ last_seq: 1, unread: 1, title: 'renamed' })));
    expect(room(state)).toMatchObject({ title: 'renamed', last_seq: 2, read_seq: 2, unread: 0 });
  });

  it('lets no late answer undo a later change', () => {
    const now = after(start, newMessage(1), { event_type: 'conversation_updated', conversation: conversation({ title: 'renamed', rev: 6, last_seq: 1 }) });
    const late = conversation({ title: 'old', rev: 5, last_seq: 1, muted: true, last_message: message(1) });
    expect(room(conversations(now, conversationLoaded(late)))).toMatchObject({ title: 'renamed', rev: 6, muted: true });
  });

  it('lets no late answer bring back what was deleted or edited last', () => {
    const deleted = after(start, newMessage(1), { ...message(1, { deleted: true, text: '' }), event_type: 'message_deleted' });
    const late = conversation({ last_seq: 1, last_message: message(1) });
    expect(room(conversations(deleted, conversationLoaded(late)))?.last_message).toMatchObject({ deleted: true, text: '' });
  });

  it('lets no late answer say that somebody is away who has come meanwhile', () => {
    const came = after(start, { event_type: 'presence', user_id: 'grace', online: true });
    const state = conversations(came, conversationLoaded(conversation()));
    expect(room(state)?.members[1]?.online).toBe(true);
    const told = after(came, { event_type: 'conversation_updated', conversation: conversation() });
    expect(room(told)?.members[1]?.online).toBe(false);
    expect(room(conversations(told, conversationLoaded(conversation())))?.members[1]?.online).toBe(false);
  });

  it('learns a name from a message, and keeps it when the server does not tell it', () => {
    const [ada] = conversation().members;
    const nameless = conversation({ members: [...(ada ? [ada] : []), { user_id: 'grace', name: null, role: 'member', read_seq: 0, online: false }] });
    const early = conversations(start, conversationLoaded({ ...nameless, id: 'early' }));
    const state = after(early, newMessage(1, { conversation_id: 'early' }));
    expect(state.entities.early?.members[1]?.name).toBe('Grace');
    const again = after(state, { event_type: 'conversation_updated', conversation: { ...nameless, id: 'early', last_seq: 1 } });
    expect(again.entities.early?.members[1]?.name).toBe('Grace');
  });

  it('follows edits of the last message, presence, mute and leaving', () => {
    const edited = after(start, newMessage(1), { ...message(1, { text: 'Edited' }), event_type: 'message_updated' });
    expect(room(edited)?.last_message?.text).toBe('Edited');
    expect(room(after(start, { event_type: 'presence', user_id: 'grace', online: true }))?.members[1]?.online).toBe(true);
    expect(room(after(start, { event_type: 'conversation_updated', conversation: conversation({ muted: true }) }))?.muted).toBe(true);
    expect(after(start, { event_type: 'conversation_removed', conversation_id: lounge, reason: 'left' }).ids).toEqual([]);
  });

  it('takes new conversations and the heads of a slow line', () => {
    const event: ChatEvent = { ...notification('conv-x'), type: 'new_conversation', event_type: 'new_conversation', conversation: conversation({ id: 'x' }) };
    expect(after(start, event).ids).toContain('x');
    const behind: ChatEvent = { event_type: 'behind', from_cursor: 1, to_cursor: 9, conversations: { [lounge]: { last_seq: 40, rev: 3, unread: 12 } } };
    expect(room(after(start, behind))).toMatchObject({ last_seq: 40, unread: 12, read_seq: 28 });
  });
});

describe('the list', () => {
  it('names a conversation after the others in it', () => {
    expect(conversationTitle(conversation({ title: null }), 'ada')).toBe('Grace');
    expect(conversationTitle(conversation({ title: '', member_count: 9 }), 'ada')).toBe('Grace and 7 more');
  });

  it('is searched by title and member', () => {
    const all = [conversation(), conversation({ id: 'x', title: 'Kitchen', members: [{ user_id: 'linus', role: 'member' }] })];
    expect(matchingConversations(all, 'KITCH', 'ada').map(({ id }) => id)).toEqual(['x']);
    expect(matchingConversations(all, 'grace', 'ada').map(({ id }) => id)).toEqual([lounge]);
    expect(matchingConversations(all, ' ', 'ada')).toHaveLength(2);
  });
});
