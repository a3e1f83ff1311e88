/** The objects of the wire contract (docs/wire-contract.md), as they are in JSON. Times are ISO 8601 UTC. */

/** Free-form values that a product attaches to a conversation or a message; shown, never interpreted. */
type Meta = Record<string, unknown>;

export interface Message {
  id: string;
  conversation_id: string;
  /** Position in its conversation: from 1, no gaps. */
  seq: number;
  text: string;
  /** What to call the sender here: its label in this conversation, else its user id. */
  sender: string;
  sender_id: string;
  sender_name?: string | null;
  timestamp: string;
  edited_at?: string | null;
  /** A deleted message keeps its place, without its text. */
  deleted?: boolean;
  client_message_id?: string | null;
  meta?: Meta;
}

export type Role = 'owner' | 'admin' | 'member';
export type ConversationKind = 'direct' | 'group' | 'support';

export interface Member {
  user_id: string;
  name?: string | null;
  role: Role;
  label?: string | null;
  read_seq?: number;
  online?: boolean;
}

export interface Conversation {
  id: string;
  kind: ConversationKind;
  title?: string | null;
  meta?: Meta;
  history?: 'all' | 'since_joined';
  /** At most 50: me, owner and admins first. */
  members: Member[];
  member_count: number;
  created_at: string;
  /** Below it, history was removed by retention. */
  first_seq: number;
  last_seq: number;
  rev: number;
  read_seq: number;
  unread: number;
  muted: boolean;
  last_message?: Message | null;
}

/** One change of a conversation, at `rev`; what it changed is beside these fields. */
export interface Change {
  rev: number;
  at_seq: number;
  type: string;
  user_id?: string;
  timestamp: string;
  message_id?: string;
  message?: Message;
}

export type NotificationType = 'new_message' | 'new_conversation' | 'system_alert';

export interface Notification {
  /** Stable: a repeated delivery has the same id. */
  id: string;
  type: NotificationType;
  title: string;
  content: string;
  /** camelCase by contract: `conversationId`, `messageId`, `sender`. */
  meta: Record<string, unknown>;
  timestamp: string;
  read: boolean;
}

export interface User {
  id: string;
  name?: string | null;
  unread_notifications: number;
  cursor: number;
  epoch: string;
}

/** Everything a device needs to start from, in `hello` when it can't be resumed. */
export interface Snapshot {
  conversations: Conversation[];
  more: boolean;
  unread_notifications: number;
  notifications: Notification[];
}
