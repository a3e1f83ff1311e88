import { memo } from 'react';
import { Avatar } from '@/components/Avatar';
import { Icon } from '@/components/Icon';
import { hrefOf } from '@/hooks/useRoute';
import { useToday } from '@/hooks/useToday';
import { preview, senderName, shorten } from '@/lib/notifications/format';
import { conversationTitle } from '@/lib/redux/selectors';
import { fullTime, listTime } from '@/lib/time';
import type { Conversation } from '@/types/conversation';

/** A longer name would leave no room for what was written; in characters. */
const longestSender = 16;

interface ConversationListItemProps {
  conversation: Conversation;
  me: string;
  isActive: boolean;
  draft: string | undefined;
}

function lastLine({ last_message: last, kind }: Conversation, me: string): string {
  if (!last) return 'No messages yet';
  if (last.deleted) return 'Message deleted';
  const text = preview(last.text);
  if (last.sender_id === me) return `You: ${text}`;
  return kind === 'direct' ? text : `${shorten(senderName(last), longestSender)}: ${text}`;
}

/** The other person of a direct conversation, whose face and presence the conversation has. */
function partnerOf(conversation: Conversation, me: string) {
  return conversation.kind === 'direct' ? conversation.members.find((member) => member.user_id !== me) : undefined;
}

export const ConversationListItem = memo(function ConversationListItem(props: ConversationListItemProps) {
  const { conversation, me, isActive, draft } = props;
  useToday();
  const title = conversationTitle(conversation, me);
  const partner = partnerOf(conversation, me);
  const moment = conversation.last_message?.timestamp ?? conversation.created_at;
  return (
    <a
      className="conversation-item"
      href={hrefOf(conversation.id)}
      aria-current={isActive ? 'page' : undefined}
      data-unread={conversation.unread > 0}
    >
      <Avatar id={partner?.user_id ?? conversation.id} name={title} online={partner?.online} />
      <span className="conversation-item-text">
        <span className="conversation-item-line">
          <span className="conversation-item-title"><bdi>{title}</bdi></span>
          {conversation.muted && <span className="muted-mark" title="Muted"><Icon name="mute" /><span className="visually-hidden">Muted</span></span>}
          <time dateTime={moment} title={fullTime(moment)}>{listTime(moment)}</time>
        </span>
        <span className="conversation-item-line">
          <span className="conversation-item-last">
            {draft && !isActive ? <><b>Draft:</b> <bdi>{preview(draft)}</bdi></> : <bdi>{lastLine(conversation, me)}</bdi>}
          </span>
          {conversation.unread > 0 && (
            <span className="badge" data-muted={conversation.muted}>
              {conversation.unread > 999 ? '999+' : conversation.unread}
              <span className="visually-hidden"> unread</span>
            </span>
          )}
        </span>
      </span>
    </a>
  );
});
