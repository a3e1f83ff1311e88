import { Avatar } from '@/components/Avatar';
import { Icon } from '@/components/Icon';
import { hrefOf } from '@/hooks/useRoute';
import { failureOf } from '@/lib/redux/services/baseApi';
import { useChangeConversationMutation } from '@/lib/redux/services/conversationListApi';
import { toastShown } from '@/lib/redux/slices/toastsSlice';
import { useAppDispatch } from '@/lib/redux/store';
import type { Conversation } from '@/types/conversation';

interface ConversationHeaderProps {
  conversation: Conversation;
  me: string;
  title: string;
  onDetails: () => void;
}

function describe({ kind, members, member_count: count }: Conversation, me: string): string {
  if (kind === 'direct') {
    const partner = members.find((member) => member.user_id !== me);
    return partner ? (partner.online ? 'Online' : 'Offline') : '';
  }
  const online = members.filter((member) => member.online).length;
  const people = `${count} ${count === 1 ? 'member' : 'members'}`;
  return online > 0 ? `${people}, ${online} online` : people;
}

export function ConversationHeader({ conversation, me, title, onDetails }: ConversationHeaderProps) {
  const dispatch = useAppDispatch();
  const [change, { isLoading }] = useChangeConversationMutation();
  const partner = conversation.kind === 'direct' ? conversation.members.find((member) => member.user_id !== me) : undefined;
  const { muted } = conversation;
  const toggleMute = async () => {
    const { error } = await change({ id: conversation.id, muted: !muted });
    if (error) dispatch(toastShown({ id: 'mute', kind: 'error', title: 'Not changed', text: failureOf(error).message }));
  };
  return (
    <header className="conversation-head">
      <a className="icon-button back" href={hrefOf(null)} aria-label="Back to the list"><Icon name="back" /></a>
      <Avatar id={partner?.user_id ?? conversation.id} name={title} online={partner?.online} />
      <div className="conversation-head-text">
        <h2><bdi>{title}</bdi></h2>
        <p className="muted">{describe(conversation, me)}</p>
      </div>
      <button
        type="button"
        className="icon-button"
        aria-pressed={muted}
        disabled={isLoading}
        onClick={() => void toggleMute()}
        aria-label={muted ? 'Unmute' : 'Mute'}
        title={muted ? 'Unmute' : 'Mute'}
      >
        <Icon name={muted ? 'mute' : 'sound'} />
      </button>
      <button type="button" className="icon-button" onClick={onDetails} aria-label="Members and details" title="Members and details (i)">
        <Icon name="people" />
      </button>
    </header>
  );
}
