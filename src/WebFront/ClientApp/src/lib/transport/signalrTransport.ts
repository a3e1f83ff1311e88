import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr';
import type { Command, Transport, TransportFactory, TransportOptions } from '@/lib/transport/transport';

function hubUrl(position: TransportOptions['position']): string {
  const url = new URL('hubs/chat', document.baseURI);
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
  private readonly options: TransportOptions;

  constructor(options: TransportOptions) {
    this.options = options;
    this.hub = new HubConnectionBuilder()
      .withUrl(hubUrl(options.position), {
        accessTokenFactory: () => options.token,
        transport: HttpTransportType.WebSockets,
        skipNegotiation: true,
      })
      .configureLogging(LogLevel.None)
      .build();
    this.hub.on('events', (frames: unknown[]) => options.onFrames(frames));
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
    // A hub's connection ends without a code: why, the next try finds out.
    this.options.onClosed({ code: 1006, reason: error?.message ?? '' });
  }
}

export const signalrTransport: TransportFactory = (options) => new SignalrTransport(options);
