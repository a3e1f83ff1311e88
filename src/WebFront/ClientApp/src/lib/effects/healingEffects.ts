import type { ListenerEffectAPI } from '@reduxjs/toolkit';
import { backoff } from '@/lib/reconnect';
import { eventsReceived } from '@/lib/redux/actions';
import { authApi } from '@/lib/redux/services/authApi';
import { failureOf, mayPass } from '@/lib/redux/services/baseApi';
import { conversationListApi } from '@/lib/redux/services/conversationListApi';
import { bigPage, conversationApi } from '@/lib/redux/services/conversationApi';
import { notificationApi } from '@/lib/redux/services/notificationApi';
import { addMessage, messagesDropped, unreadNotificationsCounted } from '@/lib/redux/slices/chatSlice';
import { conversationLost } from '@/lib/redux/slices/conversationsSlice';
import { startListening, type AppDispatch, type RootState } from '@/lib/redux/store';
import type { Conversation } from '@/types/conversation';
import type { BehindEvent, ChatEvent } from '@/types/events';

/** True for the events after which this device may have missed some: it has to read on by `seq` and `rev`. */
function tellsOfLoss(event: ChatEvent): boolean {
  return event.event_type === 'behind' || (event.event_type === 'hello' && !event.resumed);
}

/** Equal positions and another count: read elsewhere, which the count has told. Else there is more than `behind` says. */
function isToldByBehind(head: BehindEvent['conversations'][string], known: Conversation): boolean {
  return head.rev === known.rev && head.last_seq === known.last_seq && head.unread !== known.unread;
}

/** Those that this device doesn't know, or holds an old picture of. `before` is what was known before these events. */
function staleConversations(events: readonly ChatEvent[], before: RootState, state: RootState): Set<string> {
  const stale = new Set<string>();
  for (const event of events) {
    if (event.event_type === 'new_message' && !state.conversations.entities[event.conversation_id]) {
      stale.add(event.conversation_id);
    }
    if (event.event_type !== 'behind') continue;
    for (const [id, head] of Object.entries(event.conversations)) {
      const known = before.conversations.entities[id];
      if (!known || !isToldByBehind(head, known)) stale.add(id);
    }
  }
  return stale;
}

type Healing = Pick<ListenerEffectAPI<RootState, AppDispatch>, 'dispatch' | 'getState' | 'delay'>;

const anew = { forceRefetch: true, subscribe: false };

/** Asks until there is an answer, a refusal that waiting doesn't change, or nobody to ask for: a long gap may take more than the server answers at once. */
async function answerOf<T>(request: () => PromiseLike<{ data?: T; error?: unknown }>, me: string, { getState, delay }: Healing) {
  for (let attempt = 0; getState().session.session?.userId === me; attempt++) {
    const { data, error } = await request();
    if (error === undefined) return { data };
    const refusal = failureOf(error);
    if (!mayPass(refusal)) return { refusal };
    await delay(Math.max(backoff(attempt, Math.random), (refusal.retryAfter ?? 0) * 1000));
  }
  return {};
}

/** Fetches conversations anew, one after the other. */
async function fetchConversations(ids: Iterable<string>, me: string, healing: Healing): Promise<void> {
  const { dispatch, getState } = healing;
  const revOf = (id: string) => getState().conversations.entities[id]?.rev ?? 0;
  for (const id of ids) {
    let rev = revOf(id);
    const { refusal } = await answerOf(() => {
      rev = revOf(id);
      return dispatch(conversationListApi.endpoints.getConversation.initiate(id, anew));
    }, me, healing);
    // Not where this person was added again while the refusal was on its way.
    if (refusal?.code === 'not_a_member' && revOf(id) === rev) {
      dispatch(conversationLost(id));
      dispatch(messagesDropped([id]));
    }
  }
}

/** Reads a shown conversation on: its newest page, and the messages that were edited or deleted after `rev`. */
async function readOn(conversationId: string, rev: number, me: string, healing: Healing): Promise<void> {
  const { dispatch } = healing;
  await answerOf(() => dispatch(conversationApi.endpoints.getMessages.initiate(conversationId, anew)), me, healing);
  for (let after = rev, more = true; more; ) {
    const from = { conversationId, after };
    const { data } = await answerOf(() => dispatch(conversationApi.endpoints.getChanges.initiate(from, anew)), me, healing);
    more = data?.length === bigPage;
    after = data?.at(-1)?.rev ?? after;
    for (const change of data ?? []) {
      if (change.message) dispatch(addMessage(change.message));
    }
  }
}

/** So often the unread notifications are counted where events overtake the answer, which then lacks them. */
const mostCounts = 5;

/** How many are unread can't be told from events that didn't come, and is asked last: the page counts down what it shows as read. */
async function reloadInbox(me: string, healing: Healing): Promise<void> {
  const { dispatch } = healing;
  await answerOf(() => dispatch(notificationApi.endpoints.getNotifications.initiate(undefined, anew)), me, healing);
  for (let count = 0; count < mostCounts; count++) {
    const { data } = await answerOf(() => dispatch(authApi.endpoints.getCurrentUser.initiate(undefined, anew)), me, healing);
    if (!data) return;
    dispatch(unreadNotificationsCounted({ count: data.unread_notifications, cursor: data.cursor }));
    if (healing.getState().chat.feed.cursor <= data.cursor) return;
  }
}

/** After events that may have missed some: messages and notifications anew. What nobody looks at is fetched when it is opened. */
async function readOnAll(events: readonly ChatEvent[], before: RootState, me: string, healing: Healing): Promise<void> {
  const { chat } = healing.getState();
  const active = chat.activeConversationId;
  healing.dispatch(messagesDropped(Object.keys(chat.messages).filter((id) => id !== active)));
  await Promise.all([
    events.some((event) => event.event_type === 'behind') && reloadInbox(me, healing),
    active !== null && before.chat.messages[active] && readOn(active, before.conversations.entities[active]?.rev ?? 0, me, healing),
  ]);
}

/** A server that is started again has all of its devices back at once: they ask within this time, in milliseconds. */
const spread = 3_000;

/** After a connection that was resumed: who is online and how far others have read is told to those who are there, and never again. */
async function lookAround(me: string, healing: Healing): Promise<void> {
  const { dispatch, getState, delay } = healing;
  await delay(Math.random() * spread);
  const { data } = await answerOf(() => dispatch(conversationListApi.endpoints.getConversations.initiate(null, anew)), me, healing);
  const active = getState().chat.activeConversationId;
  if (data && active !== null && data.every(({ id }) => id !== active)) await fetchConversations([active], me, healing);
}

/** Makes good what a crash of the server or a slow line left out. */
export function startHealing(): void {
  startListening({
    predicate: (action) => eventsReceived.match(action),
    effect: async (action, healing) => {
      if (!eventsReceived.match(action)) return;
      const { events, me } = action.payload;
      const before = healing.getOriginalState();
      // All are waited for: what an effect delays ends with it.
      await Promise.all([
        fetchConversations(staleConversations(events, before, healing.getState()), me, healing),
        events.some(tellsOfLoss) && readOnAll(events, before, me, healing),
        events.some((event) => event.event_type === 'hello' && event.resumed) && lookAround(me, healing),
      ]);
    },
  });
}
