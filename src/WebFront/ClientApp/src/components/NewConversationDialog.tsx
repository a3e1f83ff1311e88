import { useId, useRef, useState, type FormEvent } from 'react';
import { Dialog } from '@/components/Dialog';
import { navigate } from '@/hooks/useRoute';
import { peopleOf, reasonAgainst } from '@/lib/newConversation';
import { failureOf } from '@/lib/redux/services/baseApi';
import { useCreateConversationMutation } from '@/lib/redux/services/conversationListApi';
import { uuidv7 } from '@/lib/uuid';
import type { ConversationKind } from '@/types/conversation';

const kinds: { kind: ConversationKind; name: string; text: string }[] = [
  { kind: 'direct', name: 'Direct', text: 'You and one other person' },
  { kind: 'group', name: 'Group', text: 'Several people, with a title' },
  { kind: 'support', name: 'Support', text: 'A customer and those who help' },
];

export function NewConversationDialog({ me, onClose }: { me: string; onClose: () => void }) {
  const [kind, setKind] = useState<ConversationKind>('direct');
  const [title, setTitle] = useState('');
  const [people, setPeople] = useState('');
  const [iAmCustomer, setIAmCustomer] = useState(false);
  // One id for each thing that was asked for: a repeat after a lost answer makes no second conversation, and what was changed
  // since doesn't lead into the first.
  const requestIds = useRef(new Map<string, string>());
  const hintId = useId();
  const [create, { isLoading, error }] = useCreateConversationMutation();

  const named = peopleOf(people);
  const others = named.filter((id) => id !== me);
  const reason = reasonAgainst(kind, named, me);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (reason !== null) return;
    const label = (isCustomer: boolean) => (kind === 'support' ? { label: isCustomer ? 'customer' : 'agent' } : {});
    const members = others.map((id, index) => ({ user_id: id, ...label(!iAmCustomer && index === 0) }));
    if (kind === 'support') members.unshift({ user_id: me, ...label(iAmCustomer) });
    const wanted = { kind, title: kind === 'direct' ? undefined : title.trim() || undefined, members };
    const key = JSON.stringify(wanted);
    const requestId = requestIds.current.get(key) ?? uuidv7();
    requestIds.current.set(key, requestId);
    const { data } = await create({ ...wanted, client_request_id: requestId });
    if (!data) return;
    onClose();
    navigate(data.id);
  };

  return (
    <Dialog title="New conversation" onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <fieldset className="choices">
          <legend className="visually-hidden">Kind</legend>
          {kinds.map((choice) => (
            <label key={choice.kind} className="choice">
              <input type="radio" name="kind" checked={kind === choice.kind} onChange={() => setKind(choice.kind)} />
              <span><b>{choice.name}</b><small>{choice.text}</small></span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          <span>{kind === 'direct' ? 'With' : 'With whom'}</span>
          <input
            value={people}
            onChange={(event) => setPeople(event.target.value)}
            placeholder={kind === 'direct' ? 'grace' : 'grace, linus'}
            autoComplete="off"
            aria-describedby={hintId}
            data-autofocus
            required
          />
        </label>
        <p id={hintId} className="hint" aria-live="polite">{reason ?? <>You reach <b>{others.join(', ')}</b></>}</p>
        {kind !== 'direct' && (
          <label className="field">
            <span>Title</span>
            <input value={title} onChange={(event) => setTitle(event.target.value)} maxLength={200} placeholder="lounge" />
          </label>
        )}
        {kind === 'support' && (
          <label className="check">
            <input type="checkbox" checked={iAmCustomer} onChange={(event) => setIAmCustomer(event.target.checked)} />
            <span>I am the customer{iAmCustomer || others.length === 0 ? '' : ` (otherwise ${others[0]} is)`}</span>
          </label>
        )}
        {error !== undefined && <p className="error" role="alert">{failureOf(error).message}</p>}
        <div className="form-actions">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="primary" disabled={reason !== null || isLoading}>{isLoading ? 'Starting…' : 'Start'}</button>
        </div>
      </form>
    </Dialog>
  );
}
