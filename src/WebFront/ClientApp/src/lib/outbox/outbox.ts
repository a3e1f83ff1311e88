import { backoff } from '@/lib/reconnect';
import type { Failure } from '@/lib/redux/services/baseApi';
import type { OutboxItem } from '@/lib/redux/slices/outboxSlice';

/** Refusals that a repeat can't change, also of a proxy that has no code for them. Everything else (no network, overload, a restart, a sign-in) passes. */
const final = new Set([
  'invalid_request', 'forbidden', 'not_a_member', 'not_found', 'conflict', 'too_large',
  'http_400', 'http_403', 'http_404', 'http_409', 'http_413',
]);

export interface OutboxOptions {
  /** What waits, oldest first. */
  items: () => readonly OutboxItem[];
  /** One try. Null when the server has the message. */
  post: (item: OutboxItem) => Promise<Failure | null>;
  onConfirmed: (id: string) => void;
  onFailed: (id: string, failure: Failure) => void;
  random?: () => number;
}

/**
 * Sends what waits, each conversation's messages strictly one after the other, so that they arrive in the order in which
 * they were written. A try that fails for a passing reason is repeated, with backoff, until it gets through.
 */
export class Outbox {
  private readonly sending = new Set<string>();
  private readonly options: OutboxOptions;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  /** Tries now: something was written, or the server can be reached again. */
  wake(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.attempt = 0;
    this.drain();
  }

  /** Sends the next of each conversation, unless it waits for a repeat. */
  drain(): void {
    if (this.timer !== undefined) return;
    const blocked = new Set(this.sending);
    for (const item of this.options.items()) {
      if (item.failure !== undefined || blocked.has(item.conversationId)) continue;
      blocked.add(item.conversationId);
      void this.send(item);
    }
  }

  private async send(item: OutboxItem): Promise<void> {
    this.sending.add(item.conversationId);
    const failure = await this.options.post(item);
    this.sending.delete(item.conversationId);
    if (failure !== null && !final.has(failure.code)) {
      this.repeatLater(failure);
      return;
    }
    this.attempt = 0;
    if (failure === null) this.options.onConfirmed(item.id);
    else this.options.onFailed(item.id, failure);
    this.drain();
  }

  private repeatLater({ retryAfter }: Failure): void {
    if (this.timer !== undefined) return;
    const delay = Math.max(backoff(this.attempt++, this.options.random ?? Math.random), (retryAfter ?? 0) * 1000);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.drain();
    }, delay);
  }
}
