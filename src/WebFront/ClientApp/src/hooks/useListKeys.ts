import { useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';
import { isMessage, type Row } from '@/lib/messages/rows';

function indexOf(element: Element): number {
  return Number(element.closest<HTMLElement>('[data-index]')?.dataset.index ?? -1);
}

/** Arrow keys go from message to message; only the one they are on takes part in the Tab order. */
export function useListKeys(
  rows: readonly Row[],
  scroller: RefObject<HTMLDivElement | null>,
  scrollTo: (index: number) => void,
) {
  const [currentKey, setCurrentKey] = useState<string | null>(null);

  const focus = (index: number): void => {
    scrollTo(index);
    setCurrentKey(rows[index]?.key ?? null);
    // The row may only be rendered once the list has scrolled to it.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] article`)?.focus());
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    if (!(target instanceof HTMLElement) || target.closest('textarea, input')) return;
    const at = indexOf(target);
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const step = event.key === 'ArrowUp' ? -1 : 1;
      let next = at < 0 ? (step < 0 ? rows.length - 1 : 0) : at + step;
      let row = rows[next];
      while (row && !isMessage(row)) row = rows[(next += step)];
      if (!row) return;
      event.preventDefault();
      focus(next);
    } else if (event.key === 'e' && target.tagName === 'ARTICLE') {
      event.preventDefault();
      target.querySelector<HTMLButtonElement>('button[aria-label="Edit"]')?.click();
    } else if (event.key === 'Delete' && target.tagName === 'ARTICLE') {
      target.querySelector<HTMLButtonElement>('button[aria-label="Delete"]')?.click();
    }
  };

  const onFocus = ({ target }: FocusEvent): void => {
    const row = rows[indexOf(target)];
    if (row) setCurrentKey(row.key);
  };

  return { currentKey, onKeyDown, onFocus };
}
