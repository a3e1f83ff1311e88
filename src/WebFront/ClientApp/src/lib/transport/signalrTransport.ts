import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr';
import type { Command, Transport, TransportFactory, TransportOptions } from '@/lib/transport/transport';

/** An `error` frame's code as the close code that a raw socket would have had. */
const closeCodes: Partial<Record<string, number>> = {
  unauthenticated: 4401, forbidden: 4403, too_large: 4413, invalid_request: 4400, rate_limited: 4429,
};

interface ErrorFrame {
  event_type: 'error';
  code: string;
  retry_after?: number;
}

function isErrorFrame(frame: unknown): frame is ErrorFrame {
  return typeof frame === 'object' && frame !== null && 'event_type' in frame && frame.event_type === 'error';
}

function hubUrl({ position, ticket }: TransportOptions): string {
  const url = new URL('hubs/chat', document.baseURI);
  if (ticket !== undefined) url.searchParams.set('ticket', ticket);
  if (position) {
    url.searchParams.set('cursor', String(position.cursor));
    url.searchParams.set('epoch', position.epoch);
  }
  return url.href;
}

/**
 * The SignalR hub. Without its own reconnecting, because one place decides about that for all transports, and without
 * negotiation, so that any server of a cluster takes the connection.
 */
class SignalrTransport implements Transport {
  readonly name = 'signalr';
  private readonly hub: HubConnection;
  private closed = false;
  private refusal: ErrorFrame | undefined;
  private readonly options: TransportOptions;

  constructor(options: TransportOptions) {
    this.options = options;
    this.hub = new HubConnectionBuilder()
      .withUrl(hubUrl(options), {
        ...(options.ticket === undefined && { accessTokenFactory: () => options.token }),
        transport: HttpTransportType.WebSockets,
        skipNegotiation: true,
      })
      .configureLogging(LogLevel.None)
      .build();
    this.hub.on('events', (frames: unknown[]) => {
      this.refusal = frames.find(isErrorFrame) ?? this.refusal;
      options.onFrames(frames);
    });
    this.hub.onclose((error) => this.ended(error));
  }

  open(): void {
    this.hub.start().catch((error: unknown) => this.ended(error instanceof Error ? error : undefined));
  }

  async send(command: Command): Promise<{ cursor?: number }> {
    const answer: unknown = await this.invoke(command);
    return typeof answer === 'object' && answer !== null ? answer : {};
  }

  close(): void {
    void this.hub.stop();
  }

  private invoke(command: Command): Promise<unknown> {
    switch (command.action) {
      case 'set_active_conversation':
        return this.hub.invoke('SetActiveConversation', command.conversation_id, command.visible);
      case 'typing':
        return this.hub.invoke('Typing', command.conversation_id);
      case 'ping':
        return this.hub.invoke('Ping', command.cursor);
      default:
        return command satisfies never;
    }
  }

  private ended(error: Error | undefined): void {
    if (this.closed) return;
    this.closed = true;
    // A hub's connection ends without a code. Where no error frame said why, the next try finds out.
    const code = closeCodes[this.refusal?.code ?? ''] ?? 1006;
    this.options.onClosed({ code, reason: error?.message ?? '', retryAfter: this.refusal?.retry_after });
  }
}

export const signalrTransport: TransportFactory = (options) => new SignalrTransport(options);
