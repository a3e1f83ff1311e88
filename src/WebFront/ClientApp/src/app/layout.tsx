import { useEffect, useRef, useState } from 'react';
import { ConnectionBadge } from '@/components/ConnectionBadge';
import { ConversationDetails } from '@/components/ConversationDetails';
import { ConversationList } from '@/components/ConversationList';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { NewConversationDialog } from '@/components/NewConversationDialog';
import { NotificationCenter } from '@/components/NotificationCenter';
import NotificationManager from '@/components/NotificationManager';
import { OpenConversation } from '@/components/OpenConversation';
import { SettingsDialog } from '@/components/SettingsDialog';
import { ShortcutsDialog } from '@/components/ShortcutsDialog';
import { Toasts } from '@/components/Toasts';
import { navigate, useRoute } from '@/hooks/useRoute';
import { useShortcuts, type ShortcutName } from '@/hooks/useShortcuts';
import { focusPane } from '@/lib/focus';
import { useGetCurrentUserQuery } from '@/lib/redux/services/authApi';
import { selectConversation, selectConversations } from '@/lib/redux/selectors';
import { store, useAppSelector } from '@/lib/redux/store';
import { socketManager } from '@/lib/websocketService';

type DialogName = 'new' | 'settings' | 'shortcuts';

/** Goes to the conversation above or below in the list. */
function step(from: string | null, by: number): void {
  const conversations = selectConversations(store.getState());
  const at = conversations.findIndex((conversation) => conversation.id === from);
  const next = conversations[at < 0 ? 0 : at + by];
  if (!next) return;
  focusPane();
  navigate(next.id);
}

interface RootLayoutProps {
  me: string;
  name: string;
  /** None where signing out is not this page's to do. */
  onSignOut: (() => void) | undefined;
}

/** The app of someone who is signed in: one connection, the list, and what is open. */
export function RootLayout({ me, name: signedInAs, onSignOut }: RootLayoutProps) {
  const { conversationId, messageId } = useRoute();
  const conversation = useAppSelector((state) => selectConversation(state, conversationId));
  const status = useAppSelector((state) => state.connection.status);
  const { data: user } = useGetCurrentUserQuery();
  const name = user?.name || signedInAs;
  const [dialog, setDialog] = useState<DialogName | null>(null);
  /** The conversation whose details are shown: who goes back from it, or is removed, leaves them too. */
  const [detailsOf, setDetailsOf] = useState<string | null>(null);
  if (detailsOf !== null && detailsOf !== conversation?.id) setDetailsOf(null);
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    socketManager.connect(me);
    return () => socketManager.disconnect();
  }, [me]);

  const run: Record<ShortcutName, () => void> = {
    search: () => document.getElementById('search')?.focus(),
    write: () => document.getElementById('composer')?.focus(),
    inbox: () => document.querySelector<HTMLElement>('.bell')?.click(),
    new: () => setDialog('new'),
    details: () => setDetailsOf(conversationId),
    next: () => step(conversationId, 1),
    previous: () => step(conversationId, -1),
    settings: () => setDialog('settings'),
    help: () => setDialog('shortcuts'),
  };
  useShortcuts((name) => run[name]());
  const close = () => setDialog(null);

  return (
    <div className="app" data-pane={conversationId === null ? 'list' : 'conversation'}>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>Skip to the conversation</button>
      <header className="topbar">
        <h1 className="brand">ChatOrleans</h1>
        <ConnectionBadge />
        <NotificationCenter />
        <button type="button" className="icon-button" onClick={() => setDialog('settings')} aria-label="Settings" title="Settings (,)">
          <Icon name="settings" />
        </button>
        <button type="button" className="icon-button wide-only" onClick={() => setDialog('shortcuts')} aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)">
          <Icon name="help" />
        </button>
        <span className="who" title={me} dir="auto">{name || me}</span>
        {onSignOut && (
          <button type="button" className="icon-button" onClick={onSignOut} aria-label="Sign out" title="Sign out">
            <Icon name="leave" />
          </button>
        )}
      </header>
      {status.state === 'refused' && <p className="banner" role="alert">{status.reason}</p>}
      <ConversationList me={me} activeId={conversationId} onNew={() => setDialog('new')} />
      <main className="main" ref={main} tabIndex={-1}>
        {conversationId === null ? (
          <EmptyState onNew={() => setDialog('new')} onShortcuts={() => setDialog('shortcuts')} />
        ) : (
          <OpenConversation id={conversationId} me={me} messageId={messageId} onDetails={() => setDetailsOf(conversationId)} />
        )}
      </main>
      {dialog === 'new' && <NewConversationDialog me={me} onClose={close} />}
      {conversation && detailsOf === conversation.id && (
        <ConversationDetails conversation={conversation} me={me} onClose={() => setDetailsOf(null)} />
      )}
      {dialog === 'settings' && <SettingsDialog onClose={close} />}
      {dialog === 'shortcuts' && <ShortcutsDialog onClose={close} />}
      <Toasts />
      <NotificationManager me={me} />
    </div>
  );
}
