import { metaText } from '@/lib/notifications/format';
import { selectNotificationText, selectNotificationTitle } from '@/lib/redux/selectors';
import { store } from '@/lib/redux/store';
import type { Notification as InboxNotification } from '@/types/conversation';

export type Permission = NotificationPermission | 'absent';

export function permission(): Permission {
  return 'Notification' in window ? Notification.permission : 'absent';
}

/** Must be called on a click: browsers refuse to ask otherwise. */
export async function askPermission(): Promise<Permission> {
  return 'Notification' in window ? Notification.requestPermission() : 'absent';
}

/** What this tab has shown, by tag, so that it can be closed once it is read elsewhere. */
const shown = new Map<string, Notification>();

/** Shows one. False where the browser can't or may not, so that the page has to. */
export async function showBrowserNotification(
  notification: InboxNotification,
  onClick: (conversationId: string | undefined, messageId: string | undefined) => void,
): Promise<boolean> {
  if (permission() !== 'granted') return false;
  const conversationId = metaText(notification, 'conversationId');
  const messageId = metaText(notification, 'messageId');
  const title = selectNotificationTitle(store.getState(), notification);
  const options: NotificationOptions = {
    body: selectNotificationText(store.getState(), notification),
    icon: new URL('notification-icon.png', document.baseURI).href,
    // The notification's own id: the same one shown again takes its own place.
    tag: notification.id,
    data: { conversationId, messageId },
  };
  try {
    const native = new Notification(title, options);
    shown.set(notification.id, native);
    native.addEventListener('click', () => {
      window.focus();
      onClick(conversationId, messageId);
      native.close();
    });
    native.addEventListener('close', () => shown.delete(notification.id));
    return true;
  } catch {
    // Phones only let a service worker show notifications.
    const registration = await navigator.serviceWorker?.getRegistration();
    if (!registration) return false;
    await registration.showNotification(title, options);
    return true;
  }
}

/** Closes whatever was read meanwhile, wherever that was. */
export async function closeBrowserNotifications(isRead: (id: string) => boolean): Promise<void> {
  for (const [id, native] of shown) if (isRead(id)) native.close();
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const native of (await registration?.getNotifications()) ?? []) if (isRead(native.tag)) native.close();
}
