import { PendingRow } from '@/components/PendingRow';
import { selectOutbox } from '@/lib/redux/selectors';
import { useAppSelector } from '@/lib/redux/store';

/** What was written in a conversation that can't be shown: its words are not lost, only not sent. */
export function Unsent({ conversationId }: { conversationId: string }) {
  const items = useAppSelector((state) => selectOutbox(state, conversationId));
  if (items.length === 0) return null;
  return (
    <div className="unsent">
      {items.map((item, index) => <PendingRow key={item.id} item={item} isFirst={index === 0} mayRetry={false} />)}
    </div>
  );
}
