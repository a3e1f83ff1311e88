import type { Message, Notification } from '@/types/conversation';
import type { NewMessageEvent } from '@/types/events';

const previewLength = 140;

/** One line of at most 140 characters, never cut inside a character. */
export function preview(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= previewLength ? line : `${characters.slice(0, previewLength - 1).join('')}…`;
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

/** The title that a person sees: `New message from <sender>` for messages, else the notification's own. */
export function notificationTitle(notification: Notification, sender = metaText(notification, 'sender')): string {
  return notification.type === 'new_message' && sender ? `New message from ${sender}` : notification.title;
}
