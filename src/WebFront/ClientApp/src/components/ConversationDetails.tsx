import { useState, type FormEvent } from 'react';
import { userIdOf } from '@/auth/session';
import { Dialog } from '@/components/Dialog';
import { MemberItem } from '@/components/MemberItem';
import { navigate } from '@/hooks/useRoute';
import { failureOf } from '@/lib/redux/services/baseApi';
import {
  useAddMemberMutation,
  useChangeConversationMutation,
  useGetMembersQuery,
  useRemoveMemberMutation,
} from '@/lib/redux/services/conversationListApi';
import { isAdminOf } from '@/lib/redux/selectors';
import type { Conversation, Role } from '@/types/conversation';

interface ConversationDetailsProps {
  conversation: Conversation;
  me: string;
  onClose: () => void;
}

/** Title and members; what this person may not change is shown all the same. */
export function ConversationDetails({ conversation, me, onClose }: ConversationDetailsProps) {
  const { id, rev, kind, members: known, member_count: count } = conversation;
  // The conversation holds the first 50; only larger ones need asking for.
  const isLarge = count > known.length;
  const { data: all } = useGetMembersQuery({ id, rev }, { skip: !isLarge });
  const [remove, { error: removeError }] = useRemoveMemberMutation();
  const [isLeaving, setLeaving] = useState(false);
  // A query that is skipped gives what it gave last: those who were there while the group was larger.
  const members = (isLarge && all) || known;
  const isAdmin = isAdminOf(conversation, me);

  const leave = async () => {
    const { error } = await remove({ id, userId: me, me });
    if (error) return;
    onClose();
    navigate(null);
  };

  return (
    <Dialog title="Members and details" onClose={onClose}>
      <div className="form">
        {kind !== 'direct' && <TitleForm conversation={conversation} mayChange={isAdmin} />}
        <h3>{count} {count === 1 ? 'member' : 'members'}</h3>
        <ul className="members">
          {members.map((member) => (
            <MemberItem
              key={member.user_id}
              member={member}
              isMe={member.user_id === me}
              hasRole={kind !== 'direct'}
              onRemove={
                isAdmin && member.user_id !== me && member.role !== 'owner'
                  ? () => void remove({ id, userId: member.user_id, me })
                  : undefined
              }
            />
          ))}
        </ul>
        {isAdmin && <AddMember conversationId={id} withLabel={kind === 'support'} />}
        {removeError !== undefined && <p className="error" role="alert">{failureOf(removeError).message}</p>}
        {kind !== 'direct' && (
          <div className="form-actions">
            {isLeaving ? (
              <>
                <span>Leave this conversation?</span>
                <button type="button" onClick={() => setLeaving(false)}>Stay</button>
                <button type="button" className="danger" onClick={() => void leave()}>Leave</button>
              </>
            ) : (
              <button type="button" onClick={() => setLeaving(true)}>Leave conversation…</button>
            )}
          </div>
        )}
      </div>
    </Dialog>
  );
}

function TitleForm({ conversation, mayChange }: { conversation: Conversation; mayChange: boolean }) {
  const [title, setTitle] = useState(conversation.title ?? '');
  const [change, { isLoading, error }] = useChangeConversationMutation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change({ id: conversation.id, title: title.trim() });
  };
  return (
    <form className="inline-form" onSubmit={submit}>
      <label className="field">
        <span>Title</span>
        <input value={title} onChange={(event) => setTitle(event.target.value)} maxLength={200} readOnly={!mayChange} dir="auto" />
      </label>
      {mayChange && <button type="submit" disabled={isLoading || title.trim() === (conversation.title ?? '')}>Rename</button>}
      {error !== undefined && <p className="error" role="alert">{failureOf(error).message}</p>}
    </form>
  );
}

function AddMember({ conversationId, withLabel }: { conversationId: string; withLabel: boolean }) {
  const [name, setName] = useState('');
  const [label, setLabel] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [add, { isLoading, error }] = useAddMemberMutation();
  const userId = userIdOf(name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (userId === undefined) return;
    const { error } = await add({ id: conversationId, user_id: userId, label: label.trim() || undefined, role });
    if (!error) setName('');
  };
  return (
    <form className="inline-form" onSubmit={(event) => void submit(event)}>
      <label className="field"><span>Add a member</span>
        <input value={name} onChange={(event) => setName(event.target.value)} placeholder="linus" autoComplete="off" />
      </label>
      {withLabel && (
        <label className="field"><span>Label</span>
          <input value={label} onChange={(event) => setLabel(event.target.value)} placeholder="agent" maxLength={64} />
        </label>
      )}
      <label className="field"><span>Role</span>
        <select value={role} onChange={(event) => setRole(event.target.value as Role)}>
          <option value="member">Member</option>
          <option value="admin">Admin</option>
        </select>
      </label>
      <button type="submit" disabled={isLoading || userId === undefined}>Add</button>
      {error !== undefined && <p className="error" role="alert">{failureOf(error).message}</p>}
    </form>
  );
}
