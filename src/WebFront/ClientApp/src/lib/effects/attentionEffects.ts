import { isAnyOf, type UnknownAction } from '@reduxjs/toolkit';
import { clearConversationNotifications, setActiveConversation } from '@/lib/redux/slices/chatSlice';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { startListening, store } from '@/lib/redux/store';
import { socketManager } from '@/lib/websocketService';

/** How long a hidden page keeps its connection, in milliseconds. */
const hiddenLimit = 5 * 60_000;

function tellAttention(): void {
  const { chat } = store.getState();
  const visible = document.visibilityState === 'visible';
  socketManager.hint({ action: 'set_active_conversation', conversation_id: chat.activeConversationId, visible });
  if (visible && chat.activeConversationId !== null) {
    store.dispatch(clearConversationNotifications(chat.activeConversationId));
  }
}

/** A page that has to speak up while hidden keeps its connection: browser notifications come over it. */
function mayRest(): boolean {
  return !('Notification' in window) || Notification.permission !== 'granted';
}

/** True for an answer that came over the network, as a call's own meta says. */
function isAnswer(action: UnknownAction): boolean {
  const { meta } = action as { meta?: { requestStatus?: string; baseQueryMeta?: { response?: Response } } };
  return meta?.requestStatus === 'fulfilled' && meta.baseQueryMeta?.response !== undefined;
}

/** Keeps the server knowing what this device shows, and the connection as awake as the page is. */
export function startAttention(): void {
  startListening({
    matcher: isAnyOf(setActiveConversation, setConnectionStatus),
    effect: (action) => {
      if (!setConnectionStatus.match(action) || action.payload.state === 'live') tellAttention();
    },
  });

  // Whatever the server answers shows that it is back: no reason to wait for the next try.
  startListening({
    predicate: (action, { connection }) => isAnswer(action) && ['reconnecting', 'offline'].includes(connection.status.state),
    effect: () => socketManager.resume(),
  });

  let rest: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(rest);
    if (document.visibilityState === 'visible') {
      socketManager.resume();
      // A frozen tab or a sleeping laptop hears nothing of a connection that ended meanwhile.
      void socketManager.ping();
    } else {
      rest = setTimeout(() => {
        if (mayRest()) socketManager.pause();
      }, hiddenLimit);
    }
    tellAttention();
  });
  window.addEventListener('online', () => {
    socketManager.resume();
    void socketManager.ping();
  });
  // The browser may be wrong about the network (the server can be on this machine): a ping finds out.
  window.addEventListener('offline', () => void socketManager.ping());
}
