import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { leftOf, TextLeft } from '@/components/TextLeft';
import { useSendKey } from '@/hooks/useSendKey';
import { failureOf } from '@/lib/redux/services/baseApi';
import { useEditMessageMutation } from '@/lib/redux/services/conversationApi';
import type { Message } from '@/types/conversation';

/** Edits a message where it stands. What sends a new one saves it, Escape leaves it as it was. */
export function EditMessage({ message, onDone }: { message: Message; onDone: () => void }) {
  const [text, setText] = useState(message.text);
  const [edit, { isLoading, error }] = useEditMessageMutation();
  const isSaving = useSendKey();
  const leftId = useId();
  const canSave = text.trim() !== '' && leftOf(text) >= 0 && !isLoading;
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);

  const save = async () => {
    if (!canSave) return;
    if (text !== message.text) {
      const { error } = await edit({ conversationId: message.conversation_id, id: message.id, text });
      if (error) return;
    }
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      onDone();
    }
    if (isSaving(event)) {
      event.preventDefault();
      void save();
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };

  return (
    <form className="edit" onSubmit={submit}>
      <textarea
        ref={field}
        aria-label="Edit message"
        value={text}
        dir="auto"
        aria-describedby={leftId}
        aria-invalid={leftOf(text) < 0}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <TextLeft id={leftId} text={text} />
      {error !== undefined && <p className="error" role="alert">{failureOf(error).message}</p>}
      <div className="form-actions">
        <button type="button" onClick={onDone}>Cancel</button>
        <button type="submit" className="primary" disabled={!canSave}>Save</button>
      </div>
    </form>
  );
}
