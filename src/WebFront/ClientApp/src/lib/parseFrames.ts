import type { ChatEvent, EventType } from '@/types/events';

const known: Record<EventType, true> = {
  hello: true,
  new_message: true,
  message_updated: true,
  message_deleted: true,
  new_conversation: true,
  conversation_updated: true,
  conversation_removed: true,
  conversation_read: true,
  notification_read: true,
  notification_added: true,
  system_alert: true,
  typing: true,
  presence: true,
  behind: true,
  reply: true,
  pong: true,
  error: true,
  batch: true,
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * Turns what came over a socket into events: batches are unpacked, a nested message is lifted to the top level, and
 * whatever this client doesn't know is dropped, because the contract lets a newer server send it.
 */
export function parseFrames(frames: readonly unknown[]): ChatEvent[] {
  const events: ChatEvent[] = [];
  for (const frame of frames) {
    if (!isObject(frame) || typeof frame.event_type !== 'string' || !(frame.event_type in known)) continue;
    if (frame.event_type === 'batch') {
      if (Array.isArray(frame.events)) events.push(...parseFrames(frame.events));
      continue;
    }
    const { message, ...rest } = frame;
    const flat = isObject(message) ? { ...message, ...rest } : frame;
    events.push(flat as unknown as ChatEvent);
  }
  return events;
}
