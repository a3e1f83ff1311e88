import { useEffect } from 'react';
import { useRetry } from '@/hooks/useRetry';
import { useGetMessagesQuery } from '@/lib/redux/services/conversationApi';
import { selectMessagesForConversation } from '@/lib/redux/selectors';
import { clearConversationNotifications, setActiveConversation } from '@/lib/redux/slices/chatSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';
import type { Message } from '@/types/conversation';

interface ConversationMessages {
  /** Ordered by `seq`, each once: what was fetched and what came live. */
  messages: Message[];
  isLoading: boolean;
  /** Nothing could be fetched yet. Messages known from before are shown all the same. */
  isError: boolean;
  retry: () => void;
}

/** Shows a conversation: makes it the active one, fetches its newest page, and follows it live. */
export default function useConversationMessages(conversationId: string): ConversationMessages {
  const dispatch = useAppDispatch();
  const messages = useAppSelector((state) => selectMessagesForConversation(state, conversationId));
  const isKnown = useAppSelector((state) => state.chat.messages[conversationId] !== undefined);
  const { isFetching, isError, refetch } = useGetMessagesQuery(conversationId, { refetchOnMountOrArgChange: true });

  useEffect(() => {
    dispatch(setActiveConversation(conversationId));
    dispatch(clearConversationNotifications(conversationId));
    return () => {
      dispatch(setActiveConversation(null));
    };
  }, [conversationId, dispatch]);

  const retry = () => void refetch();
  useRetry(isError, retry);

  return { messages, isLoading: isFetching && !isKnown, isError, retry };
}
