import { useEffect, useRef } from 'react';
import { bigPage, useLazyGetMessagesPageQuery } from '@/lib/redux/services/conversationApi';
import type { Message } from '@/types/conversation';

/** A link may point far back: so many pages are read at most to find its message. */
const mostPages = 25;

/** Reads back until a linked message is in the log. The contract has no way to ask for one message alone. */
export function useMessageLink(conversationId: string, messageId: string | null, messages: readonly Message[], start: number): void {
  const [load, { isFetching, isError }] = useLazyGetMessagesPageQuery();
  const pages = useRef({ of: messageId, count: 0 });
  const isFound = messageId === null || messages.some((message) => message.id === messageId);
  const first = messages[0]?.seq;
  useEffect(() => {
    if (pages.current.of !== messageId) pages.current = { of: messageId, count: 0 };
    if (isFound || isFetching || isError || first === undefined || first <= start) return;
    if (pages.current.count++ >= mostPages) return;
    void load({ conversationId, before: first, limit: bigPage });
  }, [messageId, isFound, isFetching, isError, first, start, conversationId, load]);
}
