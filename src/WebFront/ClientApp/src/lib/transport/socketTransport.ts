import type { Command, Transport, TransportFactory, TransportOptions } from '@/lib/transport/transport';

interface Reply {
  request_id?: string;
  event_type?: string;
  ok?: boolean;
  cursor?: number;
  code?: string;
  retry_after?: number;
}

function socketUrl({ userId, token, ticket, position }: TransportOptions): string {
  const url = new URL('ws/notifications/', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const query = { user_id: userId, format: 'flat', batch: '1' };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  url.searchParams.set(ticket === undefined ? 'token' : 'ticket', ticket ?? token);
  if (position) {
    url.searchParams.set('cursor', String(position.cursor));
    url.searchParams.set('epoch', position.epoch);
  }
  return url.href;
}

/** The raw WebSocket of the contract, for where the hub can't be reached. */
class SocketTransport implements Transport {
  readonly name = 'websocket';
  private socket: WebSocket | null = null;
  private requests = 0;
  /** From the `error` frame that comes before a close: a close itself says only a code and a sentence. */
  private retryAfter: number | undefined;
  private readonly waiting = new Map<string, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  private readonly options: TransportOptions;

  constructor(options: TransportOptions) {
    this.options = options;
  }

  open(): void {
    const socket = new WebSocket(socketUrl(this.options));
    this.socket = socket;
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => this.received(data));
    socket.addEventListener('close', ({ code, reason }) => {
      for (const { reject } of this.waiting.values()) reject(new Error('The connection closed.'));
      this.waiting.clear();
      this.options.onClosed({ code, reason, retryAfter: this.retryAfter });
    });
  }

  send(command: Command): Promise<Reply> {
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error('The connection is not open.'));
    const requestId = String(++this.requests);
    const reply = new Promise<Reply>((resolve, reject) => this.waiting.set(requestId, { resolve, reject }));
    socket.send(JSON.stringify({ request_id: requestId, ...command }));
    return reply;
  }

  close(): void {
    this.socket?.close(1000);
  }

  private received(data: string): void {
    const frame = JSON.parse(data) as Reply;
    if (frame.event_type === 'error') this.retryAfter = frame.retry_after;
    const waiting = frame.request_id === undefined ? undefined : this.waiting.get(frame.request_id);
    if (waiting && frame.request_id !== undefined) {
      this.waiting.delete(frame.request_id);
      if (frame.ok === false || frame.event_type === 'error') waiting.reject(new Error(frame.code ?? 'refused'));
      else waiting.resolve(frame);
    }
    this.options.onFrames([frame]);
  }
}

export const socketTransport: TransportFactory = (options) => new SocketTransport(options);
