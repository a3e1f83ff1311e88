import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react';

interface DeleteQuestionProps {
  onDelete: (event: MouseEvent) => void;
  onKeep: (event: MouseEvent | KeyboardEvent) => void;
}

/** Asks before a message is deleted. It takes the focus, so that it is read out and Enter answers it; Escape means no. */
export function DeleteQuestion({ onDelete, onKeep }: DeleteQuestionProps) {
  const answer = useRef<HTMLButtonElement>(null);
  useEffect(() => answer.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onKeep(event);
  };
  return (
    <div className="message-question" role="alertdialog" aria-label="Delete this message?" onKeyDown={onKeyDown}>
      <button ref={answer} type="button" className="danger" onClick={onDelete}>Delete</button>
      <button type="button" onClick={onKeep}>Keep</button>
    </div>
  );
}
