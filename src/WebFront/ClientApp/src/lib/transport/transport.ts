/** What a device may ask over its connection; the names are the contract's. */
export type Command =
  | { action: 'set_active_conversation'; conversation_id: string | null; visible: boolean }
  | { action: 'typing'; conversation_id: string }
  | { action: 'ping'; cursor: number | null };

export interface Position {
  cursor: number;
  epoch: string;
}

/** Why a connection ended. `code` is the contract's close code where there was one, else 1006. */
export interface Closed {
  code: number;
  reason: string;
  /** Seconds to wait at least, where the server said so. */
  retryAfter?: number;
}

export interface TransportOptions {
  userId: string;
  token: string;
  /** Opens this one connection in place of the token, which so never stands in an address. */
  ticket?: string;
  /** Where to resume; null starts from a snapshot. */
  position: Position | null;
  onFrames: (frames: readonly unknown[]) => void;
  /** Called once, also when opening fails. Nothing comes after it. */
  onClosed: (closed: Closed) => void;
}

/** One connection, over whatever carries it. It is opened once and never again after it has closed. */
export interface Transport {
  readonly name: string;
  open(): void;
  /** Resolves with the head of the feed where the answer tells it (a ping's does). Rejects when it can't be carried. */
  send(command: Command): Promise<{ cursor?: number }>;
  close(): void;
}

export type TransportFactory = (options: TransportOptions) => Transport;
