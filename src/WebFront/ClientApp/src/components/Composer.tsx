import { useEffect, useRef, type FormEvent, type KeyboardEvent } from 'react';
import { Icon } from '@/components/Icon';
import { focusComposer } from '@/lib/focus';
import { useSendMessageMutation } from '@/lib/redux/services/conversationApi';
import { draftChanged } from '@/lib/redux/slices/draftsSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';
import { socketManager } from '@/lib/websocketService';

const longestText = 8000;
/** A typing hint lasts 5 s where it is shown, so it is repeated a little sooner; in milliseconds. */
const typingInterval = 3_000;

interface ComposerProps {
  me: string;
  conversationId: string;
  title: string;
  /** Up arrow in an empty composer: edit the last own message. */
  onEditLast: () => void;
  onSent: () => void;
}

export function Composer({ me, conversationId, title, onEditLast, onSent }: ComposerProps) {
  const dispatch = useAppDispatch();
  const text = useAppSelector((state) => state.drafts[conversationId] ?? '');
  const enterSends = useAppSelector((state) => state.settings.enterSends);
  const [sendMessage] = useSendMessageMutation();
  const field = useRef<HTMLTextAreaElement>(null);
  const lastHint = useRef(0);

  useEffect(focusComposer, []);

  const change = (next: string) => {
    dispatch(draftChanged({ conversationId, text: next }));
    if (next.trim() === '' || Date.now() - lastHint.current < typingInterval) return;
    lastHint.current = Date.now();
    socketManager.hint({ action: 'typing', conversation_id: conversationId });
  };

  const send = () => {
    if (text.trim() === '' || text.length > longestText) return;
    dispatch(draftChanged({ conversationId, text: '' }));
    lastHint.current = 0;
    void sendMessage({ me, conversationId, text });
    onSent();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is being composed (CJK input), Enter chooses it.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault();
      onEditLast();
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    if (enterSends || event.ctrlKey || event.metaKey) {
      event.preventDefault();
      send();
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
    field.current?.focus();
  };

  const left = longestText - text.length;
  return (
    <form className="composer" onSubmit={submit}>
      <textarea
        ref={field}
        id="composer"
        rows={1}
        dir="auto"
        value={text}
        placeholder={`Message ${title}`}
        aria-label={`Message ${title}`}
        aria-describedby={left < 500 ? 'composer-left' : undefined}
        aria-invalid={left < 0}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {left < 500 && <span id="composer-left" className="composer-left" data-over={left < 0}>{left}</span>}
      <button type="submit" className="primary icon-button" disabled={text.trim() === '' || left < 0} aria-label="Send" title="Send">
        <Icon name="send" />
      </button>
    </form>
  );
}
