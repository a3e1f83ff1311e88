import { backoff } from '@/lib/reconnect';
import { signedOut } from '@/lib/redux/actions';
import { mayPass, type Failure } from '@/lib/redux/services/baseApi';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { startListening, store } from '@/lib/redux/store';

interface Telling<Value> {
  /** Tells the server one thing. Resolves to why that failed; null where it did not. */
  tell: (key: string, value: Value) => Promise<Failure | null>;
  /** What is to be told of a key of which something is untold already. */
  merge: (value: Value, untold: Value) => Value;
  /** What comes within this time is told together, in milliseconds. */
  settleTime: number;
}

/**
 * What was done here and the server doesn't know yet, of whoever is signed in. It is shown as done at once, and told until the server has
 * it or refuses it for good: without a network, when the connection is back.
 */
export class Untold<Value> {
  private readonly telling: Telling<Value>;
  private waiting = new Map<string, Value>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Calls in a row that failed. */
  private failures = 0;

  constructor(telling: Telling<Value>) {
    this.telling = telling;
  }

  start(): void {
    startListening({
      actionCreator: setConnectionStatus,
      effect: ({ payload }) => {
        if (payload.state === 'live' && this.waiting.size > 0) this.tellAll();
      },
    });
    startListening({
      actionCreator: signedOut,
      effect: () => {
        this.stopTimer();
        this.waiting = new Map();
        this.failures = 0;
      },
    });
  }

  add(key: string, value: Value): void {
    this.keep(key, value);
    this.timer ??= setTimeout(() => this.tellAll(), this.telling.settleTime);
  }

  private keep(key: string, value: Value): void {
    const untold = this.waiting.get(key);
    this.waiting.set(key, untold === undefined ? value : this.telling.merge(value, untold));
  }

  private tellAll(): void {
    this.stopTimer();
    const all = [...this.waiting];
    this.waiting.clear();
    for (const [key, value] of all) void this.tellOne(this.waiting, key, value);
  }

  private async tellOne(waiting: Map<string, Value>, key: string, value: Value): Promise<void> {
    const failure = await this.telling.tell(key, value);
    if (failure === null) {
      this.failures = 0;
      return;
    }
    // Somebody else's by now, or nothing that a repeat could change.
    if (waiting !== this.waiting || !mayPass(failure)) return;
    this.keep(key, value);
    // Without a network, the connection's return says when; one call may be lost on a line that stands.
    if (failure.code === 'network' && store.getState().connection.status.state !== 'live') return;
    const wait = Math.max(backoff(this.failures++, Math.random), (failure.retryAfter ?? 1) * 1000);
    this.timer ??= setTimeout(() => this.tellAll(), wait);
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
