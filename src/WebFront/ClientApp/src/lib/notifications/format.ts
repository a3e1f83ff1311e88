import type { Message, Notification } from '@/types/conversation';
import type { NewMessageEvent } from '@/types/events';

const previewLength = 140;
const leftToRight = '\u200E';

/** At most so many characters, never cut inside one. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** One line of at most 140 characters. */
export function preview(text: string): string {
  return shorten(text.replace(/\s+/gu, ' ').trim(), previewLength);
}

/** What people call the sender: its name, else its label or id in that conversation. */
export function senderName(message: Pick<Message, 'sender' | 'sender_name' | 'sender_id'>): string {
  return message.sender_name || message.sender || message.sender_id;
}

/** The notification that the server made for this message, or null if it made none. */
export function notificationOfMessage(event: NewMessageEvent): Notification | null {
  if (!event.notification_id) return null;
  return {
    id: event.notification_id,
    type: 'new_message',
    title: 'New Message',
    content: preview(event.text),
    meta: { conversationId: event.conversation_id, sender: senderName(event), messageId: event.id },
    timestamp: event.timestamp,
    read: false,
  };
}

/** Reads a text out of a notification's `meta`, which may hold anything. */
export function metaText(notification: Pick<Notification, 'meta'>, key: string): string | undefined {
  const value = notification.meta?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a notification says beyond its own fields, as far as this device knows it. */
export interface NotificationContext {
  /** Who made it; undefined for nobody. */
  sender: string | undefined;
  /** Whether that is the person who is told of it. */
  isOwn: boolean;
  /** Whether this device has the conversation that it is about. */
  isKnown: boolean;
  /** The title of that, where it is a group that has one. */
  group: string | undefined;
}

/** The title that a person sees: `New message from <sender>` for messages, else the notification's own. */
export function notificationTitle({ type, title }: Notification, { sender, group }: NotificationContext): string {
  if (type !== 'new_message' || !sender) return title;
  return `New message from ${sender}${group ? ` in ${group}` : ''}`;
}

/** The text that a person sees. For a new conversation the server tells an id or a title alone. */
export function notificationText({ type, content }: Notification, { sender, isOwn, isKnown, group }: NotificationContext): string {
  if (type === 'new_message') return content || 'Message deleted';
  if (type !== 'new_conversation' || !sender || !isKnown) return content;
  if (isOwn) return group ? `You started “${group}”.` : 'You started a conversation.';
  // A name may be written from right to left; the sentence that begins with it is not.
  return leftToRight + (group ? `${sender} added you to “${group}”.` : `${sender} started a conversation with you.`);
}
