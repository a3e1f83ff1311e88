import { Icon } from '@/components/Icon';
import { useAppSelector } from '@/lib/redux/store';

export function EmptyState({ onNew, onShortcuts }: { onNew: () => void; onShortcuts: () => void }) {
  const isFirst = useAppSelector((state) => state.conversations.loaded && state.conversations.ids.length === 0);
  return (
    <section className="empty">
      <span className="empty-mark"><Icon name="message" /></span>
      <h2>{isFirst ? 'Start your first conversation' : 'Pick up where you left off'}</h2>
      <p className="muted">
        {isFirst ? 'Write to one person, a group, or open a support case.' : 'Choose a conversation, or begin a new one.'}
      </p>
      <div className="empty-actions">
        <button type="button" className="primary" onClick={onNew}>New conversation</button>
        <button type="button" className="link" onClick={onShortcuts}>Keyboard shortcuts</button>
      </div>
    </section>
  );
}
