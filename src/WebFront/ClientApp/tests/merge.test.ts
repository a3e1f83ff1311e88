import { describe, expect, it } from 'vitest';
import { mergeMessages, upsertMessage } from '@/lib/messages/merge';
import type { Message } from '@/types/conversation';
import { message } from './people';

const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);
const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index));

/** A small deterministic generator, so that a failure can be run again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe('the log of a conversation', () => {
  it('has each message once, in order of seq, whatever came first', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const next = random(seed);
      let log: Message[] = [];
      const pages = Array.from({ length: 30 }, () => {
        const from = 1 + Math.floor(next() * 90);
        return page(from, Math.min(100, from + Math.floor(next() * 20)));
      });
      for (const each of pages) log = mergeMessages(log, each);
      expect(seqs(log)).toEqual([...new Set(pages.flatMap(seqs))].sort((a, b) => a - b));
    }
  });

  it('keeps what it has when the same comes again', () => {
    const log = page(1, 20);
    const before = [...log];
    expect(mergeMessages(log, page(1, 20))).toEqual(before);
    expect(mergeMessages(log, page(3, 5))[3]).toBe(before[3]);
  });

  it('leaves a hole where messages are missing', () => {
    expect(seqs(mergeMessages(page(1, 3), page(10, 20)))).toEqual([1, 2, 3, ...seqs(page(10, 20))]);
  });

  it('takes a later edit and ignores an earlier one', () => {
    const log = [message(1, { text: 'first', edited_at: '2026-01-05T10:00:02Z' })];
    upsertMessage(log, message(1, { text: 'stale' }));
    expect(log[0]?.text).toBe('first');
    upsertMessage(log, message(1, { text: 'second', edited_at: '2026-01-05T10:00:03Z' }));
    expect(log[0]?.text).toBe('second');
  });

  it('never brings back a deleted message', () => {
    const log = [message(1, { deleted: true, text: '' })];
    upsertMessage(log, message(1, { text: 'edited', edited_at: '2026-01-05T11:00:00Z' }));
    expect(log[0]).toMatchObject({ deleted: true, text: '' });
  });

  it('merges a page into 10,000 messages within a frame', () => {
    const times = Array.from({ length: 5 }, () => {
      const log = page(1, 10_000);
      const start = performance.now();
      mergeMessages(log, page(5_000, 5_200));
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
