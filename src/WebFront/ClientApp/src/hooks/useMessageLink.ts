import { useEffect, useRef } from 'react';
import { hasHole } from '@/lib/messages/merge';
import { bigPage, useLazyGetMessagesPageQuery } from '@/lib/redux/services/conversationApi';
import type { Message } from '@/types/conversation';

/** A link may point far back: so many pages are read at most to find its message. */
const mostPages = 25;

interface Missing {
  before: number;
  after?: number;
}

/** What to read next on the way back from the newest message: its nearest hole, then what lies before the log. Null where nothing is left. */
function nextMissing(messages: readonly Message[], start: number): Missing | null {
  const at = messages.findLastIndex((message, index) => {
    const earlier = messages[index - 1];
    return earlier !== undefined && hasHole(earlier, message, start);
  });
  const first = messages[Math.max(at, 0)];
  return first && first.seq > start ? { before: first.seq, after: messages[at - 1]?.seq } : null;
}

/** Reads back until a linked message is in the log. The contract has no way to ask for one message alone. */
export function useMessageLink(conversationId: string, messageId: string | null, messages: readonly Message[], start: number): void {
  const [load, { isFetching, isError }] = useLazyGetMessagesPageQuery();
  // By their ends: one that brought nothing is not asked for again.
  const pages = useRef({ of: messageId, before: new Set<number>() });
  const isFound = messageId === null || messages.some((message) => message.id === messageId);
  const { before, after } = (isFound ? null : nextMissing(messages, start)) ?? {};
  useEffect(() => {
    if (pages.current.of !== messageId) pages.current = { of: messageId, before: new Set() };
    const asked = pages.current.before;
    if (isFetching || isError || before === undefined || asked.has(before) || asked.size >= mostPages) return;
    asked.add(before);
    void load({ conversationId, before, after, limit: bigPage });
  }, [messageId, isFetching, isError, before, after, conversationId, load]);
}
