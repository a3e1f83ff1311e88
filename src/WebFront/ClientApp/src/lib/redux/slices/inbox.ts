import { metaText } from '@/lib/notifications/format';
import type { ChatState, InboxEntry } from '@/lib/redux/slices/chatSlice';
import { timeOf } from '@/lib/time';
import type { Notification } from '@/types/conversation';

/** The folds of a user's notifications. Applying one twice changes nothing. */

type Inbox = Pick<ChatState, 'notifications' | 'unreadNotifications'>;

export function add(inbox: Inbox, entry: InboxEntry): void {
  if (inbox.notifications.some((known) => known.id === entry.id)) return;
  const time = timeOf(entry.timestamp);
  const index = inbox.notifications.findIndex((known) => timeOf(known.timestamp) <= time);
  inbox.notifications.splice(index < 0 ? inbox.notifications.length : index, 0, entry);
  if (!entry.read) inbox.unreadNotifications++;
}

/**
 * Takes a page of history. What is new in it is counted already: the server's total covers all pages. A page may be older
 * than an event, so what is read stays read, and what was emptied stays empty.
 */
export function load(inbox: Inbox, page: readonly Notification[]): void {
  const known = new Map(inbox.notifications.map((entry) => [entry.id, entry]));
  for (const fresh of page) {
    const entry = known.get(fresh.id);
    if (!entry) inbox.notifications.push(fresh);
    else if (entry.content !== '') entry.content = fresh.content;
  }
  markRead(inbox, page.filter((fresh) => fresh.read && known.has(fresh.id)).map(({ id }) => id));
  inbox.notifications.sort((a, b) => timeOf(b.timestamp) - timeOf(a.timestamp));
}

export function markRead(inbox: Inbox, ids: readonly string[]): void {
  for (const id of ids) {
    const entry = inbox.notifications.find((known) => known.id === id);
    if (entry?.read) continue;
    if (entry) entry.read = true;
    inbox.unreadNotifications = Math.max(0, inbox.unreadNotifications - 1);
  }
}

export function markAllRead(inbox: Inbox, upToCursor = Infinity): void {
  let later = 0;
  for (const entry of inbox.notifications) {
    if ((entry.cursor ?? 0) <= upToCursor) entry.read = true;
    else if (!entry.read) later++;
  }
  inbox.unreadNotifications = later;
}

export function clearConversation(inbox: Inbox, conversationId: string): void {
  const ids = inbox.notifications
    .filter((entry) => !entry.read && metaText(entry, 'conversationId') === conversationId)
    .map((entry) => entry.id);
  markRead(inbox, ids);
}

/** A deleted message's notification keeps its place, emptied and read. */
export function emptyMessage(inbox: Inbox, messageId: string): void {
  const entry = inbox.notifications.find((known) => known.id === `msg-${messageId}`);
  if (!entry) return;
  entry.content = '';
  markRead(inbox, [entry.id]);
}

export function rewordMessage(inbox: Inbox, messageId: string, content: string): void {
  const entry = inbox.notifications.find((known) => known.id === `msg-${messageId}`);
  if (entry) entry.content = content;
}
