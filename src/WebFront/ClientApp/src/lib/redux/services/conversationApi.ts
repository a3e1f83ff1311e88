import { localStore } from '@/lib/localStore';
import { onAnswer, olderPage } from '@/lib/redux/services/answers';
import { conversationListApi, path } from '@/lib/redux/services/conversationListApi';
import { addMessage, messagesLoaded } from '@/lib/redux/slices/chatSlice';
import { messageQueued, type OutboxItem } from '@/lib/redux/slices/outboxSlice';
import type { SessionState } from '@/lib/redux/slices/sessionSlice';
import { uuidv7 } from '@/lib/uuid';
import type { Change, Message } from '@/types/conversation';

/** Messages of the first page; older ones come on scrolling up, `bigPage` at a time. */
const firstPage = 60;
export const bigPage = 200;

interface PageRequest {
  conversationId: string;
  before?: number;
  after?: number;
  limit: number;
}

const messagesOf = (conversationId: string): string => `${path(conversationId)}/messages`;
const messagePath = (conversationId: string, id: string): string => `${messagesOf(conversationId)}/${encodeURIComponent(id)}`;

/**
 * What is written in conversations. Answers go into the chat slice, where live events go too: both are put in by `seq`, so
 * it doesn't matter which comes first.
 */
export const conversationApi = conversationListApi.injectEndpoints({
  endpoints: (build) => ({
    getMessages: build.query<Message[], string>({
      query: (id) => ({ url: messagesOf(id), params: { limit: firstPage } }),
      keepUnusedDataFor: 0,
      onQueryStarted: onAnswer((messages, conversationId, { headers }) => {
        const start = olderPage(headers) === undefined ? (messages[0]?.seq ?? 1) : undefined;
        return messagesLoaded({ conversationId, messages, start });
      }),
    }),
    getMessagesPage: build.query<Message[], PageRequest>({
      query: ({ conversationId, before, after, limit }) => ({
        url: messagesOf(conversationId),
        // Of what lies between two, the end that is scrolled up to: with both bounds the server begins at the other.
        params: before === undefined || after === undefined
          ? { before, after, limit }
          : { before, limit: Math.min(limit, before - after - 1) },
      }),
      keepUnusedDataFor: 0,
      onQueryStarted: onAnswer((messages, { conversationId, before }, { headers }) => {
        const isOldest = before !== undefined && olderPage(headers) === undefined;
        return messagesLoaded({ conversationId, messages, start: isOldest ? (messages[0]?.seq ?? before) : undefined });
      }),
    }),
    getChanges: build.query<Change[], { conversationId: string; after: number }>({
      query: ({ conversationId, after }) => ({ url: `${path(conversationId)}/changes`, params: { after, limit: bigPage } }),
      keepUnusedDataFor: 0,
    }),
    /** Puts a message into the outbox and answers once it is stored on this device; from there it is sent in order. */
    sendMessage: build.mutation<OutboxItem, { me: string; conversationId: string; title?: string; text: string }>({
      queryFn: async ({ me, conversationId, title, text }, { dispatch, getState }) => {
        const item = { id: uuidv7(), conversationId, title, text, createdAt: new Date().toISOString() };
        try {
          await (await localStore(me)).putOutboxItem(item);
        } catch {
          // No IndexedDB (some private windows): it is still sent, it only doesn't survive a reload.
        }
        // Stored for whoever wrote it: who has signed in meanwhile must not send it.
        const { session } = (getState() as { session: SessionState }).session;
        if (session?.userId === me) dispatch(messageQueued(item));
        return { data: item };
      },
    }),
    /** One try of the outbox. A repeat of the same `client_message_id` gets the same message. */
    postMessage: build.mutation<Message, { conversationId: string; text: string; client_message_id: string }>({
      query: ({ conversationId, ...body }) => ({ url: messagesOf(conversationId), method: 'POST', body }),
      onQueryStarted: onAnswer((message) => addMessage(message)),
    }),
    editMessage: build.mutation<Message, { conversationId: string; id: string; text: string }>({
      query: ({ conversationId, id, text }) => ({ url: messagePath(conversationId, id), method: 'PATCH', body: { text } }),
      onQueryStarted: onAnswer((message) => addMessage(message)),
    }),
    deleteMessage: build.mutation<void, Message>({
      query: ({ conversation_id, id }) => ({ url: messagePath(conversation_id, id), method: 'DELETE' }),
      onQueryStarted: onAnswer((_, message) => addMessage({ ...message, text: '', deleted: true, meta: {} })),
    }),
  }),
});

export const { useSendMessageMutation, useEditMessageMutation, useDeleteMessageMutation } = conversationApi;
export const { useGetMessagesQuery, useLazyGetMessagesPageQuery } = conversationApi;
