import type { ConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import type { Closed, TransportFactory } from '@/lib/transport/transport';
import type { ChatEvent } from '@/types/events';

/** Null where the server has no tickets; `closed` says why there is none to be had now, as of a connection that failed. */
export type TicketAnswer = { ticket: string | null } | { closed: Closed };

export interface WebSocketManagerOptions {
  /** Ways to connect, best first. */
  transports: readonly TransportFactory[];
  /** The user's token; with `renew`, a new one. Null when there is none to be had: the person has to sign in. Rejects where nobody could be asked now. */
  token: (renew: boolean) => Promise<string | null>;
  /** A ticket for one connection in place of the token. */
  ticket?: () => Promise<TicketAnswer>;
  /** After a connection failed to open: does the server refuse the token? A browser doesn't tell it of a WebSocket. */
  isTokenRefused: () => Promise<boolean>;
  onStatus: (status: ConnectionStatus) => void;
  /** Events in feed order, each once, a burst at a time. Called before the listeners of `subscribe`. */
  onEvents: (events: ChatEvent[], userId: string) => void;
  /** Between 0 and 1. */
  random?: () => number;
}
