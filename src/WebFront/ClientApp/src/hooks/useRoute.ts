import { useMemo, useSyncExternalStore } from 'react';

/** Where the app is: the list, a conversation, or one message of it. Kept in the URL's fragment, so no server has to know. */
export interface Route {
  conversationId: string | null;
  messageId: string | null;
}

function parse(hash: string): Route {
  const [place, conversationId, messageId] = hash.replace(/^#\/?/u, '').split('/').map(decode);
  const isConversation = place === 'c' && conversationId;
  return { conversationId: isConversation ? conversationId : null, messageId: (isConversation && messageId) || null };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function hrefOf(conversationId: string | null, messageId?: string | null): string {
  if (conversationId === null) return '#/';
  return `#/c/${encodeURIComponent(conversationId)}${messageId ? `/${encodeURIComponent(messageId)}` : ''}`;
}

export function navigate(conversationId: string | null, messageId?: string | null): void {
  window.location.hash = hrefOf(conversationId, messageId);
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parse(hash), [hash]);
}
