import { Dialog } from '@/components/Dialog';
import { shortcuts } from '@/hooks/useShortcuts';

const inLists = [
  { keys: '↑ ↓', name: 'Previous or next conversation or message' },
  { keys: 'e', name: 'Edit the message you are on' },
  { keys: 'Delete', name: 'Delete the message you are on' },
  { keys: '↑', name: 'In an empty text field: edit your last message' },
  { keys: 'Shift+Enter', name: 'New line' },
  { keys: 'Esc', name: 'Close what is open; from where one writes, to the messages' },
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="shortcuts">
        {[...shortcuts, ...inLists].map(({ keys, name }) => (
          <div key={keys + name}>
            <dt><kbd>{keys}</kbd></dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
