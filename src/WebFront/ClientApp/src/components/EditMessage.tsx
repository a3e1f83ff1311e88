import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { failureOf } from '@/lib/redux/services/baseApi';
import { useEditMessageMutation } from '@/lib/redux/services/conversationApi';
import type { Message } from '@/types/conversation';

/** Edits a message where it stands. Enter saves, Escape leaves it as it was. */
export function EditMessage({ message, onDone }: { message: Message; onDone: () => void }) {
  const [text, setText] = useState(message.text);
  const [edit, { isLoading, error }] = useEditMessageMutation();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);

  const save = async () => {
    if (text.trim() === '' || isLoading) return;
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
    if (event.key === 'Enter' && !event.shiftKey) {
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
        maxLength={8000}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {error !== undefined && <p className="error" role="alert">{failureOf(error).message}</p>}
      <div className="form-actions">
        <button type="button" onClick={onDone}>Cancel</button>
        <button type="submit" className="primary" disabled={isLoading || text.trim() === ''}>Save</button>
      </div>
    </form>
  );
}
