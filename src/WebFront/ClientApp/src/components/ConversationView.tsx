import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Composer } from '@/components/Composer';
import { ConversationHeader } from '@/components/ConversationHeader';
import { MessageList } from '@/components/MessageList';
import { MessageRow } from '@/components/MessageRow';
import { MissingRow } from '@/components/MissingRow';
import { PendingRow } from '@/components/PendingRow';
import { TypingLine } from '@/components/TypingLine';
import { UnreadBar } from '@/components/UnreadBar';
import useConversationMessages from '@/hooks/useConversationMessages';
import { useArrivals } from '@/hooks/useArrivals';
import { useHeld } from '@/hooks/useHeld';
import { useMessageLink } from '@/hooks/useMessageLink';
import { usePageVisible } from '@/hooks/usePageVisible';
import { usePlace } from '@/hooks/usePlace';
import { useToday } from '@/hooks/useToday';
import { useUnread } from '@/hooks/useUnread';
import { focusComposer } from '@/lib/focus';
import { receiptOf } from '@/lib/messages/receipts';
import { buildRows, keyOf, type Row } from '@/lib/messages/rows';
import { conversationTitle, isAdminOf, selectOutbox } from '@/lib/redux/selectors';
import { conversationRead } from '@/lib/redux/slices/conversationsSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';
import { dayName } from '@/lib/time';
import type { Conversation } from '@/types/conversation';

/** So long must the newest message be in view to be read, in milliseconds. */
const readingTime = 150;

interface ConversationViewProps {
  conversation: Conversation;
  me: string;
  messageId: string | null;
  onDetails: () => void;
}

/** One open conversation. Mounted anew for each, so nothing of the one before stays. */
export function ConversationView({ conversation, me, messageId, onDetails }: ConversationViewProps) {
  const dispatch = useAppDispatch();
  const { id, last_seq: lastSeq, members, member_count: count } = conversation;
  const { messages, isLoading, isError, retry } = useConversationMessages(id);
  const pending = useAppSelector((state) => selectOutbox(state, id));
  // Retention may have gone on since either was told.
  const start = Math.max(useAppSelector((state) => state.chat.starts[id] ?? 0), conversation.first_seq);
  useMessageLink(id, messageId, messages, start);
  const arrival = useArrivals(id, me);
  const isVisible = usePageVisible();
  useToday();
  const [isAtEnd, setAtEnd] = useState(false);
  const [editing, setEditing] = useState<string | null>(null);
  const [sent, setSent] = useState(0);
  const isEditingFromComposer = useRef(false);
  const { lineAfter, isBehind, hasJumped, jump, isJumpFailed, markAllRead } = useUnread(conversation, messages, start, me);
  const [place, keepPlace] = usePlace(id);
  const title = conversationTitle(conversation, me);
  const isAdmin = isAdminOf(conversation, me);

  const newest = messages.at(-1)?.seq ?? 0;
  // A list that is being placed may pass its end by.
  const isReading = useHeld(isVisible && isAtEnd && !isBehind, readingTime);
  const isUnread = newest > conversation.read_seq;
  useEffect(() => {
    if (isReading && isUnread) dispatch(conversationRead({ conversationId: id, seq: newest, me }));
  }, [isReading, isUnread, newest, id, me, dispatch]);

  const rows = useMemo(
    () => (isLoading ? [] : buildRows({ messages, pending, start, lastSeq, readSeq: lineAfter, me })),
    [isLoading, messages, pending, start, lastSeq, lineAfter, me],
  );

  const edit = useCallback((messageId: string | null) => {
    setEditing(messageId);
    if (messageId === null && isEditingFromComposer.current) focusComposer();
    isEditingFromComposer.current = false;
  }, []);
  const editLast = () => {
    const last = messages.findLast((message) => message.sender_id === me && !message.deleted);
    if (!last) return;
    setEditing(last.id);
    isEditingFromComposer.current = true;
  };

  const renderRow = useCallback(
    (row: Row, isCurrent: boolean) => {
      switch (row.kind) {
        case 'start':
          return <p className="start">This is the beginning of <b dir="auto">{title}</b>.</p>;
        case 'older':
          return <MissingRow conversationId={id} before={row.before} />;
        case 'hole':
          return <MissingRow conversationId={id} before={row.before} after={row.after} />;
        case 'day':
          return <h3 className="day"><span>{dayName(row.timestamp)}</span></h3>;
        case 'new':
          return <p className="new-line"><span>New messages</span></p>;
        case 'pending':
          return <PendingRow item={row.item} isFirst={row.isFirst} />;
        case 'message': {
          const isOwn = row.message.sender_id === me;
          return (
            <MessageRow
              message={row.message}
              isOwn={isOwn}
              isFirst={row.isFirst}
              mayDelete={isOwn || isAdmin}
              isCurrent={isCurrent}
              isHighlighted={row.message.id === messageId}
              receipt={isOwn ? receiptOf(row.message.seq, members, count, me) : null}
              isEditing={row.message.id === editing}
              onEdit={edit}
            />
          );
        }
        default:
          return row satisfies never;
      }
    },
    [id, me, title, isAdmin, members, count, messageId, editing, edit],
  );

  const wanted = messageId === null ? null : messages.find((message) => message.id === messageId);
  const wantedKey = wanted ? keyOf(wanted, me) : null;
  const edited = editing === null ? undefined : messages.find((message) => message.id === editing);
  const onSent = () => {
    markAllRead();
    setSent((count) => count + 1);
  };

  return (
    <section className="conversation" aria-label={title}>
      <ConversationHeader conversation={conversation} me={me} title={title} onDetails={onDetails} />
      {isBehind && <UnreadBar count={conversation.unread} isFailed={isJumpFailed} onJump={jump} onRead={markAllRead} />}
      {isError && messages.length === 0 ? (
        <div className="empty" role="alert">
          <p>The messages couldn’t be loaded.</p>
          <button type="button" onClick={retry}>Try again</button>
        </div>
      ) : isLoading ? (
        <div className="empty"><p className="loading" role="status">Loading messages…</p></div>
      ) : (
        <MessageList
          rows={rows}
          target={wantedKey ?? (hasJumped ? 'new' : null)}
          place={place}
          editing={edited ? keyOf(edited, me) : null}
          sent={sent}
          unseen={Math.max(0, conversation.unread)}
          renderRow={renderRow}
          onAtEnd={setAtEnd}
          onPlace={keepPlace}
        />
      )}
      <p className="visually-hidden" aria-live="polite">{arrival}</p>
      <TypingLine conversationId={id} members={members} />
      <Composer me={me} conversationId={id} title={title} onEditLast={editLast} onSent={onSent} />
    </section>
  );
}
