import { vi } from 'vitest';
import type { ConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import type { Transport, TransportOptions } from '@/lib/transport/transport';
import type { TicketAnswer } from '@/lib/websocketOptions';
import { WebSocketManager } from '@/lib/websocketService';
import type { ChatEvent } from '@/types/events';
import { hello } from './people';

class FakeTransport implements Transport {
  readonly name: string;
  readonly options: TransportOptions;
  readonly send = vi.fn<Transport['send']>(() => Promise.resolve({}));
  readonly close = vi.fn();
  readonly open = vi.fn();
  constructor(name: string, options: TransportOptions) {
    this.name = name;
    this.options = options;
  }
  drop(code = 1006, retryAfter?: number): void {
    this.options.onClosed({ code, reason: '', retryAfter });
  }
}

/** A manager over transports that a test opens, drops and lets speak. */
export function setUp(more: { token?: () => Promise<string | null>; ticket?: () => Promise<TicketAnswer>; refused?: boolean } = {}) {
  const opened: FakeTransport[] = [];
  const statuses: ConnectionStatus[] = [];
  const events: ChatEvent[] = [];
  const token = vi.fn(more.token ?? (() => Promise.resolve('token')));
  const make = (name: string) => (options: TransportOptions) => {
    const transport = new FakeTransport(name, options);
    opened.push(transport);
    return transport;
  };
  const manager = new WebSocketManager({
    transports: [make('signalr'), make('websocket')],
    token,
    ticket: more.ticket,
    isTokenRefused: () => Promise.resolve(more.refused ?? false),
    onStatus: (status) => statuses.push(status),
    onEvents: (batch) => events.push(...batch),
    random: () => 1,
  });
  const latest = () => opened.at(-1) as FakeTransport;
  const status = () => statuses.at(-1) as ConnectionStatus;
  const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
  return { manager, opened, statuses, events, token, latest, status, settle };
}

/** Connected, its hello received. */
export async function live(more?: Parameters<typeof setUp>[0]) {
  const set = setUp(more);
  set.manager.connect('ada');
  await set.settle();
  set.latest().options.onFrames([hello({ cursor: 10 })]);
  return set;
}
