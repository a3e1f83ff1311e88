import { eventsReceived } from '@/lib/redux/actions';
import { authApi } from '@/lib/redux/services/authApi';
import { conversationListApi } from '@/lib/redux/services/conversationListApi';
import { bigPage, conversationApi } from '@/lib/redux/services/conversationApi';
import { notificationApi } from '@/lib/redux/services/notificationApi';
import { addMessage, messagesDropped, unreadNotificationsCounted } from '@/lib/redux/slices/chatSlice';
import { startListening, type AppDispatch, type RootState } from '@/lib/redux/store';
import type { ChatEvent } from '@/types/events';

/** True for the events after which this device may have missed some: it has to read on by `seq` and `rev`. */
function tellsOfLoss(event: ChatEvent): boolean {
  return event.event_type === 'behind' || (event.event_type === 'hello' && !event.resumed);
}

function unknownConversations(events: readonly ChatEvent[], state: RootState): Set<string> {
  const unknown = new Set<string>();
  for (const event of events) {
    if (event.event_type === 'new_message' && !state.conversations.entities[event.conversation_id]) {
      unknown.add(event.conversation_id);
    }
    if (event.event_type === 'behind') {
      for (const id of Object.keys(event.conversations)) if (!state.conversations.entities[id]) unknown.add(id);
    }
  }
  return unknown;
}

/** Reads a shown conversation on: its newest page, and the messages that were edited or deleted after `rev`. */
async function readOn(conversationId: string, rev: number, dispatch: AppDispatch): Promise<void> {
  const ask = { forceRefetch: true, subscribe: false };
  await dispatch(conversationApi.endpoints.getMessages.initiate(conversationId, ask));
  for (let after = rev, more = true; more; ) {
    const { data } = await dispatch(conversationApi.endpoints.getChanges.initiate({ conversationId, after }, ask));
    more = data?.length === bigPage;
    after = data?.at(-1)?.rev ?? after;
    for (const change of data ?? []) {
      if (change.message) dispatch(addMessage(change.message));
    }
  }
}

/** How many are unread can't be told from events that didn't come. */
async function recount(dispatch: AppDispatch): Promise<void> {
  const ask = { forceRefetch: true, subscribe: false };
  const { data } = await dispatch(authApi.endpoints.getCurrentUser.initiate(undefined, ask));
  if (data) dispatch(unreadNotificationsCounted(data.unread_notifications));
}

/** Makes good what a crash of the server or a slow line left out. What nobody looks at is fetched when it is opened. */
export function startHealing(): void {
  startListening({
    predicate: (action) => eventsReceived.match(action),
    effect: async (action, { dispatch, getState, getOriginalState }) => {
      if (!eventsReceived.match(action)) return;
      const { events } = action.payload;
      for (const id of unknownConversations(events, getState())) {
        void dispatch(conversationListApi.endpoints.getConversation.initiate(id, { forceRefetch: true, subscribe: false }));
      }
      if (!events.some(tellsOfLoss)) return;
      const { chat } = getState();
      const active = chat.activeConversationId;
      dispatch(messagesDropped(Object.keys(chat.messages).filter((id) => id !== active)));
      if (events.some((event) => event.event_type === 'behind')) {
        void dispatch(notificationApi.endpoints.getNotifications.initiate(undefined, { forceRefetch: true, subscribe: false }));
        void recount(dispatch);
      }
      if (active === null || !chat.messages[active]) return;
      await readOn(active, getOriginalState().conversations.entities[active]?.rev ?? 0, dispatch);
    },
  });
}
