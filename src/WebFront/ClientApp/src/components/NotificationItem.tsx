import { memo } from 'react';
import { Icon, type IconName } from '@/components/Icon';
import { useToday } from '@/hooks/useToday';
import { selectNotificationText, selectNotificationTitle } from '@/lib/redux/selectors';
import { useAppSelector } from '@/lib/redux/store';
import { fullTime, listTime } from '@/lib/time';
import type { Notification, NotificationType } from '@/types/conversation';

const icons: Record<NotificationType, IconName> = {
  new_message: 'message',
  new_conversation: 'people',
  system_alert: 'warning',
};

interface NotificationItemProps {
  notification: Notification;
  onOpen: (notification: Notification) => void;
  onRead: (id: string) => void;
}

export const NotificationItem = memo(function NotificationItem({ notification, onOpen, onRead }: NotificationItemProps) {
  const { id, type, timestamp, read } = notification;
  useToday();
  const title = useAppSelector((state) => selectNotificationTitle(state, notification));
  const text = useAppSelector((state) => selectNotificationText(state, notification));
  return (
    <div className="notification-item" data-read={read}>
      <button type="button" className="notification-open" onClick={() => onOpen(notification)}>
        <span className="notification-icon" data-type={type}><Icon name={icons[type] ?? 'bell'} /></span>
        <span className="notification-text">
          <span className="notification-line">
            <b><bdi>{title}</bdi></b>
            <time dateTime={timestamp} title={fullTime(timestamp)}>{listTime(timestamp)}</time>
          </span>
          <span className="notification-content"><bdi>{text}</bdi></span>
          {!read && <span className="visually-hidden">Unread</span>}
        </span>
      </button>
      {!read && (
        <button type="button" className="icon-button notification-read" onClick={() => onRead(id)} aria-label="Mark as read" title="Mark as read">
          <Icon name="check" />
        </button>
      )}
    </div>
  );
});
