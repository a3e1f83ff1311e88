import { Icon } from '@/components/Icon';
import { focusComposer, focusMessages } from '@/lib/focus';

interface UnreadBarProps {
  count: number;
  isFailed: boolean;
  onJump: () => void;
  onRead: () => void;
}

/** Over the newest messages, while unread ones lie further back than what is loaded. */
export function UnreadBar({ count, isFailed, onJump, onRead }: UnreadBarProps) {
  // Both take the bar away, and the focus mustn't go with it.
  const jump = () => {
    onJump();
    focusMessages();
  };
  const read = () => {
    onRead();
    focusComposer();
  };
  return (
    <div className="unread-bar">
      <span role="status">{isFailed ? 'The first new messages couldn’t be loaded.' : `${count} new messages`}</span>
      <button type="button" className="link" onClick={jump}>{isFailed ? 'Try again' : 'Jump to first'}</button>
      <button type="button" className="icon-button" onClick={read} aria-label="Mark as read" title="Mark as read"><Icon name="check" /></button>
    </div>
  );
}
