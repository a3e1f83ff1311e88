import { describe, expect, it } from 'vitest';
import { eventsReceived, lastSeenRestored } from '@/lib/redux/actions';
import chat, {
  addMessage,
  addNotification,
  clearConversationNotifications,
  markAllNotificationsRead,
  markNotificationRead,
  messagesLoaded,
  notificationsLoaded,
  setActiveConversation,
  unreadNotificationsCounted,
} from '@/lib/redux/slices/chatSlice';
import type { ChatEvent } from '@/types/events';
import { hello, lounge, message, newMessage, notification } from './people';

type State = ReturnType<typeof chat>;
const empty = chat(undefined, { type: '' });
const after = (state: State, ...events: ChatEvent[]) => chat(state, eventsReceived({ events, me: 'ada', now: 0 }));
const opened = chat(empty, messagesLoaded({ conversationId: lounge, messages: [message(1)], start: 1 }));
const texts = (state: State) => state.messages[lounge]?.map(({ text }) => text);

describe('chatSlice', () => {
  it('knows which conversation is open', () => {
    expect(chat(empty, setActiveConversation(lounge)).activeConversationId).toBe(lounge);
  });

  it('merges the first page and live events, whichever comes first', () => {
    const live = after(opened, newMessage(2), newMessage(3));
    const late = chat(live, messagesLoaded({ conversationId: lounge, messages: [message(1), message(2)] }));
    expect(texts(late)).toEqual(['Message 1', 'Message 2', 'Message 3']);
  });

  it('changes nothing when events are repeated', () => {
    const once = after(opened, newMessage(2), newMessage(3));
    expect(after(once, newMessage(2), newMessage(3))).toEqual(once);
  });

  it('begins no log for a conversation nobody has opened', () => {
    expect(after(empty, newMessage(7)).messages).toEqual({});
  });

  it('takes what events told of the open conversation while a page was on its way', () => {
    const open = chat(empty, setActiveConversation(lounge));
    const edited = { ...message(1, { text: 'Edited', edited_at: '2026-01-05T11:00:00Z' }), event_type: 'message_updated' } as const;
    const told = after(open, edited, newMessage(3));
    expect(told.messages).toEqual({});
    // Its newest page, and then an older one, both read before these events.
    const newest = chat(told, messagesLoaded({ conversationId: lounge, messages: [message(2)] }));
    expect(texts(newest)).toEqual(['Message 2', 'Message 3']);
    const older = chat(newest, messagesLoaded({ conversationId: lounge, messages: [message(1)], start: 1 }));
    expect(texts(older)).toEqual(['Edited', 'Message 2', 'Message 3']);
    expect(older.early).toEqual([]);
  });

  it('takes them into an empty page, and forgets them with the open conversation', () => {
    const told = after(chat(empty, setActiveConversation(lounge)), newMessage(1));
    const page = messagesLoaded({ conversationId: lounge, messages: [], start: 1 });
    expect(texts(chat(told, page))).toEqual(['Message 1']);
    expect(texts(chat(chat(told, setActiveConversation(null)), page))).toEqual([]);
  });

  it('keeps no endless log of a conversation that nobody looks at', () => {
    const page = Array.from({ length: 5_000 }, (_, index) => message(index + 1));
    const long = chat(empty, messagesLoaded({ conversationId: lounge, messages: page, start: 1 }));
    const looking = after(chat(long, setActiveConversation(lounge)), newMessage(5_001));
    expect(looking.messages[lounge]).toHaveLength(5_001);
    const away = after(chat(looking, setActiveConversation(null)), newMessage(5_002));
    expect([away.messages, away.starts]).toEqual([{}, {}]);
  });

  it('keeps only the message of an event, not how it was delivered', () => {
    const state = after(opened, newMessage(2));
    expect(state.messages[lounge]?.[1]).toEqual(message(2));
  });

  it('takes edits and deletions, and rewords or empties their notifications', () => {
    const edited = after(
      opened, newMessage(2), { ...message(2, { text: 'Edited', edited_at: '2026-01-05T11:00:00Z' }), event_type: 'message_updated' },
    );
    expect(texts(edited)).toEqual(['Message 1', 'Edited']);
    expect(edited.notifications[0]).toMatchObject({ content: 'Edited', read: false });
    const deleted = after(edited, { ...message(2, { deleted: true, text: '' }), event_type: 'message_deleted' });
    expect(deleted.messages[lounge]?.[1]).toMatchObject({ deleted: true, text: '' });
    expect(deleted.notifications[0]).toMatchObject({ content: '', read: true });
    expect(deleted.unreadNotifications).toBe(0);
  });

  it('adds a sent message by its answer', () => {
    expect(texts(chat(opened, addMessage(message(2))))).toEqual(['Message 1', 'Message 2']);
  });

  it('forgets a conversation one has left, but not what it notified of: that stays unread, as on the server', () => {
    const state = after(opened, newMessage(2), { event_type: 'conversation_removed', conversation_id: lounge, reason: 'removed' });
    expect(state.messages[lounge]).toBeUndefined();
    expect(state.notifications).toMatchObject([{ id: 'msg-msg_2', read: false }]);
    expect(state.unreadNotifications).toBe(1);
  });
});

describe('notifications', () => {
  it('are counted once each, newest first', () => {
    let state = chat(empty, addNotification(notification('a', { timestamp: '2026-01-05T10:00:00Z' })));
    state = chat(state, addNotification(notification('b', { timestamp: '2026-01-05T11:00:00Z' })));
    state = chat(state, addNotification(notification('a')));
    expect(state.notifications.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(state.unreadNotifications).toBe(2);
  });

  it('are ordered by time where a timestamp ends in zeros that are not written', () => {
    const early = notification('a', { timestamp: '2026-01-05T10:00:00.12Z' });
    const late = notification('b', { timestamp: '2026-01-05T10:00:00.121Z' });
    const live = chat(chat(empty, addNotification(early)), addNotification(late));
    expect(live.notifications.map(({ id }) => id)).toEqual(['b', 'a']);
    const loaded = chat(chat(empty, addNotification(early)), notificationsLoaded([late, early]));
    expect(loaded.notifications.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('are read one by one, all, or with their conversation', () => {
    const two = after(empty, newMessage(1), newMessage(2));
    expect(chat(two, markNotificationRead('msg-msg_1')).unreadNotifications).toBe(1);
    expect(chat(two, markAllNotificationsRead()).notifications.every(({ read }) => read)).toBe(true);
    expect(chat(two, clearConversationNotifications(lounge)).unreadNotifications).toBe(0);
    expect(chat(two, clearConversationNotifications('conv_other')).unreadNotifications).toBe(2);
  });

  it('cost no more where thousands are there, as in a page that was open for days', () => {
    const notifications = Array.from({ length: 10_000 }, (_, index) => notification(`n${index}`));
    const full = chat(undefined, lastSeenRestored({ conversations: [], messages: {}, notifications, unreadNotifications: 10_000 }));
    const events = Array.from({ length: 200 }, (_, index) => newMessage(index + 1));
    const start = performance.now();
    expect(after(full, ...events).unreadNotifications).toBe(10_200);
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('read elsewhere count down here, also those that aren’t loaded', () => {
    const start = after(empty, hello({ snapshot: { conversations: [], more: false, unread_notifications: 5, notifications: [notification('a')] } }));
    const read = after(start, { event_type: 'notification_read', notification_ids: ['a', 'older'] });
    expect(read.unreadNotifications).toBe(3);
    expect(chat(read, markNotificationRead('a')).unreadNotifications).toBe(3);
  });

  it('that came after "all read" stay unread', () => {
    const state = after(
      empty, newMessage(1, { cursor: 1 }), newMessage(2, { cursor: 3 }), { event_type: 'notification_read', all_up_to_cursor: 2 },
    );
    expect(state.notifications.map(({ id, read }) => [id, read])).toEqual([['msg-msg_2', false], ['msg-msg_1', true]]);
    expect(state.unreadNotifications).toBe(1);
  });

  it('that a page brought before their event count with it, once', () => {
    const news = newMessage(11);
    const start = after(empty, hello({ cursor: 10 }));
    const page = chat(start, notificationsLoaded([notification('msg-msg_11', { timestamp: news.timestamp })]));
    expect(page.unreadNotifications).toBe(0);
    const told = after(page, news, news);
    expect(told.unreadNotifications).toBe(1);
    expect(told.notifications[0]).toMatchObject({ id: 'msg-msg_11', cursor: 11 });
  });

  it('that the server has counted do not count again when their events come', () => {
    const start = chat(after(empty, hello({ cursor: 10 })), unreadNotificationsCounted({ count: 3, cursor: 12 }));
    expect(after(start, newMessage(11), newMessage(12), newMessage(13)).unreadNotifications).toBe(4);
  });

  it('of history don’t count twice', () => {
    const start = after(empty, hello({ snapshot: { conversations: [], more: false, unread_notifications: 2, notifications: [notification('a')] } }));
    const loaded = chat(start, notificationsLoaded([notification('a'), notification('b', { timestamp: '2026-01-04T10:00:00Z' })]));
    expect(loaded.notifications.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(loaded.unreadNotifications).toBe(2);
  });

  it('read elsewhere are read here by the page or by the event, whichever comes first, and once', () => {
    const two = after(empty, newMessage(1), newMessage(2));
    const byPage = chat(two, notificationsLoaded([notification('msg-msg_1', { read: true })]));
    const byBoth = after(byPage, { event_type: 'notification_read', notification_ids: ['msg-msg_1'] });
    for (const state of [byPage, byBoth]) {
      expect(state.notifications.filter(({ read }) => !read).map(({ id }) => id)).toEqual(['msg-msg_2']);
      expect(state.unreadNotifications).toBe(1);
    }
  });

  it('stay read and empty when a page was fetched before that', () => {
    const read = chat(after(empty, newMessage(1)), markNotificationRead('msg-msg_1'));
    const deleted = after(read, { ...message(1, { deleted: true, text: '' }), event_type: 'message_deleted' });
    expect(chat(deleted, notificationsLoaded([notification('msg-msg_1')])).notifications[0]).toMatchObject({ read: true, content: '' });
  });

  it('come late for a message whose device fell silent', () => {
    const state = after(empty, newMessage(1, { notification_id: null }), { ...notification('msg-msg_1'), event_type: 'notification_added', cursor: 9 });
    expect(state.unreadNotifications).toBe(1);
  });
});
