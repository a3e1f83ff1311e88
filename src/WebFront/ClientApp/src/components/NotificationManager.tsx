import { useEffect, useRef } from 'react';
import { navigate } from '@/hooks/useRoute';
import { closeBrowserNotifications, permission, showBrowserNotification } from '@/lib/notifications/browserNotifications';
import { metaText } from '@/lib/notifications/format';
import { showPageBadge } from '@/lib/notifications/pageBadge';
import { playTone } from '@/lib/notifications/sound';
import { selectNotificationText, selectNotificationTitle } from '@/lib/redux/selectors';
import { toastShown } from '@/lib/redux/slices/toastsSlice';
import { store, useAppDispatch, useAppSelector } from '@/lib/redux/store';
import { electLeader } from '@/lib/tabs/leader';
import type { Notification } from '@/types/conversation';

function isShownHere(notification: Notification): boolean {
  const conversationId = metaText(notification, 'conversationId');
  const { activeConversationId } = store.getState().chat;
  return document.visibilityState === 'visible' && conversationId !== undefined && conversationId === activeConversationId;
}

/** True while this is the tab that speaks for all of this user's tabs. */
function useLeadership(userId: string) {
  const isLeader = useRef(false);
  useEffect(() => {
    const resign = electLeader(userId, navigator.locks, () => {
      isLeader.current = true;
    });
    return () => {
      isLeader.current = false;
      resign();
    };
  }, [userId]);
  return isLeader;
}

/**
 * Tells of each new notification once: by the browser, from one tab, or by a toast on the page that is looked at. Keeps the
 * tab's title and icon saying how many are unread. Shows nothing itself.
 */
export default function NotificationManager({ me }: { me: string }) {
  const dispatch = useAppDispatch();
  const notifications = useAppSelector((state) => state.chat.notifications);
  const unread = useAppSelector((state) => state.chat.unreadNotifications);
  const isLeader = useLeadership(me);
  const told = useRef(new Set<string>());

  useEffect(() => showPageBadge(unread), [unread]);
  useEffect(() => () => showPageBadge(0), []);

  useEffect(() => {
    const news = notifications.filter(({ id, read, cursor }) => cursor !== undefined && !read && !told.current.has(id));
    for (const notification of news) {
      told.current.add(notification.id);
      if (!isShownHere(notification) && !store.getState().settings.doNotDisturb) void tell(notification);
    }

    async function tell(notification: Notification): Promise<void> {
      const conversationId = metaText(notification, 'conversationId');
      const messageId = metaText(notification, 'messageId');
      if (isLeader.current && store.getState().settings.sound) void playTone();
      // Another tab speaks, and does so beside this page: a toast would say it twice.
      if (!isLeader.current && permission() === 'granted') return;
      const byBrowser = isLeader.current && (await showBrowserNotification(notification, open));
      if (byBrowser || document.visibilityState !== 'visible') return;
      const title = selectNotificationTitle(store.getState(), notification);
      const text = selectNotificationText(store.getState(), notification);
      dispatch(toastShown({ id: notification.id, kind: 'notification', title, text, conversationId, messageId }));
    }

    function open(conversationId: string | undefined, messageId: string | undefined): void {
      if (conversationId) navigate(conversationId, messageId);
    }
  }, [notifications, isLeader, dispatch]);

  useEffect(() => {
    const read = new Set(notifications.filter((notification) => notification.read).map(({ id }) => id));
    void closeBrowserNotifications((id) => read.has(id));
  }, [notifications]);

  return null;
}
