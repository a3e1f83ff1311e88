import { useEffect, useId, useRef, type FormEvent, type KeyboardEvent } from 'react';
import { Icon } from '@/components/Icon';
import { leftOf, TextLeft } from '@/components/TextLeft';
import { useSendKey } from '@/hooks/useSendKey';
import { focusMessages, focusOpened } from '@/lib/focus';
import { useSendMessageMutation } from '@/lib/redux/services/conversationApi';
import { draftChanged } from '@/lib/redux/slices/draftsSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';
import { socketManager } from '@/lib/websocketService';

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
  const isSending = useSendKey();
  const leftId = useId();
  const [sendMessage] = useSendMessageMutation();
  const field = useRef<HTMLTextAreaElement>(null);
  const lastHint = useRef(0);

  useEffect(focusOpened, []);

  const canSend = text.trim() !== '' && leftOf(text) >= 0;
  const change = (next: string) => {
    dispatch(draftChanged({ conversationId, text: next }));
    if (next.trim() === '' || Date.now() - lastHint.current < typingInterval) return;
    lastHint.current = Date.now();
    socketManager.hint({ action: 'typing', conversation_id: conversationId });
  };

  const send = () => {
    if (!canSend) return;
    dispatch(draftChanged({ conversationId, text: '' }));
    lastHint.current = 0;
    void sendMessage({ me, conversationId, title, text });
    onSent();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp' && text === '' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onEditLast();
    }
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) focusMessages();
    if (isSending(event)) {
      event.preventDefault();
      send();
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
    field.current?.focus();
  };

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
        aria-describedby={leftId}
        aria-invalid={leftOf(text) < 0}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <TextLeft id={leftId} text={text} />
      <button type="submit" className="primary icon-button" disabled={!canSend} aria-label="Send" title="Send">
        <Icon name="send" />
      </button>
    </form>
  );
}
