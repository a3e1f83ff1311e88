import { createSelector } from '@reduxjs/toolkit';
import { metaText, notificationText, notificationTitle, senderName, type NotificationContext } from '@/lib/notifications/format';
import type { RootState } from '@/lib/redux/store';
import { timeOf } from '@/lib/time';
import type { Conversation, Message, Notification } from '@/types/conversation';

const noMessages: Message[] = [];

/** The log as far as it is known, ordered by `seq`; the same array until it changes. */
export const selectMessagesForConversation = (state: RootState, conversationId: string): Message[] =>
  state.chat.messages[conversationId] ?? noMessages;

export const selectConversation = (state: RootState, conversationId: string | null): Conversation | undefined =>
  conversationId === null ? undefined : state.conversations.entities[conversationId];

const activity = (conversation: Conversation): number => timeOf(conversation.last_message?.timestamp ?? conversation.created_at);

/** Latest activity first. */
export const selectConversations = createSelector(
  (state: RootState) => state.conversations.entities,
  (entities) => Object.values(entities).sort((a, b) => activity(b) - activity(a)),
);

/** What this person calls the conversation: its title, else whoever else is in it. */
export function conversationTitle(conversation: Conversation, me: string): string {
  if (conversation.title) return conversation.title;
  const others = conversation.members.filter((member) => member.user_id !== me).map((member) => member.name || member.user_id);
  if (others.length === 0) return conversation.kind === 'direct' ? 'Notes to myself' : 'Only me';
  const unnamed = conversation.member_count - 1 - others.slice(0, 3).length;
  return others.slice(0, 3).join(', ') + (unnamed > 0 ? ` and ${unnamed} more` : '');
}

/** May change the conversation and what others wrote. In a direct one nobody is above the other, whatever their roles say. */
export function isAdminOf({ kind, members }: Conversation, me: string): boolean {
  const role = members.find((member) => member.user_id === me)?.role;
  return kind !== 'direct' && (role === 'owner' || role === 'admin');
}

/** Conversations whose title, member or last message's sender holds the text. */
export function matchingConversations(conversations: readonly Conversation[], text: string, me: string): Conversation[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') return [...conversations];
  return conversations.filter((conversation) =>
    [
      conversationTitle(conversation, me),
      ...conversation.members.flatMap((member) => [member.name ?? '', member.user_id, member.label ?? '']),
      conversation.last_message ? senderName(conversation.last_message) : '',
    ].some((field) => field.toLocaleLowerCase().includes(wanted)),
  );
}

/** What is known of who made a notification and where. The inbox itself knows an id or a label alone; events know the name. */
function contextOf({ conversations, session }: RootState, notification: Notification): NotificationContext {
  const sender = metaText(notification, 'sender');
  const conversation = conversations.entities[metaText(notification, 'conversationId') ?? ''];
  return {
    sender: conversation?.members.find(({ user_id }) => user_id === sender)?.name || sender,
    isOwn: sender !== undefined && sender === session.session?.userId,
    isKnown: conversation !== undefined,
    group: (conversation?.kind !== 'direct' && conversation?.title) || undefined,
  };
}

export const selectNotificationTitle = (state: RootState, notification: Notification): string =>
  notificationTitle(notification, contextOf(state, notification));

export const selectNotificationText = (state: RootState, notification: Notification): string =>
  notificationText(notification, contextOf(state, notification));

export const selectOutbox = createSelector(
  (state: RootState) => state.outbox.items,
  (_: RootState, conversationId: string) => conversationId,
  (items, conversationId) => items.filter((item) => item.conversationId === conversationId),
);
