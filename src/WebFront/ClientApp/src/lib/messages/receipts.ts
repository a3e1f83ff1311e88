import type { Member } from '@/types/conversation';

/** How far an own message has been read by the members that are known. Of a large group, with `count` members, those are not all. */
export function receiptOf(seq: number, members: readonly Member[], count: number, me: string): 'sent' | 'some' | 'all' {
  const readers = members.filter((member) => member.user_id !== me && (member.read_seq ?? 0) >= seq).length;
  if (readers === 0) return 'sent';
  return readers === count - 1 ? 'all' : 'some';
}
