import { memo, useRef, useState, type UIEvent } from 'react';
import { Avatar } from '@/components/Avatar';
import { DeleteQuestion } from '@/components/DeleteQuestion';
import { EditMessage } from '@/components/EditMessage';
import { Icon } from '@/components/Icon';
import { MessageText } from '@/components/MessageText';
import { focusComposer } from '@/lib/focus';
import { senderName } from '@/lib/notifications/format';
import { failureOf } from '@/lib/redux/services/baseApi';
import { useDeleteMessageMutation } from '@/lib/redux/services/conversationApi';
import { toastShown } from '@/lib/redux/slices/toastsSlice';
import { useAppDispatch } from '@/lib/redux/store';
import { clockTime, fullTime } from '@/lib/time';
import type { Message } from '@/types/conversation';

interface MessageRowProps {
  message: Message;
  isOwn: boolean;
  isFirst: boolean;
  /** May delete it: its sender, or an admin. */
  mayDelete: boolean;
  /** Whether its buttons can be reached with Tab: only in the row that the arrow keys are on. */
  isCurrent: boolean;
  isHighlighted: boolean;
  /** Who has read it: nobody yet, some, or everybody. Own messages only. */
  receipt: 'sent' | 'some' | 'all' | null;
  isEditing: boolean;
  onEdit: (id: string | null) => void;
}

function Receipt({ receipt }: { receipt: MessageRowProps['receipt'] }) {
  if (receipt === null) return null;
  const name = { sent: 'Sent', some: 'Read by some', all: 'Read' }[receipt];
  return (
    <span className="receipt" data-read={receipt !== 'sent'} title={name}>
      <Icon name={receipt === 'all' ? 'checks' : 'check'} />
      <span className="visually-hidden">{name}</span>
    </span>
  );
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, isOwn, isFirst, mayDelete, isCurrent, isHighlighted, receipt, isEditing, onEdit } = props;
  const dispatch = useAppDispatch();
  const [isConfirming, setConfirming] = useState(false);
  const [deleteMessage] = useDeleteMessageMutation();
  const article = useRef<HTMLElement>(null);
  const name = senderName(message);
  const tabIndex = isCurrent ? 0 : -1;

  const edited = () => {
    const { activeElement } = document;
    // Saving takes its time: the person may have gone elsewhere meanwhile.
    const isHere = activeElement === document.body || article.current?.contains(activeElement);
    if (isHere) article.current?.focus({ preventScroll: true });
    onEdit(null);
  };
  const answered = ({ detail: clicks }: UIEvent) => {
    setConfirming(false);
    article.current?.focus({ preventScroll: true });
    // Whoever came by mouse isn't going through messages, and writes next.
    if (clicks > 0) focusComposer();
  };
  const remove = async (event: UIEvent) => {
    answered(event);
    const { error } = await deleteMessage(message);
    if (error) {
      dispatch(toastShown({ id: `delete-${message.id}`, kind: 'error', title: 'Not deleted', text: failureOf(error).message }));
    }
  };

  return (
    <article
      ref={article}
      className="message"
      data-own={isOwn}
      data-first={isFirst}
      data-highlighted={isHighlighted}
      data-seq={message.seq}
      aria-label={`${isOwn ? 'You' : name}, ${clockTime(message.timestamp)}`}
      tabIndex={tabIndex}
    >
      {!isOwn && (isFirst ? <Avatar id={message.sender_id} name={name} size="small" /> : <span className="avatar-space" />)}
      <div className="message-body">
        {isFirst && !isOwn && (
          <div className="message-sender">
            <b dir="auto">{name}</b>
            {message.sender !== message.sender_id && message.sender !== name && <span className="label">{message.sender}</span>}
          </div>
        )}
        {isEditing ? (
          <EditMessage message={message} onDone={edited} />
        ) : (
          <div className="bubble" data-deleted={message.deleted}>
            {message.deleted ? <p className="message-text">Message deleted</p> : <MessageText text={message.text} />}
            <span className="message-facts">
              {message.edited_at && !message.deleted && <span title={fullTime(message.edited_at)}>edited</span>}
              <time dateTime={message.timestamp} title={fullTime(message.timestamp)}>{clockTime(message.timestamp)}</time>
              {!message.deleted && <Receipt receipt={receipt} />}
            </span>
          </div>
        )}
        {!message.deleted && isConfirming && <DeleteQuestion onDelete={(event) => void remove(event)} onKeep={answered} />}
      </div>
      {!message.deleted && !isEditing && !isConfirming && (isOwn || mayDelete) && (
        <div className="message-actions">
          {isOwn && (
            <button type="button" className="icon-button" tabIndex={tabIndex} onClick={() => onEdit(message.id)} aria-label="Edit" title="Edit (e)">
              <Icon name="edit" />
            </button>
          )}
          {mayDelete && (
            <button type="button" className="icon-button" tabIndex={tabIndex} onClick={() => setConfirming(true)} aria-label="Delete" title="Delete">
              <Icon name="trash" />
            </button>
          )}
        </div>
      )}
    </article>
  );
});
