import { useEffect, useRef, useState } from 'react';
import { navigate } from '@/hooks/useRoute';
import { closeBrowserNotifications, permission, showBrowserNotification } from '@/lib/notifications/browserNotifications';
import { metaText } from '@/lib/notifications/format';
import { isLookedAt } from '@/lib/notifications/lookedAt';
import { showPageBadge } from '@/lib/notifications/pageBadge';
import { playToneOnce } from '@/lib/notifications/sound';
import { selectNotificationText, selectNotificationTitle } from '@/lib/redux/selectors';
import { toastShown } from '@/lib/redux/slices/toastsSlice';
import { store, useAppDispatch, useAppSelector } from '@/lib/redux/store';
import { electLeader } from '@/lib/tabs/leader';
import { wait } from '@/lib/wait';
import type { Notification } from '@/types/conversation';

/** For how long the tab that speaks is waited for before this one says it with a toast, in milliseconds. */
const patience = 1_000;

/** So many are told of at once, the newest; of more, as after a night away, the badge tells. */
const mostAtOnce = 4;

const isShownHere = (notification: Notification): boolean => isLookedAt(metaText(notification, 'conversationId'));

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

/** What other tabs of this user have told of, and how this one says that it has. Without channels nobody hears of it. */
function useTold(userId: string) {
  const [elsewhere] = useState(() => new Set<string>());
  const channel = useRef<BroadcastChannel | null>(null);
  useEffect(() => {
    if (!('BroadcastChannel' in window)) return;
    const opened = new BroadcastChannel(`chat-told-${userId}`);
    opened.addEventListener('message', ({ data }: MessageEvent<string>) => elsewhere.add(data));
    channel.current = opened;
    return () => opened.close();
  }, [userId, elsewhere]);
  return { elsewhere, channel };
}

/**
 * Tells of each new notification once: by the browser, from one tab, or by a toast on the page that is looked at. Keeps the
 * tab's title and icon saying how many are unread. Shows nothing itself.
 */
export default function NotificationManager({ me }: { me: string }) {
  const dispatch = useAppDispatch();
  const notifications = useAppSelector((state) => state.chat.notifications);
  // Of what was missed, some may be read by its end.
  const isReplaying = useAppSelector(({ chat: { feed } }) => feed.cursor < feed.replayTo);
  const unread = useAppSelector((state) => state.chat.unreadNotifications);
  const isLeader = useLeadership(me);
  const { elsewhere, channel } = useTold(me);
  const told = useRef(new Set<string>());

  useEffect(() => showPageBadge(unread), [unread]);
  useEffect(() => () => showPageBadge(0), []);

  useEffect(() => {
    if (isReplaying) return;
    const news = notifications.filter(({ id, read, cursor }) => cursor !== undefined && !read && !told.current.has(id));
    for (const { id } of news) told.current.add(id);
    if (store.getState().settings.doNotDisturb) return;
    for (const notification of news.filter((one) => !isShownHere(one)).slice(0, mostAtOnce)) void tell(notification);

    async function tell(notification: Notification): Promise<void> {
      // Whose connection was back first has told it.
      if (elsewhere.has(notification.id)) return;
      const byBrowser = isLeader.current && (await showBrowserNotification(notification, open));
      if (!byBrowser && !isLeader.current && permission() === 'granted') {
        // Another tab speaks, and does so beside this page: a toast would say it twice. Unless that one has not heard of it.
        await wait(patience);
        if (elsewhere.has(notification.id) || isShownHere(notification)) return;
      }
      if (byBrowser || document.visibilityState === 'visible') channel.current?.postMessage(notification.id);
      else {
        // Nobody looks at this page. Where it speaks and no page is looked at, it is heard at least.
        if (!isLeader.current) return;
        await wait(patience);
        if (elsewhere.has(notification.id)) return;
      }
      if (store.getState().settings.sound) void playToneOnce(me);
      if (!byBrowser && document.visibilityState === 'visible') showToast(notification);
    }

    function showToast(notification: Notification): void {
      const conversationId = metaText(notification, 'conversationId');
      const messageId = metaText(notification, 'messageId');
      const title = selectNotificationTitle(store.getState(), notification);
      const text = selectNotificationText(store.getState(), notification);
      dispatch(toastShown({ id: notification.id, kind: 'notification', title, text, conversationId, messageId }));
    }

    function open(conversationId: string | undefined, messageId: string | undefined): void {
      if (conversationId) navigate(conversationId, messageId);
    }
  }, [notifications, isReplaying, me, isLeader, channel, elsewhere, dispatch]);

  useEffect(() => {
    const read = new Set(notifications.filter((notification) => notification.read).map(({ id }) => id));
    void closeBrowserNotifications((id) => read.has(id));
  }, [notifications]);

  return null;
}
