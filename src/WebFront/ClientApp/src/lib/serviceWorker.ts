import { navigate } from '@/hooks/useRoute';

/** Lets the page start without a network, and phones show notifications. Not in development, where it would hide changes. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // A page that may not have one (an insecure origin, a setting) works all the same.
  navigator.serviceWorker.register(new URL('sw.js', document.baseURI)).catch(() => undefined);
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ conversationId?: string; messageId?: string }>) => {
    if (data.conversationId) navigate(data.conversationId, data.messageId);
  });
}
