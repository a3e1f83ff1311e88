import { Avatar } from '@/components/Avatar';
import { Icon } from '@/components/Icon';
import type { Member } from '@/types/conversation';

interface MemberItemProps {
  member: Member;
  isMe: boolean;
  /** False in a direct conversation, where roles mean nothing. */
  hasRole: boolean;
  /** Undefined where this person may not. */
  onRemove: (() => void) | undefined;
}

export function MemberItem({ member, isMe, hasRole, onRemove }: MemberItemProps) {
  const name = member.name || member.user_id;
  return (
    <li className="member">
      <Avatar id={member.user_id} name={name} online={member.online} size="small" />
      <span className="member-name"><bdi>{name}</bdi>{isMe && ' (you)'}{member.online && <span className="visually-hidden">, online</span>}</span>
      {member.label && <span className="label">{member.label}</span>}
      {hasRole && member.role !== 'member' && <span className="label label-role">{member.role}</span>}
      {onRemove && (
        <button type="button" className="icon-button" onClick={onRemove} aria-label={`Remove ${name}`} title="Remove"><Icon name="close" /></button>
      )}
    </li>
  );
}
