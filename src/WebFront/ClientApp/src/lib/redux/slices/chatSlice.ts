import { createSlice, original, type PayloadAction } from '@reduxjs/toolkit';
import { mergeMessages, upsertMessage } from '@/lib/messages/merge';
import { eventsReceived, lastSeenRestored, signedOut } from '@/lib/redux/actions';
import { applyChatEvent, takeEarly } from '@/lib/redux/slices/chatEvents';
import * as inbox from '@/lib/redux/slices/inbox';
import type { Message, Notification } from '@/types/conversation';

/** A notification, with its feed position if it came as an event. */
export type InboxEntry = Notification & { cursor?: number };

export interface ChatState {
  activeConversationId: string | null;
  /** Per conversation, ordered by `seq`, each message once. What is missing in between is a hole. */
  messages: Record<string, Message[]>;
  /** Of the active conversation, by `seq`: what events told while its log didn't reach there. A page that is on its way may be older. */
  early: Message[];
  /** Lowest `seq` that the server will show of a conversation, once a page has shown where that is. */
  starts: Record<string, number>;
  /** Newest first. */
  notifications: InboxEntry[];
  /** All unread ones, also those older than `notifications` reaches. */
  unreadNotifications: number;
  feed: FeedState;
}

interface FeedState {
  /** How far this device's state has come. */
  cursor: number;
  /** What the device had missed when it connected reaches up to here. */
  replayTo: number;
  /** Up to here the server has counted the unread notifications. */
  countedAt: number;
}

const initialState: ChatState = {
  activeConversationId: null,
  messages: {},
  early: [],
  starts: {},
  notifications: [],
  unreadNotifications: 0,
  feed: { cursor: 0, replayTo: 0, countedAt: 0 },
};

interface PageLoaded {
  conversationId: string;
  messages: Message[];
  /** Set when nothing older than this page can be had. */
  start?: number;
}

const chatSlice = createSlice({
  name: 'chat',
  initialState,
  reducers: {
    setActiveConversation: (state, action: PayloadAction<string | null>) => {
      state.activeConversationId = action.payload;
      state.early = [];
    },
    addMessage: (state, { payload }: PayloadAction<Message>) => {
      upsertMessage((state.messages[payload.conversation_id] ??= []), payload);
    },
    messagesLoaded: (state, { payload }: PayloadAction<PageLoaded>) => {
      const { conversationId, messages, start } = payload;
      // Read from the original: reading 10,000 messages through a draft would wrap each of them.
      const known = original(state)?.messages[conversationId] ?? [];
      const log = mergeMessages(known, messages);
      state.messages[conversationId] = conversationId === state.activeConversationId ? takeEarly(state, log) : log;
      if (start !== undefined) state.starts[conversationId] = start;
    },
    /** Logs that may miss edits, and that nobody looks at: they are fetched anew when opened. */
    messagesDropped: (state, { payload }: PayloadAction<string[]>) => {
      for (const id of payload) {
        delete state.messages[id];
        delete state.starts[id];
      }
    },
    addNotification: (state, { payload }: PayloadAction<InboxEntry>) => inbox.add(state, payload),
    notificationsLoaded: (state, { payload }: PayloadAction<Notification[]>) => inbox.load(state, payload),
    unreadNotificationsCounted: (state, { payload }: PayloadAction<{ count: number; cursor: number }>) => {
      state.unreadNotifications = payload.count;
      state.feed.countedAt = payload.cursor;
    },
    markNotificationRead: (state, { payload }: PayloadAction<string>) => inbox.markRead(state, [payload]),
    markAllNotificationsRead: (state) => inbox.markAllRead(state),
    clearConversationNotifications: (state, { payload }: PayloadAction<string>) => {
      inbox.clearConversation(state, payload);
    },
  },
  extraReducers: (builder) => {
    builder.addCase(eventsReceived, (state, { payload }) => {
      for (const event of payload.events) applyChatEvent(state, event);
    });
    builder.addCase(lastSeenRestored, (state, { payload }) => {
      state.messages = payload.messages;
      state.notifications = payload.notifications;
      state.unreadNotifications = payload.unreadNotifications;
    });
    builder.addCase(signedOut, () => initialState);
  },
});

export const {
  setActiveConversation,
  addMessage,
  messagesLoaded,
  messagesDropped,
  addNotification,
  notificationsLoaded,
  unreadNotificationsCounted,
  markNotificationRead,
  markAllNotificationsRead,
  clearConversationNotifications,
} = chatSlice.actions;

export default chatSlice.reducer;
