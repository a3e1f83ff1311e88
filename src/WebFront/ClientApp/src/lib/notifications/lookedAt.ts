import { store } from '@/lib/redux/store';

/** True where the page is looked at and shows this conversation. */
export function isLookedAt(conversationId: string | undefined): boolean {
  return document.visibilityState === 'visible' && conversationId !== undefined && conversationId === store.getState().chat.activeConversationId;
}
