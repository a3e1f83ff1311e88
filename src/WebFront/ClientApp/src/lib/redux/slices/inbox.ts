import { isDraft, original } from '@reduxjs/toolkit';
import { metaText } from '@/lib/notifications/format';
import type { ChatState, InboxEntry } from '@/lib/redux/slices/chatSlice';
import { timeOf } from '@/lib/time';
import type { Notification } from '@/types/conversation';

/** The folds of a user's notifications. Applying one twice changes nothing. */

type Inbox = Pick<ChatState, 'notifications' | 'unreadNotifications'>;

/**
 * The entries, to be searched and replaced but never written to. Through a draft each entry that is looked at is wrapped,
 * and a page that is open for days looks at thousands with each event.
 */
function entriesOf(inbox: Inbox): InboxEntry[] {
  const { notifications } = inbox;
  if (isDraft(notifications)) inbox.notifications = [...(original(notifications) ?? [])];
  return inbox.notifications;
}

function change(inbox: Inbox, id: string, changes: (entry: InboxEntry) => Partial<InboxEntry>): void {
  const entries = entriesOf(inbox);
  const index = entries.findIndex((known) => known.id === id);
  const entry = entries[index];
  if (entry) entries[index] = { ...entry, ...changes(entry) };
}

export function add(inbox: Inbox, entry: InboxEntry): void {
  const entries = entriesOf(inbox);
  const known = entries.findIndex(({ id }) => id === entry.id);
  if (known >= 0) {
    addCursor(inbox, known, entry.cursor);
    return;
  }
  const time = timeOf(entry.timestamp);
  const index = entries.findIndex((known) => timeOf(known.timestamp) <= time);
  entries.splice(index < 0 ? entries.length : index, 0, entry);
  if (!entry.read) inbox.unreadNotifications++;
}

/** A page brought it before its event did: only now it is news, and counts. Of one in a snapshot no event comes. */
function addCursor(inbox: Inbox, index: number, cursor: number | undefined): void {
  const entry = inbox.notifications[index];
  if (!entry || entry.cursor !== undefined || cursor === undefined) return;
  inbox.notifications[index] = { ...entry, cursor };
  if (!entry.read) inbox.unreadNotifications++;
}

/**
 * Takes a page of history. What is new in it is counted already: the server's total covers all pages. A page may be older
 * than an event, so what is read stays read, and what was emptied stays empty.
 */
export function load(inbox: Inbox, page: readonly Notification[]): void {
  const entries = entriesOf(inbox);
  const known = new Set(entries.map((entry) => entry.id));
  for (const fresh of page) {
    if (!known.has(fresh.id)) entries.push(fresh);
    else change(inbox, fresh.id, (entry) => (entry.content === '' ? {} : { content: fresh.content }));
  }
  markRead(inbox, page.filter((fresh) => fresh.read && known.has(fresh.id)).map(({ id }) => id));
  entries.sort((a, b) => timeOf(b.timestamp) - timeOf(a.timestamp));
}

export function markRead(inbox: Inbox, ids: readonly string[]): void {
  const entries = entriesOf(inbox);
  for (const id of ids) {
    const index = entries.findIndex((known) => known.id === id);
    const entry = entries[index];
    if (entry?.read) continue;
    if (entry) entries[index] = { ...entry, read: true };
    inbox.unreadNotifications = Math.max(0, inbox.unreadNotifications - 1);
  }
}

export function markAllRead(inbox: Inbox, upToCursor = Infinity): void {
  const entries = entriesOf(inbox);
  let later = 0;
  for (const [index, entry] of entries.entries()) {
    if (entry.read) continue;
    if ((entry.cursor ?? 0) <= upToCursor) entries[index] = { ...entry, read: true };
    else later++;
  }
  inbox.unreadNotifications = later;
}

export function clearConversation(inbox: Inbox, conversationId: string): void {
  const ids = entriesOf(inbox)
    .filter((entry) => !entry.read && metaText(entry, 'conversationId') === conversationId)
    .map((entry) => entry.id);
  markRead(inbox, ids);
}

/** A deleted message's notification keeps its place, emptied and read. */
export function emptyMessage(inbox: Inbox, messageId: string): void {
  const id = `msg-${messageId}`;
  if (!entriesOf(inbox).some((known) => known.id === id)) return;
  change(inbox, id, () => ({ content: '' }));
  markRead(inbox, [id]);
}

export function rewordMessage(inbox: Inbox, messageId: string, content: string): void {
  change(inbox, `msg-${messageId}`, () => ({ content }));
}
