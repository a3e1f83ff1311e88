import { useState } from 'react';
import { navigate } from '@/hooks/useRoute';
import { holdsSeq } from '@/lib/messages/merge';
import { useLazyGetMessagesPageQuery } from '@/lib/redux/services/conversationApi';
import { conversationRead } from '@/lib/redux/slices/conversationsSlice';
import { useAppDispatch } from '@/lib/redux/store';
import type { Conversation, Message } from '@/types/conversation';

/** Messages that are fetched with the first unread one: what led to it, and what follows. */
const before = 20;
const after = 40;

interface Unread {
  /** The "new messages" line goes after this `seq`. Null for none, and while the log doesn't reach back to there. */
  lineAfter: number | null;
  /** Unread messages lie before those that are loaded: the newest ones in view don't mean that all were seen. */
  isBehind: boolean;
  /** The person wants to be at the line, once it is there. */
  hasJumped: boolean;
  /** Fetches what is around the first unread message. */
  jump: () => void;
  isJumpFailed: boolean;
  /** Takes the line away, and all as read. */
  markAllRead: () => void;
}

/** Where reading had stopped when the conversation was opened; gone once something is written. */
export function useUnread(conversation: Conversation, messages: readonly Message[], start: number, me: string): Unread {
  const dispatch = useAppDispatch();
  const { id, read_seq: readNow, last_seq: lastSeq, unread } = conversation;
  const [readSeq, setReadSeq] = useState<number | null>(unread > 0 ? readNow : null);
  const [hasJumped, setJumped] = useState(false);
  const [load, { isError }] = useLazyGetMessagesPageQuery();

  const first = Math.max((readSeq ?? readNow) + 1, start);
  const isBehind = first <= (messages.at(-1)?.seq ?? 0) && !holdsSeq(messages, first);
  // What was shown from this device's memory learns only now what it had missed.
  if (isBehind && readSeq === null) setReadSeq(readNow);

  return {
    lineAfter: isBehind ? null : readSeq,
    isBehind,
    hasJumped,
    jump: () => {
      setJumped(true);
      // A message that a link led to is no longer what is looked for.
      navigate(id);
      void load({ conversationId: id, before: first + after, limit: before + after });
    },
    isJumpFailed: isError,
    markAllRead: () => {
      setReadSeq(null);
      if (unread > 0) dispatch(conversationRead({ conversationId: id, seq: lastSeq, me }));
    },
  };
}
