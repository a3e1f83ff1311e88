import { Untold } from '@/lib/effects/untold';
import { failureOf, mayPass } from '@/lib/redux/services/baseApi';
import { conversationListApi } from '@/lib/redux/services/conversationListApi';
import { notificationApi } from '@/lib/redux/services/notificationApi';
import { markAllNotificationsRead, markNotificationRead } from '@/lib/redux/slices/chatSlice';
import { conversationRead } from '@/lib/redux/slices/conversationsSlice';
import { startListening, store } from '@/lib/redux/store';

const messages = new Untold<number>({
  tell: async (conversationId, seq) => {
    const { error } = await store.dispatch(conversationListApi.endpoints.markRead.initiate({ conversationId, seq }, { track: false }));
    return error === undefined ? null : failureOf(error);
  },
  merge: Math.max,
  // Reading on while messages stream in is one call at the end, not one for each.
  settleTime: 250,
});

const notifications = new Untold<true>({
  tell: async (id) => {
    const { error } = await store.dispatch(notificationApi.endpoints.readNotification.initiate(id, { track: false }));
    return error === undefined ? null : failureOf(error);
  },
  merge: () => true,
  settleTime: 0,
});

/** Tells the server what was read here. */
export function startReading(): void {
  messages.start();
  notifications.start();
  startListening({
    actionCreator: conversationRead,
    effect: ({ payload }) => messages.add(payload.conversationId, payload.seq),
  });
  startListening({
    actionCreator: markNotificationRead,
    effect: ({ payload }) => notifications.add(payload, true),
  });
  startListening({
    actionCreator: markAllNotificationsRead,
    effect: async (_, { dispatch, getOriginalState }) => {
      const { chat, session } = getOriginalState();
      const { error } = await dispatch(notificationApi.endpoints.readAllNotifications.initiate(undefined, { track: false }));
      const signedIn = store.getState().session.session?.userId;
      if (error === undefined || !mayPass(failureOf(error)) || signedIn !== session.session?.userId) return;
      // A later call would mark what came after this one as well: those that were there are told one by one.
      for (const { id, read } of chat.notifications) if (!read) notifications.add(id, true);
    },
  });
}
