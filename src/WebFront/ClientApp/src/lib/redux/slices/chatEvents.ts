import { cursorAfter } from '@/lib/feedPosition';
import { mergeMessages, upsertMessage } from '@/lib/messages/merge';
import { notificationOfMessage, preview } from '@/lib/notifications/format';
import type { ChatState } from '@/lib/redux/slices/chatSlice';
import * as inbox from '@/lib/redux/slices/inbox';
import type { Message, Notification, Snapshot } from '@/types/conversation';
import type { ChatEvent, HelloEvent } from '@/types/events';

/** Longest log of a conversation that nobody looks at: in a page that is open for days it only grows. Opened, it is fetched anew. */
const mostUnseen = 5_000;

function forgetLog(state: ChatState, conversationId: string): void {
  delete state.messages[conversationId];
  delete state.starts[conversationId];
}

/** Only the message's own fields: an event also says how it was delivered. */
function messageOf(event: Message): Message {
  const { id, conversation_id, seq, text, sender, sender_id, sender_name, timestamp } = event;
  const { edited_at, deleted, client_message_id, meta } = event;
  return {
    id, conversation_id, seq, text, sender, sender_id, sender_name, timestamp, edited_at, deleted, client_message_id, meta,
  };
}

function notificationOf({ id, type, title, content, meta, timestamp, read }: Notification): Notification {
  return { id, type, title, content, meta, timestamp, read };
}

/** A changed message belongs into the log only where the log already is: alone it would only make a hole. */
function updateMessage(state: ChatState, message: Message): void {
  const log = state.messages[message.conversation_id];
  const first = log?.[0];
  if (log && first && message.seq >= first.seq) upsertMessage(log, message);
  else keepEarly(state, message);
}

function addNewMessage(state: ChatState, message: Message): void {
  const { conversation_id: conversationId } = message;
  const log = state.messages[conversationId];
  if (log) upsertMessage(log, message);
  else keepEarly(state, message);
  if (log && log.length > mostUnseen && conversationId !== state.activeConversationId) forgetLog(state, conversationId);
}

function keepEarly(state: ChatState, message: Message): void {
  if (message.conversation_id === state.activeConversationId) upsertMessage(state.early, message);
}

/** The active conversation's log with the early messages that it reaches now. */
export function takeEarly(state: ChatState, log: Message[]): Message[] {
  const first = log[0]?.seq ?? 0;
  const reached = state.early.filter(({ seq }) => seq >= first);
  if (reached.length === 0) return log;
  state.early = state.early.filter(({ seq }) => seq < first);
  return mergeMessages(log, reached);
}

/** The server can have less than before, where an older backup was put back: a log that goes on behind its end would hide what comes there. */
function forgetWhatIsGone(state: ChatState, { conversations }: Snapshot): void {
  const active = state.activeConversationId;
  const last = active === null ? undefined : state.messages[active]?.at(-1);
  if (active === null || !last) return;
  if (last.seq <= (conversations.find(({ id }) => id === active)?.last_seq ?? 0)) return;
  forgetLog(state, active);
  state.early = [];
}

/** What came while the page was there, and is in a later snapshot alone, is news: no event will come of it. The first snapshot's is none. */
function applySnapshot(state: ChatState, snapshot: Snapshot, cursor: number): void {
  const isFirst = state.feed.cursor === 0;
  const known = new Set(state.notifications.map(({ id }) => id));
  state.notifications = snapshot.notifications.map((entry) => (isFirst || entry.read || known.has(entry.id) ? entry : { ...entry, cursor }));
  state.unreadNotifications = snapshot.unread_notifications;
}

function applyHello(state: ChatState, { resumed, replayed = 0, snapshot, cursor }: HelloEvent): void {
  state.feed.replayTo = cursor + replayed;
  if (resumed) return;
  if (snapshot) {
    forgetWhatIsGone(state, snapshot);
    applySnapshot(state, snapshot, cursor);
  }
  state.feed.cursor = state.feed.countedAt = cursor;
}

/** The fold of one event into messages and notifications; the log of a conversation nobody has opened isn't begun. */
export function applyChatEvent(state: ChatState, event: ChatEvent): void {
  const { unreadNotifications, feed } = state;
  fold(state, event);
  const cursor = cursorAfter(event);
  if (cursor === undefined) return;
  if (cursor <= feed.countedAt) state.unreadNotifications = unreadNotifications;
  feed.cursor = cursor;
}

function fold(state: ChatState, event: ChatEvent): void {
  switch (event.event_type) {
    case 'hello':
      applyHello(state, event);
      break;
    case 'new_message': {
      addNewMessage(state, messageOf(event));
      const notification = notificationOfMessage(event);
      if (notification) inbox.add(state, { ...notification, cursor: event.cursor });
      break;
    }
    case 'message_updated':
      updateMessage(state, messageOf(event));
      inbox.rewordMessage(state, event.id, preview(event.text));
      break;
    case 'message_deleted':
      updateMessage(state, { ...messageOf(event), text: '', deleted: true });
      inbox.emptyMessage(state, event.id);
      break;
    case 'new_conversation':
    case 'system_alert':
    case 'notification_added':
      inbox.add(state, { ...notificationOf(event), cursor: event.cursor });
      break;
    case 'notification_read':
      inbox.markRead(state, event.notification_ids ?? []);
      if (event.all_up_to_cursor != null) inbox.markAllRead(state, event.all_up_to_cursor);
      break;
    case 'conversation_removed':
      forgetLog(state, event.conversation_id);
      break;
    // Other slices' events, and answers that the connection itself takes.
    case 'conversation_updated':
    case 'conversation_read':
    case 'typing':
    case 'presence':
    case 'behind':
    case 'reply':
    case 'pong':
    case 'error':
    case 'batch':
      break;
    default:
      event satisfies never;
  }
}
