import type { Conversation, Message, Notification, Snapshot } from '@/types/conversation';

/** Fields of a durable event: its position in this user's feed. */
interface Durable {
  cursor?: number;
}

export interface HelloEvent {
  event_type: 'hello';
  user_id: string;
  epoch: string;
  cursor: number;
  resumed: boolean;
  replayed?: number;
  session_id?: string;
  heartbeat_seconds?: number;
  contract_level?: number;
  snapshot?: Snapshot;
}

export interface NewMessageEvent extends Durable, Message {
  event_type: 'new_message';
  unread?: number;
  /** Null when the server decided that this user needs no notification. */
  notification_id?: string | null;
}

interface MessageChangedEvent extends Durable, Message {
  event_type: 'message_updated' | 'message_deleted';
}

interface NewConversationEvent extends Durable, Notification {
  event_type: 'new_conversation';
  conversation: Conversation;
}

interface ConversationUpdatedEvent extends Durable {
  event_type: 'conversation_updated';
  conversation: Conversation;
}

interface ConversationRemovedEvent extends Durable {
  event_type: 'conversation_removed';
  conversation_id: string;
  reason: 'left' | 'removed';
}

interface ConversationReadEvent extends Durable {
  event_type: 'conversation_read';
  conversation_id: string;
  user_id: string;
  read_seq: number;
  /** Only on one's own. */
  unread?: number;
}

interface NotificationReadEvent extends Durable {
  event_type: 'notification_read';
  notification_ids?: string[] | null;
  all_up_to_cursor?: number | null;
}

/** `notification_added`: a notification that came later than its message, because the device that showed it fell silent. */
interface NotificationEvent extends Durable, Notification {
  event_type: 'system_alert' | 'notification_added';
}

interface TypingEvent {
  event_type: 'typing';
  conversation_id: string;
  user_id: string;
}

interface PresenceEvent {
  event_type: 'presence';
  user_id: string;
  online: boolean;
}

export interface BehindEvent {
  event_type: 'behind';
  from_cursor: number;
  to_cursor: number;
  conversations: Record<string, { last_seq: number; rev: number; unread: number }>;
}

interface ReplyEvent {
  event_type: 'reply' | 'pong' | 'error';
  request_id?: string | number | null;
  ok?: boolean;
  code?: string;
  message?: string;
  retry_after?: number;
  cursor?: number;
}

interface BatchEvent {
  event_type: 'batch';
  events: ChatEvent[];
}

/** Every frame of the contract. Frames of other types exist and are dropped by `parseFrames`. */
export type ChatEvent =
  | HelloEvent
  | NewMessageEvent
  | MessageChangedEvent
  | NewConversationEvent
  | ConversationUpdatedEvent
  | ConversationRemovedEvent
  | ConversationReadEvent
  | NotificationReadEvent
  | NotificationEvent
  | TypingEvent
  | PresenceEvent
  | BehindEvent
  | ReplyEvent
  | BatchEvent;

export type EventType = ChatEvent['event_type'];
/** Some events share their fields, and so their type. */
type Named<E, T> = E extends { event_type: infer K } ? (T extends K ? E : never) : never;

export type EventOf<T extends EventType> = Named<ChatEvent, T>;
