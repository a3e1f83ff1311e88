import type { Conversation, Message, Notification } from '@/types/conversation';
import type { HelloEvent, NewMessageEvent } from '@/types/events';

/** The people of all tests, and their room. */
export const lounge = 'conv_lounge';

export function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `msg_${seq}`,
    conversation_id: lounge,
    seq,
    text: `Message ${seq}`,
    sender: 'grace',
    sender_id: 'grace',
    sender_name: 'Grace',
    timestamp: new Date(Date.UTC(2026, 0, 5, 10, 0, seq)).toISOString(),
    edited_at: null,
    deleted: false,
    client_message_id: null,
    meta: {},
    ...more,
  };
}

export function newMessage(seq: number, more: Partial<NewMessageEvent> = {}): NewMessageEvent {
  return { event_type: 'new_message', cursor: seq, unread: seq, notification_id: `msg-msg_${seq}`, ...message(seq), ...more };
}

export function conversation(more: Partial<Conversation> = {}): Conversation {
  return {
    id: lounge,
    kind: 'group',
    title: 'lounge',
    meta: {},
    history: 'all',
    members: [
      { user_id: 'ada', name: 'Ada', role: 'owner', read_seq: 0, online: true },
      { user_id: 'grace', name: 'Grace', role: 'member', read_seq: 0, online: false },
    ],
    member_count: 2,
    created_at: '2026-01-05T09:00:00Z',
    first_seq: 1,
    last_seq: 0,
    rev: 1,
    read_seq: 0,
    unread: 0,
    muted: false,
    last_message: null,
    ...more,
  };
}

export function notification(id: string, more: Partial<Notification> = {}): Notification {
  return {
    id,
    type: 'new_message',
    title: 'New Message',
    content: 'Hello there!',
    meta: { conversationId: lounge, sender: 'grace', messageId: 'msg_1' },
    timestamp: '2026-01-05T10:00:00Z',
    read: false,
    ...more,
  };
}

export function hello(more: Partial<HelloEvent> = {}): HelloEvent {
  return {
    event_type: 'hello',
    user_id: 'ada',
    epoch: 'e1',
    cursor: 0,
    resumed: false,
    heartbeat_seconds: 25,
    snapshot: { conversations: [], more: false, unread_notifications: 0, notifications: [] },
    ...more,
  };
}
