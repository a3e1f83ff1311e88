import { describe, expect, it } from 'vitest';
import { receiptOf } from '@/lib/messages/receipts';
import type { Member } from '@/types/conversation';

/** Ada and so many others, who have read up to there each. */
const withAda = (...readSeqs: number[]): Member[] => [
  { user_id: 'ada', role: 'owner', read_seq: 9 },
  ...readSeqs.map((seq, at): Member => ({ user_id: `user-${at}`, role: 'member', read_seq: seq })),
];

describe('a receipt', () => {
  it.each([
    ['sent', [4, 0]],
    ['some', [5, 0]],
    ['all', [5, 6]],
    ['sent', []],
  ] as const)('says %s where others have read up to %j', (receipt, readSeqs) => {
    expect(receiptOf(5, withAda(...readSeqs), readSeqs.length + 1, 'ada')).toBe(receipt);
  });

  it('doesn’t say that all have read while only those are known of that a conversation names', () => {
    const named = withAda(...Array.from({ length: 49 }, () => 5));
    expect(receiptOf(5, named, 50, 'ada')).toBe('all');
    expect(receiptOf(5, named, 51, 'ada')).toBe('some');
  });
});
