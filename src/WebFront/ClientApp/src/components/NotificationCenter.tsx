import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '@/components/Icon';
import { NotificationItem } from '@/components/NotificationItem';
import { navigate } from '@/hooks/useRoute';
import { metaText } from '@/lib/notifications/format';
import { useLazyGetNotificationsQuery } from '@/lib/redux/services/notificationApi';
import { markAllNotificationsRead, markNotificationRead } from '@/lib/redux/slices/chatSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';
import type { Notification } from '@/types/conversation';

/** The bell with its count, and the inbox that opens from it. */
export function NotificationCenter() {
  const unread = useAppSelector((state) => state.chat.unreadNotifications);
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const bell = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = ({ target }: PointerEvent) => {
      if (target instanceof Node && !place.current?.contains(target)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [isOpen]);

  return (
    <div
      className="center"
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        event.stopPropagation();
        setOpen(false);
        bell.current?.focus();
      }}
    >
      <button
        ref={bell}
        type="button"
        className="icon-button bell"
        aria-expanded={isOpen}
        aria-controls="inbox"
        aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
        title="Notifications (b)"
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="bell" />
        {unread > 0 && <span className="badge" data-testid="notification-badge">{unread > 99 ? '99+' : unread}</span>}
      </button>
      {isOpen && <Inbox onClose={() => setOpen(false)} />}
    </div>
  );
}

function Inbox({ onClose }: { onClose: () => void }) {
  const notifications = useAppSelector((state) => state.chat.notifications);
  const unread = useAppSelector((state) => state.chat.unreadNotifications);
  const dispatch = useAppDispatch();
  const [load, { data, isFetching, isError, isUninitialized }] = useLazyGetNotificationsQuery();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: notifications.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 69,
    getItemKey: (index) => notifications[index]?.id ?? index,
    overscan: 6,
  });
  const items = virtualizer.getVirtualItems();
  // Opened by a key, the inbox must be where the next keys go.
  useEffect(() => scroller.current?.focus(), []);
  const isNearEnd = (items.at(-1)?.index ?? 0) >= notifications.length - 3;

  useEffect(() => {
    if (isFetching || isError || !isNearEnd) return;
    if (isUninitialized || data?.next) void load(data?.next);
  }, [isFetching, isError, isNearEnd, isUninitialized, data, load]);

  const open = (notification: Notification) => {
    if (!notification.read) dispatch(markNotificationRead(notification.id));
    const conversationId = metaText(notification, 'conversationId');
    if (conversationId) navigate(conversationId, metaText(notification, 'messageId'));
    onClose();
  };

  return (
    <section id="inbox" className="inbox" aria-label="Notifications">
      <header className="inbox-head">
        <h2>Notifications</h2>
        <button type="button" className="link" disabled={unread === 0} onClick={() => dispatch(markAllNotificationsRead())}>Mark all as read</button>
      </header>
      <div className="inbox-scroll" ref={scroller} tabIndex={0} role="region" aria-label="Inbox">
        <ul className="virtual" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const notification = notifications[index];
            return notification ? (
              <li
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className="virtual-row"
                style={{ transform: `translateY(${start}px)` }}
              >
                <NotificationItem notification={notification} onOpen={open} onRead={(id) => dispatch(markNotificationRead(id))} />
              </li>
            ) : null;
          })}
        </ul>
        {notifications.length === 0 && !isFetching && <p className="list-empty">Nothing here yet. You’re all caught up.</p>}
        {isFetching && <p className="list-empty loading">Loading…</p>}
        {isError && (
          <p className="list-empty">
            The inbox couldn’t be loaded. <button type="button" className="link" onClick={() => void load(data?.next)}>Try again</button>
          </p>
        )}
      </div>
    </section>
  );
}
