import { Icon } from '@/components/Icon';

interface UnreadBarProps {
  count: number;
  isFailed: boolean;
  onJump: () => void;
  onRead: () => void;
}

/** Over the newest messages, while unread ones lie further back than what is loaded. */
export function UnreadBar({ count, isFailed, onJump, onRead }: UnreadBarProps) {
  return (
    <div className="unread-bar" role="status">
      <span>{isFailed ? 'The first new messages couldn’t be loaded.' : `${count} new messages`}</span>
      <button type="button" className="link" onClick={onJump}>{isFailed ? 'Try again' : 'Jump to the first'}</button>
      <button type="button" className="icon-button" onClick={onRead} aria-label="Mark as read" title="Mark as read"><Icon name="check" /></button>
    </div>
  );
}
