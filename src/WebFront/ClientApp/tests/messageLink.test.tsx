import { render } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { useMessageLink } from '@/hooks/useMessageLink';
import { signedOut } from '@/lib/redux/actions';
import { selectMessagesForConversation } from '@/lib/redux/selectors';
import { messagesLoaded } from '@/lib/redux/slices/chatSlice';
import { store, useAppSelector } from '@/lib/redux/store';
import { lounge, message } from './people';
import { until } from './until';

const log = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => message(from + index));

/** A server that has the messages `from` to 2000, and the queries that it was asked; `isEmpty` where it gives none of them. */
function server({ from = 1, isEmpty = false } = {}): string[] {
  const asked: string[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation((request) => {
    const { search, searchParams } = new URL((request as Request).url);
    asked.push(search);
    const before = Number(searchParams.get('before'));
    const page = isEmpty ? [] : log(Math.max(from, before - Number(searchParams.get('limit'))), before - 1);
    const hasOlder = isEmpty || (page[0]?.seq ?? before) > from;
    return Promise.resolve(Response.json(page, { headers: hasOlder ? { Link: '</messages?before=1>; rel="prev"' } : {} }));
  });
  return asked;
}

function Linked({ to }: { to: string }) {
  const messages = useAppSelector((state) => selectMessagesForConversation(state, lounge));
  const start = useAppSelector((state) => state.chat.starts[lounge] ?? 0);
  useMessageLink(lounge, to, messages, start);
  return <p>{messages.some(({ id }) => id === to) ? 'found' : 'not found'}</p>;
}

function open(to: number, ...logs: [number, number][]) {
  for (const [first, last] of logs) store.dispatch(messagesLoaded({ conversationId: lounge, messages: log(first, last) }));
  return render(<Provider store={store}><Linked to={`msg_${to}`} /></Provider>);
}

beforeEach(() => void store.dispatch(signedOut()));

describe('a link', () => {
  it('to a message in a hole of the log fetches what is missing there', async () => {
    const asked = server();
    const { findByText } = open(200, [1, 60], [240, 300]);
    await findByText('found');
    expect(asked).toEqual(['?before=240&limit=179']);
  });

  it('fetches the newest hole first, then the next, and what is older than all of them last', async () => {
    const asked = server();
    const { findByText } = open(5, [110, 120], [500, 510], [600, 610]);
    await findByText('found');
    expect(asked).toEqual(['?before=600&limit=89', '?before=500&limit=200', '?before=300&limit=179', '?before=110&limit=200']);
  });

  it('takes no hole for one where retention has left nothing', async () => {
    const asked = server({ from: 240 });
    open(200, [1, 60], [240, 300]);
    await until(() => expect(store.getState().chat.starts[lounge]).toBe(240));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toEqual(['?before=240&limit=179']);
  });

  it('doesn’t ask for ever for a page that brings nothing', async () => {
    const asked = server({ isEmpty: true });
    open(200, [1, 60], [240, 300]);
    await until(() => expect(asked.length).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(asked).toEqual(['?before=240&limit=179']);
  });
});
