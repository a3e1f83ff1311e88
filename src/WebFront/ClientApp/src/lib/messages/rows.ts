import { hasHole } from '@/lib/messages/merge';
import type { OutboxItem } from '@/lib/redux/slices/outboxSlice';
import type { Message } from '@/types/conversation';

/** Messages of one sender within this time are one group; in milliseconds. */
const groupTime = 5 * 60_000;

export type Row =
  | { kind: 'start'; key: string }
  | { kind: 'older'; key: string; before: number }
  | { kind: 'day'; key: string; timestamp: string }
  | { kind: 'new'; key: string }
  | { kind: 'hole'; key: string; after: number; before: number }
  | { kind: 'message'; key: string; message: Message; isFirst: boolean }
  | { kind: 'pending'; key: string; item: OutboxItem; isFirst: boolean };

export const isMessage = (row: Row): boolean => row.kind === 'message';

export interface RowsOf {
  messages: readonly Message[];
  pending: readonly OutboxItem[];
  /** Lowest `seq` that can be had, as far as is known. */
  start: number;
  /** The conversation's last `seq`: what lies between it and the log is a hole too, and all of it where the log is empty. */
  lastSeq: number;
  /** Where the "new messages" line goes: after this `seq`. Null for none. */
  readSeq: number | null;
  me: string;
}

/** Local days by minute: a history of 10,000 messages asks for them all on each change, and dates are slow. */
const days = new Map<string, string>();

function dayOf(timestamp: string): string {
  const minute = timestamp.slice(0, 16);
  let day = days.get(minute);
  if (day === undefined) days.set(minute, (day = new Date(timestamp).toDateString()));
  return day;
}

function continuesGroup(message: Message, before: Message | undefined): boolean {
  if (!before || before.sender_id !== message.sender_id || before.seq + 1 !== message.seq) return false;
  return Date.parse(message.timestamp) - Date.parse(before.timestamp) < groupTime;
}

/** A row's key. A message keeps the one that it had in the outbox, so that it doesn't move when it is confirmed. */
export function keyOf(message: Message, me: string): string {
  return (message.sender_id === me && message.client_message_id) || message.id;
}

/** The list as it is shown: messages with what belongs between them. Pure; a row's key stays the same while it is the same. */
export function buildRows({ messages, pending, start, lastSeq, readSeq, me }: RowsOf): Row[] {
  const rows: Row[] = [];
  const first = messages[0];
  if ((first?.seq ?? lastSeq + 1) <= start) rows.push({ kind: 'start', key: 'start' });
  else if (first) rows.push({ kind: 'older', key: 'older', before: first.seq });

  const waiting = new Map(pending.map((item) => [item.id, item]));
  let before: Message | undefined;
  let day = '';
  // Where reading had stopped is only known once the log reaches back to there.
  let hasLine = readSeq === null || first === undefined || first.seq > Math.max(readSeq + 1, start);
  for (const message of messages) {
    if (before && hasHole(before, message, start)) rows.push(hole(before.seq, message.seq));
    const messageDay = dayOf(message.timestamp);
    const isNewDay = messageDay !== day;
    if (isNewDay) rows.push({ kind: 'day', key: `day-${message.seq}`, timestamp: message.timestamp });
    const hasLineHere = !hasLine && readSeq !== null && message.seq > readSeq && message.sender_id !== me;
    if (hasLineHere) rows.push({ kind: 'new', key: 'new' });
    hasLine ||= hasLineHere;
    day = messageDay;
    const key = keyOf(message, me);
    rows.push({ kind: 'message', key, message, isFirst: isNewDay || hasLineHere || !continuesGroup(message, before) });
    if (message.sender_id === me && message.client_message_id) waiting.delete(message.client_message_id);
    before = message;
  }
  const last = Math.max(before?.seq ?? 0, start - 1);
  if (lastSeq > last) rows.push(hole(last, lastSeq + 1));

  let isFirst = before?.sender_id !== me;
  for (const item of waiting.values()) {
    rows.push({ kind: 'pending', key: item.id, item, isFirst });
    isFirst = false;
  }
  return rows;
}

function hole(after: number, before: number): Row {
  return { kind: 'hole', key: `hole-${after}-${before}`, after, before };
}
