import type { Member } from '@/types/conversation';

/** How far an own message has been read by the members that are known. */
export function receiptOf(seq: number, members: readonly Member[], me: string): 'sent' | 'some' | 'all' {
  const others = members.filter((member) => member.user_id !== me);
  const readers = others.filter((member) => (member.read_seq ?? 0) >= seq).length;
  if (readers === 0) return 'sent';
  return readers === others.length ? 'all' : 'some';
}
