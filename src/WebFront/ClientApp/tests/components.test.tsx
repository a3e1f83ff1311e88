import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import type { ReactElement } from 'react';
import { Composer } from '@/components/Composer';
import { EditMessage } from '@/components/EditMessage';
import { MessageRow } from '@/components/MessageRow';
import { NotificationItem } from '@/components/NotificationItem';
import { NotificationCenter } from '@/components/NotificationCenter';
import { PendingRow } from '@/components/PendingRow';
import { TypingLine } from '@/components/TypingLine';
import { eventsReceived, signedOut } from '@/lib/redux/actions';
import { conversationLoaded } from '@/lib/redux/slices/conversationsSlice';
import { messageQueued } from '@/lib/redux/slices/outboxSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { settingsChanged } from '@/lib/redux/slices/settingsSlice';
import { store } from '@/lib/redux/store';
import { conversation, lounge, message, newMessage, notification } from './people';
import { until } from './until';

const show = (element: ReactElement) => render(<Provider store={store}>{element}</Provider>);
const row = (text: string, more: Partial<Parameters<typeof MessageRow>[0]> = {}) => (
  <MessageRow
    message={message(1, { text })} isOwn={false} isFirst mayDelete={false} isCurrent isHighlighted={false} receipt={null}
    isEditing={false} onEdit={vi.fn()} {...more}
  />
);

beforeEach(() => {
  store.dispatch(signedOut());
  store.dispatch(signedIn({ userId: 'ada', name: 'Ada', token: 'token' }));
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json([])));
});

describe('a message', () => {
  it('shows markup as text and makes only web links clickable', () => {
    show(row('<img src=x onerror=alert(1)> https://example.org javascript:alert(1)'));
    expect(screen.getByText(/<img src=x/u)).toBeInTheDocument();
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['https://example.org']);
    expect(screen.getByRole('link')).toHaveAttribute('rel', expect.stringContaining('noopener'));
  });

  it('says who wrote it, when, and whether it was edited or deleted', () => {
    show(row('Hello', { message: message(1, { sender: 'customer', edited_at: '2026-01-05T11:00:00Z' }) }));
    expect(screen.getByText('Grace')).toBeInTheDocument();
    expect(screen.getByText('customer')).toHaveClass('label');
    expect(screen.getByText('edited')).toBeInTheDocument();
    show(row('', { message: message(2, { text: '', deleted: true }), isOwn: true, mayDelete: true }));
    expect(screen.getByText('Message deleted')).toBeInTheDocument();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('asks before it is deleted', async () => {
    show(row('Hello', { isOwn: true, mayDelete: true }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    expect(fetch).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    expect(fetch).toHaveBeenCalledOnce();
  });

  it('asks where the keyboard is, and gives the focus back with the answer', async () => {
    show(row('Hello', { isOwn: true, mayDelete: true }));
    screen.getByRole('button', { name: 'Delete' }).focus();
    await userEvent.keyboard('{Enter}');
    expect(screen.getByRole('alertdialog', { name: 'Delete this message?' })).toContainElement(document.activeElement as HTMLElement);
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(screen.getByRole('article')).toHaveFocus();
    expect(fetch).not.toHaveBeenCalled();
    screen.getByRole('button', { name: 'Delete' }).focus();
    await userEvent.keyboard('{Enter}{Enter}');
    expect(fetch).toHaveBeenCalledOnce();
    expect(screen.getByRole('article')).toHaveFocus();
  });

  it('has the focus again after it was edited', async () => {
    const onEdit = vi.fn();
    show(row('Hello', { isOwn: true, isEditing: true, onEdit }));
    await userEvent.keyboard('{Escape}');
    expect(onEdit).toHaveBeenCalledWith(null);
    expect(screen.getByRole('article')).toHaveFocus();
  });

  it('that was refused says why and what can be done', async () => {
    const item = { id: 'c-1', conversationId: lounge, text: 'Hello', createdAt: '2026-01-05T10:00:00Z', failure: 'Too long.' };
    store.dispatch(messageQueued(item));
    show(<PendingRow item={item} isFirst />);
    expect(screen.getByRole('alert')).toHaveTextContent('Not sent: Too long.');
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(store.getState().outbox.items[0]?.failure).toBeUndefined();
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(store.getState().outbox.items).toEqual([]);
  });
});

describe('the composer', () => {
  const composer = (more = {}) => <Composer me="ada" conversationId={lounge} title="lounge" onEditLast={vi.fn()} onSent={vi.fn()} {...more} />;

  it('sends with Enter, breaks lines with Shift+Enter, sends nothing blank', async () => {
    show(composer());
    const field = screen.getByRole('textbox', { name: 'Message lounge' });
    await userEvent.type(field, '  {Enter}');
    expect(store.getState().outbox.items).toEqual([]);
    await userEvent.clear(field);
    await userEvent.type(field, 'one{Shift>}{Enter}{/Shift}two{Enter}');
    await until(() => expect(store.getState().outbox.items).toMatchObject([{ text: 'one\ntwo' }]));
    expect(field).toHaveValue('');
  });

  it('sends nothing with the Enter that chooses a word, which Safari tells only by its code', async () => {
    show(composer());
    const field = screen.getByRole('textbox');
    await userEvent.type(field, 'にほん');
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 });
    expect(field).toHaveValue('にほん');
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });
    expect(field).toHaveValue('');
  });

  it('keeps a draft per conversation', async () => {
    show(composer());
    await userEvent.type(screen.getByRole('textbox'), 'Dear');
    expect(store.getState().drafts).toEqual({ [lounge]: 'Dear' });
  });

  it('edits the last message with the up arrow when it is empty', async () => {
    const onEditLast = vi.fn();
    show(composer({ onEditLast }));
    await userEvent.type(screen.getByRole('textbox'), '{ArrowUp}');
    expect(onEditLast).toHaveBeenCalledOnce();
  });
});

describe('editing', () => {
  const edit = () => {
    const onDone = vi.fn();
    show(<EditMessage message={message(1, { text: 'one' })} onDone={onDone} />);
    return { onDone, field: screen.getByRole('textbox', { name: 'Edit message' }) };
  };
  afterEach(() => void store.dispatch(settingsChanged({ enterSends: true })));

  it('saves with the key that sends', async () => {
    store.dispatch(settingsChanged({ enterSends: false }));
    const { onDone, field } = edit();
    await userEvent.type(field, '{Enter}two');
    expect(field).toHaveValue('one\ntwo');
    expect(fetch).not.toHaveBeenCalled();
    await userEvent.type(field, '{Control>}{Enter}{/Control}');
    await until(() => expect(onDone).toHaveBeenCalledOnce());
    expect(fetch).toHaveBeenCalledOnce();
  });

  it('cuts nothing off a text that is too long, and says by how much it is', async () => {
    const { onDone, field } = edit();
    await userEvent.click(field);
    await userEvent.paste('x'.repeat(8_000));
    expect(field).toHaveAccessibleDescription('-3');
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
    await userEvent.keyboard('{Enter}');
    expect(onDone).not.toHaveBeenCalled();
  });
});

describe('the notification center', () => {
  it('counts what is unread and says it in words', () => {
    store.dispatch(eventsReceived({ events: [newMessage(1), newMessage(2)], me: 'ada', now: 0 }));
    show(<NotificationCenter />);
    const bell = screen.getByRole('button', { name: 'Notifications, 2 unread' });
    expect(within(bell).getByText('2')).toBeInTheDocument();
  });

  it('shows titles as people expect them', async () => {
    const onOpen = vi.fn();
    const onRead = vi.fn();
    show(<ul><li><NotificationItem notification={notification('n')} onOpen={onOpen} onRead={onRead} /></li></ul>);
    await userEvent.click(screen.getByText('New message from grace'));
    await userEvent.click(screen.getByRole('button', { name: 'Mark as read' }));
    expect(onOpen).toHaveBeenCalledOnce();
    expect(onRead).toHaveBeenCalledWith('n');
  });

  it('calls people by their names where it knows them, like the messages themselves', () => {
    store.dispatch(conversationLoaded(conversation()));
    show(<ul><li><NotificationItem notification={notification('n')} onOpen={vi.fn()} onRead={vi.fn()} /></li></ul>);
    expect(screen.getByText('New message from Grace in lounge')).toBeInTheDocument();
  });
});

describe('typing', () => {
  it('names who is typing', () => {
    const typing = { event_type: 'typing', conversation_id: lounge, user_id: 'grace' } as const;
    store.dispatch(eventsReceived({ events: [typing], me: 'ada', now: Date.now() }));
    show(<TypingLine conversationId={lounge} members={conversation().members} />);
    expect(screen.getByRole('status')).toHaveTextContent('Grace is typing…');
  });

  it('that ended before the conversation was opened is not said', () => {
    const typing = { event_type: 'typing', conversation_id: lounge, user_id: 'grace' } as const;
    store.dispatch(eventsReceived({ events: [typing], me: 'ada', now: Date.now() - 60_000 }));
    show(<TypingLine conversationId={lounge} members={conversation().members} />);
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
  });
});
