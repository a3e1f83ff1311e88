import { nextPage, onAnswer, olderPage, type Answer } from '@/lib/redux/services/answers';
import { baseApi } from '@/lib/redux/services/baseApi';
import { conversationLeft, conversationLoaded, conversationsLoaded, type ConversationsState } from '@/lib/redux/slices/conversationsSlice';
import type { Conversation, ConversationKind, Member, Role } from '@/types/conversation';

interface NewConversation {
  kind: ConversationKind;
  title?: string;
  members: { user_id: string; label?: string }[];
  client_request_id: string;
}

type ConversationPatch = { id: string } & Partial<Pick<Conversation, 'title' | 'muted' | 'history'>>;

/** As many as the server gives at once. */
const membersPerPage = 200;

export const path = (id: string): string => `conversations/${encodeURIComponent(id)}`;

/** False for one that was left or lost while the answer was on its way. */
function isStillMine({ id }: Conversation, { before, now }: Answer): boolean {
  const isGone = (state: unknown) => id in (state as { conversations: ConversationsState }).conversations.gone;
  return !isGone(now) || isGone(before);
}

const onConversation = onAnswer<unknown, Conversation>((conversation, _, answer) =>
  isStillMine(conversation, answer) ? conversationLoaded(conversation) : null);

/** Conversations and their members. `conversationApi` has what is written in them. */
export const conversationListApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    /** One page, latest activity first; the slice knows where the next one begins, null for the newest. */
    getConversations: build.query<Conversation[], string | null>({
      query: (before) => ({ url: 'conversations', params: { limit: 50, before: before ?? undefined } }),
      keepUnusedDataFor: 0,
      onQueryStarted: onAnswer((conversations, before, answer) => conversationsLoaded({
        conversations: conversations.filter((conversation) => isStillMine(conversation, answer)), before, next: olderPage(answer.headers) ?? null,
      })),
    }),
    getConversation: build.query<Conversation, string>({
      query: path,
      keepUnusedDataFor: 0,
      onQueryStarted: onConversation,
    }),
    createConversation: build.mutation<Conversation, NewConversation>({
      query: (body) => ({ url: 'conversations', method: 'POST', body }),
      onQueryStarted: onConversation,
    }),
    changeConversation: build.mutation<Conversation, ConversationPatch>({
      query: ({ id, ...body }) => ({ url: path(id), method: 'PATCH', body }),
      onQueryStarted: onConversation,
    }),
    /** All members, page by page. With another `rev` of the conversation they may be others. */
    getMembers: build.query<Member[], { id: string; rev: number }>({
      queryFn: async ({ id }, _api, _extra, call) => {
        const members: Member[] = [];
        for (let after: string | undefined, more = true; more; more = after !== undefined) {
          const { data, error, meta } = await call({ url: `${path(id)}/members`, params: { limit: membersPerPage, after } });
          if (error) return { error };
          members.push(...(data as Member[]));
          after = nextPage(meta?.response?.headers);
        }
        return { data: members };
      },
      providesTags: (_result, _error, { id }) => [{ type: 'Members', id }],
    }),
    addMember: build.mutation<unknown, { id: string; user_id: string; label?: string; role?: Role }>({
      query: ({ id, ...body }) => ({ url: `${path(id)}/members`, method: 'POST', body }),
      invalidatesTags: (_result, _error, { id }) => [{ type: 'Members', id }],
    }),
    removeMember: build.mutation<void, { id: string; userId: string; me: string }>({
      query: ({ id, userId }) => ({ url: `${path(id)}/members/${encodeURIComponent(userId)}`, method: 'DELETE' }),
      invalidatesTags: (_result, _error, { id, userId, me }) => (userId === me ? [] : [{ type: 'Members', id }]),
      onQueryStarted: onAnswer((_, { id, userId, me }) => (userId === me ? conversationLeft(id) : null)),
    }),
    /** Moves this user's read mark; it never goes back. */
    markRead: build.mutation<{ read_seq: number; unread: number }, { conversationId: string; seq: number }>({
      query: ({ conversationId, seq }) => ({ url: `${path(conversationId)}/read`, method: 'POST', body: { seq } }),
    }),
  }),
});

export const {
  useLazyGetConversationsQuery,
  useGetConversationQuery,
  useCreateConversationMutation,
  useChangeConversationMutation,
  useGetMembersQuery,
  useAddMemberMutation,
  useRemoveMemberMutation,
} = conversationListApi;
