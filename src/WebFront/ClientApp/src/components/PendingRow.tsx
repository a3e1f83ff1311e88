import { memo } from 'react';
import { Icon } from '@/components/Icon';
import { MessageText } from '@/components/MessageText';
import { messageDiscarded, messageRetried, type OutboxItem } from '@/lib/redux/slices/outboxSlice';
import { useAppDispatch } from '@/lib/redux/store';
import { clockTime } from '@/lib/time';

interface PendingRowProps {
  item: OutboxItem;
  isFirst: boolean;
  /** False where a repeat would be refused as well. */
  mayRetry?: boolean;
}

/** A message on its way, shown where it will be; or one that was refused, with what can be done about it. */
export const PendingRow = memo(function PendingRow({ item, isFirst, mayRetry = true }: PendingRowProps) {
  const dispatch = useAppDispatch();
  const failed = item.failure !== undefined;
  return (
    <article className="message" data-own="true" data-first={isFirst} data-pending={!failed} data-failed={failed}>
      <div className="message-body">
        <div className="bubble">
          <MessageText text={item.text} />
          <span className="message-facts">
            <time dateTime={item.createdAt}>{clockTime(item.createdAt)}</time>
            {!failed && (
              <span className="receipt" title="Sending">
                <Icon name="clock" />
                <span className="visually-hidden">Sending</span>
              </span>
            )}
          </span>
        </div>
        {failed && (
          <div className="failure" role="alert">
            <Icon name="warning" />
            <span>Not sent: {item.failure}</span>
            {mayRetry && <button type="button" onClick={() => dispatch(messageRetried(item.id))}>Retry</button>}
            <button type="button" onClick={() => dispatch(messageDiscarded(item.id))}>Discard</button>
          </div>
        )}
      </div>
    </article>
  );
});
