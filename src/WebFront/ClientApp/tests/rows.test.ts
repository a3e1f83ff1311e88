import { describe, expect, it } from 'vitest';
import { buildRows, type RowsOf } from '@/lib/messages/rows';
import { lounge, message } from './people';

function rows(more: Partial<RowsOf>) {
  const messages = more.messages ?? [];
  return buildRows({ messages, pending: [], start: 1, lastSeq: messages.at(-1)?.seq ?? 0, readSeq: null, me: 'ada', ...more });
}

const kinds = (more: Partial<RowsOf>) => rows(more).map(({ kind }) => kind);
const waiting = { id: 'c-1', conversationId: lounge, text: 'Hello', createdAt: '2026-01-05T10:01:00Z' };

describe('rows', () => {
  it('say that an empty conversation begins here', () => {
    expect(kinds({})).toEqual(['start']);
  });

  it('separate days', () => {
    const next = message(2, { timestamp: '2026-01-09T12:00:00Z' });
    expect(kinds({ messages: [message(1), next] })).toEqual(['start', 'day', 'message', 'day', 'message']);
  });

  it('show a hole between messages and after the last one', () => {
    const found = rows({ messages: [message(1), message(5)], lastSeq: 7 }).filter((row) => row.kind === 'hole');
    expect(found).toMatchObject([{ after: 1, before: 5 }, { after: 5, before: 8 }]);
  });

  it('show a hole where all is missing', () => {
    expect(rows({ lastSeq: 3 })).toMatchObject([{ kind: 'hole', after: 0, before: 4 }]);
    expect(rows({ start: 3, lastSeq: 3 })).toMatchObject([{ kind: 'hole', after: 2, before: 4 }]);
  });

  it('show no hole where nothing is to be had any more', () => {
    expect(kinds({ start: 4, lastSeq: 3 })).toEqual(['start']);
    expect(kinds({ messages: [message(1)], start: 4, lastSeq: 3 })).toEqual(['start', 'day', 'message']);
    expect(kinds({ messages: [message(1), message(4)], start: 4 })).not.toContain('hole');
    const found = rows({ messages: [message(1), message(6)], start: 4 }).filter((row) => row.kind === 'hole');
    expect(found).toMatchObject([{ after: 1, before: 6 }]);
  });

  it('offer older messages until the start is known', () => {
    expect(kinds({ messages: [message(5)] })[0]).toBe('older');
    expect(kinds({ messages: [message(5)], start: 5 })[0]).toBe('start');
  });

  it('put the new-messages line before the first unread message of somebody else, once', () => {
    const messages = [message(1), message(2, { sender_id: 'ada' }), message(3), message(4)];
    expect(kinds({ messages, readSeq: 1 })).toEqual(['start', 'day', 'message', 'message', 'new', 'message', 'message']);
  });

  it('wait with that line until the log reaches back to it', () => {
    expect(kinds({ messages: [message(5), message(6)], readSeq: 2 })).not.toContain('new');
    expect(kinds({ messages: [message(3), message(4)], readSeq: 2 })).toContain('new');
    expect(kinds({ messages: [message(3), message(4)], start: 3, readSeq: 0 })).toContain('new');
  });

  it('group messages of one sender that follow closely', () => {
    const late = message(3, { timestamp: '2026-01-05T10:20:00Z' });
    const firsts = rows({ messages: [message(1), message(2), late] }).map((row) => row.kind === 'message' && row.isFirst);
    expect(firsts).toEqual([false, false, true, false, true]);
  });

  it('end with what waits, and let the message take its place under the same key', () => {
    const pending = rows({ messages: [message(1)], pending: [waiting] }).at(-1);
    expect(pending).toMatchObject({ kind: 'pending', key: 'c-1' });
    const own = message(2, { sender_id: 'ada', client_message_id: 'c-1' });
    const confirmed = rows({ messages: [message(1), own], pending: [waiting] });
    expect(confirmed.filter(({ key }) => key === 'c-1')).toMatchObject([{ kind: 'message' }]);
  });

  it('have keys of their own each', () => {
    const messages = [message(1), message(4), message(9)];
    const keys = rows({ messages, pending: [waiting], lastSeq: 12, readSeq: 1 }).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
