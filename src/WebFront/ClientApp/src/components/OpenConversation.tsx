import { ConversationView } from '@/components/ConversationView';
import { Unsent } from '@/components/Unsent';
import { useRetry } from '@/hooks/useRetry';
import { hrefOf } from '@/hooks/useRoute';
import { failureOf } from '@/lib/redux/services/baseApi';
import { useGetConversationQuery } from '@/lib/redux/services/conversationListApi';
import { selectConversation } from '@/lib/redux/selectors';
import { useAppSelector } from '@/lib/redux/store';

interface OpenConversationProps {
  id: string;
  me: string;
  messageId: string | null;
  onDetails: () => void;
}

function explain(error: unknown): string {
  const { code, message } = failureOf(error);
  return code === 'not_a_member' || code === 'not_found' ? 'You aren’t a member of this conversation, or it doesn’t exist.' : message;
}

/** The conversation of a link: it may be older than the list reaches, or not this person's at all. */
export function OpenConversation({ id, me, messageId, onDetails }: OpenConversationProps) {
  const conversation = useAppSelector((state) => selectConversation(state, id));
  const isListed = useAppSelector((state) => state.conversations.loaded);
  const gone = useAppSelector((state) => state.conversations.gone[id]);
  const { error, isFetching, refetch } = useGetConversationQuery(id, { skip: conversation !== undefined || gone !== undefined || !isListed });
  const retry = () => void refetch();
  useRetry(error !== undefined, retry);
  if (conversation) {
    return <ConversationView key={id} conversation={conversation} me={me} messageId={messageId} onDetails={onDetails} />;
  }
  if (gone !== undefined) {
    return (
      <section className="empty" role="alert">
        <h2>{gone === 'left' ? 'You have left this conversation' : 'You are no longer in this conversation'}</h2>
        <Unsent conversationId={id} />
        <a href={hrefOf(null)}>Back to the list</a>
      </section>
    );
  }
  if (error !== undefined && !isFetching) {
    return (
      <section className="empty" role="alert">
        <h2>This conversation can’t be opened</h2>
        <p className="muted">{explain(error)}</p>
        <Unsent conversationId={id} />
        <div className="empty-actions">
          <button type="button" onClick={retry}>Try again</button>
          <a href={hrefOf(null)}>Back to the list</a>
        </div>
      </section>
    );
  }
  return <section className="empty"><p className="loading" role="status">Loading…</p></section>;
}
