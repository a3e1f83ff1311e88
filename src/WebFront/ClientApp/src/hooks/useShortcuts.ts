import { useEffect, useRef } from 'react';

export type ShortcutName = 'search' | 'new' | 'inbox' | 'details' | 'write' | 'next' | 'previous' | 'settings' | 'help';

export const shortcuts: { id: ShortcutName; keys: string; name: string }[] = [
  { id: 'search', keys: '/', name: 'Search conversations' },
  { id: 'new', keys: 'n', name: 'New conversation' },
  { id: 'next', keys: 'j', name: 'Next conversation' },
  { id: 'previous', keys: 'k', name: 'Previous conversation' },
  { id: 'write', keys: 'c', name: 'Write in the open conversation' },
  { id: 'details', keys: 'i', name: 'Members and details' },
  { id: 'inbox', keys: 'b', name: 'Notifications' },
  { id: 'settings', keys: ',', name: 'Settings' },
  { id: 'help', keys: '?', name: 'This list' },
];

/** Single keys, wherever nothing is being typed and no dialog is open. */
export function useShortcuts(run: (name: ShortcutName) => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog')) return;
      const shortcut = shortcuts.find(({ keys }) => keys === event.key);
      if (!shortcut) return;
      event.preventDefault();
      latest.current(shortcut.id);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
