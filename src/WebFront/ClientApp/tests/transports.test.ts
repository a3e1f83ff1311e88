import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseFrames } from '@/lib/parseFrames';
import { olderPage } from '@/lib/redux/services/answers';
import { socketTransport } from '@/lib/transport/socketTransport';
import type { TransportOptions } from '@/lib/transport/transport';
import { lounge, message, newMessage } from './people';

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readyState = 1;
  readonly sent: Record<string, unknown>[] = [];
  readonly url: URL;
  constructor(url: string) {
    super();
    this.url = new URL(url);
    FakeSocket.last = this;
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(): void {
    this.end(1000);
  }
  receive(frame: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }
  end(code: number, reason = ''): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }
}

function open(more: Partial<TransportOptions> = {}) {
  const options = { userId: 'ada', token: 't', position: null, onFrames: vi.fn(), onClosed: vi.fn(), ...more };
  const transport = socketTransport(options);
  transport.open();
  return { transport, options, socket: FakeSocket.last };
}

beforeEach(() => void vi.stubGlobal('WebSocket', FakeSocket));
afterEach(() => void vi.unstubAllGlobals());

describe('the raw WebSocket', () => {
  it('says who, what for and where to resume', () => {
    const { socket } = open({ position: { cursor: 7, epoch: 'e1' } });
    expect(socket.url.pathname).toBe('/ws/notifications/');
    expect(Object.fromEntries(socket.url.searchParams)).toEqual({
      user_id: 'ada', token: 't', format: 'flat', batch: '1', cursor: '7', epoch: 'e1',
    });
  });

  it('opens with a ticket in place of the token', () => {
    const { socket } = open({ ticket: 'once' });
    expect(socket.url.searchParams.get('ticket')).toBe('once');
    expect(socket.url.searchParams.has('token')).toBe(false);
  });

  it('matches replies to commands', async () => {
    const { transport, socket } = open();
    const ping = transport.send({ action: 'ping', cursor: 7 });
    const typing = transport.send({ action: 'typing', conversation_id: lounge });
    expect(socket.sent).toMatchObject([{ action: 'ping', cursor: 7, request_id: '1' }, { action: 'typing', request_id: '2' }]);
    socket.receive({ event_type: 'reply', request_id: '2', ok: false, code: 'not_a_member' });
    socket.receive({ event_type: 'pong', request_id: '1', ok: true, cursor: 9 });
    await expect(ping).resolves.toMatchObject({ cursor: 9 });
    await expect(typing).rejects.toThrow('not_a_member');
  });

  it('tells how it closed, and lets no command wait for ever', async () => {
    const { transport, socket, options } = open();
    const ping = transport.send({ action: 'ping', cursor: null });
    socket.receive({ event_type: 'error', request_id: null, ok: false, code: 'rate_limited', retry_after: 3 });
    socket.end(4429, 'Too many connections.');
    await expect(ping).rejects.toThrow();
    expect(options.onClosed).toHaveBeenCalledWith({ code: 4429, reason: 'Too many connections.', retryAfter: 3 });
    await expect(transport.send({ action: 'ping', cursor: null })).rejects.toThrow();
  });
});

describe('frames', () => {
  it('come flat, nested or both, alone or in batches, and unknown ones are dropped', () => {
    const nested = { event_type: 'new_message', cursor: 2, unread: 1, notification_id: null, message: message(2) };
    const frames = [newMessage(1), { event_type: 'batch', events: [nested, { event_type: 'tomorrow' }] }, { x: 1 }, null, 'x'];
    expect(parseFrames(frames)).toMatchObject([{ seq: 1, cursor: 1 }, { seq: 2, cursor: 2, text: 'Message 2' }]);
  });
});

describe('Link headers', () => {
  it('say where older ones are', () => {
    const headers = new Headers();
    headers.append('Link', '</api/x?after=9&limit=5>; rel="next"');
    headers.append('Link', '</api/x?before=a%2Fb&limit=5>; rel="prev"');
    expect(olderPage(headers)).toBe('a/b');
    expect(olderPage(new Headers())).toBeUndefined();
  });
});
