import { onAnswer, olderPage } from '@/lib/redux/services/answers';
import { baseApi } from '@/lib/redux/services/baseApi';
import { notificationsLoaded } from '@/lib/redux/slices/chatSlice';
import type { Notification } from '@/types/conversation';

export const notificationApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    /** One page of the inbox, newest first; `before` is the `next` of the page before. */
    getNotifications: build.query<{ notifications: Notification[]; next?: string }, string | undefined>({
      query: (before) => ({ url: 'notifications', params: { limit: 50, before } }),
      transformResponse: (notifications: Notification[], meta) => ({
        notifications,
        next: olderPage(meta?.response?.headers),
      }),
      keepUnusedDataFor: 0,
      onQueryStarted: onAnswer(({ notifications }) => notificationsLoaded(notifications)),
    }),
    readNotification: build.mutation<void, string>({
      query: (id) => ({ url: `notifications/${encodeURIComponent(id)}/read`, method: 'POST' }),
    }),
    readAllNotifications: build.mutation<void, void>({
      query: () => ({ url: 'notifications/read-all', method: 'POST' }),
    }),
  }),
});

export const { useLazyGetNotificationsQuery } = notificationApi;
