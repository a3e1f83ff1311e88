import { appConnection } from '@/lib/appConnection';
import { EventBatcher } from '@/lib/eventBatcher';
import { FeedPosition } from '@/lib/feedPosition';
import { parseFrames } from '@/lib/parseFrames';
import { afterClose, backoff } from '@/lib/reconnect';
import { Subscriptions, type Listener } from '@/lib/subscriptions';
import type { WebSocketManagerOptions } from '@/lib/websocketOptions';
import type { Closed, Command, Transport, TransportFactory } from '@/lib/transport/transport';
import type { ChatEvent, EventType, HelloEvent } from '@/types/events';

/** How long opening and a ping's answer may take before the connection counts as dead, in milliseconds. */
const openingTime = 10_000;
const pongTime = 8_000;

/**
 * The one connection of the whole app. It opens on `connect`, resumes by cursor whenever it breaks, and ends with
 * `disconnect`; what comes over it is told to every listener once.
 */
export class WebSocketManager {
  private readonly options: WebSocketManagerOptions;
  private readonly subscriptions = new Subscriptions();
  private readonly batcher = new EventBatcher((events) => this.deliver(events));
  private readonly feed = new FeedPosition();
  private userId: string | null = null;
  private transport: Transport | null = null;
  private live = false;
  private paused = false;
  /** The server has said that another try is in vain. */
  private stopped = false;
  /** Tries since the connection was last live. */
  private attempt = 0;
  /** Tokens refused since then. */
  private refusals = 0;
  private preferred = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private headBefore = 0;
  /** The connection whose answer to a ping is waited for. */
  private pinging: Transport | null = null;
  /** Which try to open is the present one: one that was overtaken while it asked for a token or a ticket ends there. */
  private opening = 0;

  constructor(options: WebSocketManagerOptions) {
    this.options = options;
  }

  /** Connects as this user. Calling it again changes nothing; another user's connection is ended first. */
  connect(userId: string): void {
    if (this.userId === userId) return;
    this.disconnect();
    this.userId = userId;
    void this.open(false);
  }

  /** Ends the connection for good and forgets its position. Listeners stay. */
  disconnect(): void {
    this.userId = null;
    this.paused = false;
    this.stopped = false;
    this.attempt = 0;
    this.refusals = 0;
    this.end();
    this.batcher.flush();
    this.feed.forget();
    this.options.onStatus({ state: 'idle' });
  }

  /** Closes for as long as nobody looks; `resume` goes on where it stopped. */
  pause(): void {
    if (!this.userId || this.paused || this.stopped) return;
    this.paused = true;
    this.end();
    this.options.onStatus({ state: 'paused' });
  }

  /** Ends a pause, or a wait between two tries. Changes nothing on a live connection, nor on one that was refused for good. */
  resume(): void {
    if (!this.userId || this.stopped || (this.transport && !this.paused)) return;
    this.paused = false;
    this.attempt = 0;
    this.refusals = 0;
    void this.open(false);
  }

  /** Calls `listener` for each event of a type, optionally of one conversation only. Returns how to stop it. */
  subscribe<T extends EventType>(type: T, listener: Listener<T>, conversationId?: string): () => void {
    return this.subscriptions.add(type, listener, conversationId);
  }

  /** Sends a hint if the connection is live. Hints aren't queued: what must arrive goes through the outbox. */
  hint(command: Command): void {
    if (this.live) this.transport?.send(command).catch(() => undefined);
  }

  /** Asks the server for a sign of life now, for when the network is suspected to be gone. */
  async ping(): Promise<void> {
    const { transport } = this;
    if (!this.live || !transport || this.pinging === transport) return;
    this.pinging = transport;
    const dead = setTimeout(() => this.lost(transport, { code: 4408, reason: 'No answer to a ping.' }), pongTime);
    try {
      const { cursor: head } = await transport.send({ action: 'ping', cursor: this.feed.position?.cursor ?? null });
      this.checkHead(transport, head);
    } catch {
      // The connection closed or refused the ping: the first is told by its close, the second is a sign of life.
    } finally {
      clearTimeout(dead);
      if (this.pinging === transport) this.pinging = null;
    }
  }

  private async open(renewToken: boolean): Promise<void> {
    const opening = this.begin();
    const { userId } = this;
    this.options.onStatus({ state: 'connecting' });
    let token: string | null;
    try {
      token = await this.options.token(renewToken);
    } catch {
      if (this.wants(opening)) this.scheduleReconnect(backoff(this.attempt++, this.options.random ?? Math.random), renewToken);
      return;
    }
    if (userId === null || !this.wants(opening)) return;
    if (token === null) {
      this.options.onStatus({ state: 'refused', reason: 'The sign-in has expired.' });
      return;
    }
    const answer = (await this.options.ticket?.()) ?? { ticket: null };
    if (!this.wants(opening)) return;
    if ('closed' in answer) {
      this.goOnAfter(answer.closed);
      this.attempt++;
      return;
    }
    const transport: Transport = this.nextTransport()({
      userId,
      token,
      ticket: answer.ticket ?? undefined,
      position: this.feed.position,
      onFrames: (frames) => this.received(transport, frames),
      onClosed: (closed) => this.lost(transport, closed),
    });
    this.transport = transport;
    this.timer = setTimeout(() => this.lost(transport, { code: 1006, reason: 'Opening took too long.' }), openingTime);
    transport.open();
  }

  /** Takes the place of whatever was going on to open a connection. */
  private begin(): number {
    clearTimeout(this.timer);
    return ++this.opening;
  }

  /** False where another try has begun meanwhile, or nobody is to connect. */
  private wants(opening: number): boolean {
    return this.opening === opening && this.userId !== null && !this.paused;
  }

  /** The transport that was live last gets two tries, then all get theirs in turn. */
  private nextTransport(): TransportFactory {
    const { transports } = this.options;
    const turn = this.attempt < 2 ? 0 : this.attempt - 1;
    const factory = transports[(this.preferred + turn) % transports.length];
    if (!factory) throw new Error('The connection was given no transport.');
    return factory;
  }

  private received(transport: Transport, frames: readonly unknown[]): void {
    if (transport !== this.transport) return;
    const events = parseFrames(frames).filter((event) => this.feed.accepts(event));
    const hello = events.find((event) => event.event_type === 'hello');
    if (hello) this.greeted(transport, hello);
    this.batcher.push(events);
  }

  private greeted(transport: Transport, hello: HelloEvent): void {
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    this.preferred = (this.preferred + (this.attempt < 2 ? 0 : this.attempt - 1)) % this.options.transports.length;
    this.attempt = 0;
    this.refusals = 0;
    this.live = true;
    this.headBefore = 0;
    // Two pings a heartbeat: one lost ping is no reason for the server to take this device for gone.
    this.heartbeat = setInterval(() => void this.ping(), ((hello.heartbeat_seconds ?? 25) * 1000) / 2);
    if (transport === this.transport) this.options.onStatus({ state: 'live' });
  }

  private lost(transport: Transport, closed: Closed): void {
    if (transport !== this.transport) return;
    const opened = this.live;
    this.end();
    this.goOnAfter(closed, (delay) => (opened ? this.scheduleReconnect(delay) : void this.retryUnlessRefused(delay)));
  }

  private goOnAfter(closed: Closed, retry = (delay: number) => this.scheduleReconnect(delay)): void {
    const after = afterClose(closed, this.attempt, this.options.random ?? Math.random);
    if (after.next === 'retry') return retry(after.delay);
    if (after.next === 'new_token') return this.reopenWithNewToken();
    this.stopped = true;
    this.options.onStatus({ state: 'refused', reason: after.reason });
  }

  private async retryUnlessRefused(delay: number): Promise<void> {
    const opening = this.begin();
    const refused = await this.options.isTokenRefused();
    if (!this.wants(opening)) return;
    if (refused) this.reopenWithNewToken(delay);
    else this.scheduleReconnect(delay);
    this.attempt++;
  }

  /** The first refusal is an expired token, mostly; if the new one is refused as well, patience is better. */
  private reopenWithNewToken(delay = backoff(this.refusals, this.options.random ?? Math.random)): void {
    if (this.refusals++ === 0) void this.open(true);
    else this.scheduleReconnect(delay, true);
  }

  private scheduleReconnect(delay: number, renewToken = false): void {
    clearTimeout(this.timer);
    this.options.onStatus(navigator.onLine ? { state: 'reconnecting', retryAt: Date.now() + delay } : { state: 'offline' });
    this.timer = setTimeout(() => void this.open(renewToken), delay);
  }

  /** A feed that is ahead of this device at two pings in a row, without a step in between, has lost something. */
  private checkHead(transport: Transport, head: number | undefined): void {
    const cursor = this.feed.position?.cursor ?? 0;
    const stuck = head !== undefined && head > cursor && this.headBefore === cursor + 1;
    this.headBefore = head !== undefined && head > cursor ? cursor + 1 : 0;
    if (stuck) this.lost(transport, { code: 1006, reason: 'The feed stood still.' });
  }

  private end(): void {
    this.begin();
    clearInterval(this.heartbeat);
    const { transport } = this;
    this.transport = null;
    this.live = false;
    transport?.close();
  }

  private deliver(events: ChatEvent[]): void {
    if (this.userId !== null) this.options.onEvents(events, this.userId);
    this.subscriptions.tell(events);
  }
}

export const socketManager = new WebSocketManager(appConnection);
