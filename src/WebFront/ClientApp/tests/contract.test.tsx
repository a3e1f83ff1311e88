import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { ConversationListItem } from '@/components/ConversationListItem';
import { MessageRow } from '@/components/MessageRow';
import { NotificationItem } from '@/components/NotificationItem';
import { parseFrames } from '@/lib/parseFrames';
import { eventsReceived } from '@/lib/redux/actions';
import { failureOf } from '@/lib/redux/services/baseApi';
import { conversationTitle } from '@/lib/redux/selectors';
import { createStore } from '@/lib/redux/store';
import type { Command } from '@/lib/transport/transport';
import type { Conversation, Message, Notification } from '@/types/conversation';
import { hello } from './people';

/** The golden files that the server's tests hold it to: what is in them is what this client gets. */
const contract = resolve(import.meta.dirname, '../../../../contract');

function golden<T = Record<string, unknown>>(folder: string): [string, T][] {
  const place = join(contract, folder);
  if (!existsSync(place)) return [];
  const names = readdirSync(place).filter((name) => name.endsWith('.json'));
  return names.map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(join(place, name), 'utf8')) as T]);
}

const named = <T,>(folder: string, prefix: string): [string, T][] =>
  golden<T>(folder).filter(([name]) => name === prefix || name.startsWith(`${prefix}_`));

describe.each(golden('events'))('event %s', (_, frame) => {
  it('is known, and the fold of it is the same when it is repeated', () => {
    const [event] = parseFrames([frame]);
    if (!event) throw new Error(`The client drops ${String(frame.event_type)}.`);
    const { store } = createStore();
    store.dispatch(eventsReceived({ events: [hello(), event], me: 'u_9', now: 0 }));
    const once = store.getState();
    store.dispatch(eventsReceived({ events: [event], me: 'u_9', now: 0 }));
    expect(store.getState().chat).toEqual(once.chat);
    expect(store.getState().conversations).toEqual(once.conversations);
  });
});

describe('events of messages', () => {
  it.each(golden('events').filter(([name]) => name.startsWith('new_message')))('%s have the message at the top level', (_, frame) => {
    const [event] = parseFrames([frame]);
    expect(event).toMatchObject({ event_type: 'new_message', cursor: expect.any(Number), seq: expect.any(Number), text: expect.any(String) });
  });
});

describe('objects', () => {
  const { store } = createStore();

  it.each(named<Message>('objects', 'message'))('%s is shown', (_, message) => {
    render(
      <Provider store={store}>
        <MessageRow
          message={message} isOwn={false} isFirst mayDelete={false} isCurrent={false} isHighlighted={false} receipt={null}
          isEditing={false} onEdit={vi.fn()}
        />
      </Provider>,
    );
    const shown = message.deleted ? 'Message deleted' : message.text;
    expect(document.querySelector('.message-text')?.textContent).toBe(shown);
  });

  it.each(named<Notification>('objects', 'notification'))('%s is shown', (_, notification) => {
    render(
      <Provider store={createStore().store}>
        <NotificationItem notification={notification} onOpen={vi.fn()} onRead={vi.fn()} />
      </Provider>,
    );
    expect(screen.getByText(notification.content)).toBeInTheDocument();
  });

  it.each(named<Conversation>('objects', 'conversation'))('%s is shown', (_, conversation) => {
    render(<ConversationListItem conversation={conversation} me="u_9" isActive={false} draft={undefined} />);
    expect(screen.getByText(conversationTitle(conversation, 'u_9'))).toBeInTheDocument();
  });
});

describe('errors', () => {
  it.each(golden<{ status: number; problem: unknown }>('errors'))('%s is read by its code', (name, { status, problem }) => {
    expect(failureOf({ status, data: problem }).code).toBe(name);
  });
});

describe('requests', () => {
  const commands: Command[] = [
    { action: 'set_active_conversation', conversation_id: 'conv_1', visible: true },
    { action: 'typing', conversation_id: 'conv_1' },
    { action: 'ping', cursor: 1 },
  ];

  it.each(commands)('$action has the fields of the contract', (command) => {
    const request = golden('requests').find(([name]) => name === command.action)?.[1];
    if (!request) throw new Error(`There is no golden request ${command.action}.`);
    expect(Object.keys({ ...command, request_id: '1' }).toSorted()).toEqual(Object.keys(request).toSorted());
  });
});

describe('the golden files', () => {
  it('are there', () => {
    expect(golden('events').length).toBeGreaterThan(0);
  });
});
