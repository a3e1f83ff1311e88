import type { ChatEvent } from '@/types/events';

/** Most events of one flush: what the slowest device folds and renders well within a frame or two. */
const batchSize = 200;
/** Flush interval in milliseconds where no frames are drawn, because the page is hidden. */
const hiddenInterval = 50;

/**
 * Collects events and hands them on once per drawn frame, so a burst costs a few renders instead of one each and leaves
 * the page time to answer in between. Keeps order; loses nothing.
 */
export class EventBatcher {
  private queue: ChatEvent[] = [];
  private cancel: (() => void) | null = null;
  private readonly deliver: (events: ChatEvent[]) => void;

  constructor(deliver: (events: ChatEvent[]) => void) {
    this.deliver = deliver;
  }

  push(events: readonly ChatEvent[]): void {
    this.queue.push(...events);
    if (this.queue.length > 0) this.schedule();
  }

  /** Hands on everything at once. */
  flush(): void {
    this.cancel?.();
    this.cancel = null;
    const events = this.queue;
    this.queue = [];
    if (events.length > 0) this.deliver(events);
  }

  private schedule(): void {
    if (this.cancel) return;
    const run = (): void => {
      this.cancel?.();
      this.cancel = null;
      const events = this.queue.splice(0, batchSize);
      if (events.length > 0) this.deliver(events);
      if (this.queue.length > 0) this.schedule();
    };
    // A hidden page draws no frames, and one that becomes hidden draws no more: the timer delivers then.
    const frame = document.visibilityState === 'visible' ? requestAnimationFrame(run) : 0;
    const timer = setTimeout(run, frame === 0 ? hiddenInterval : 4 * hiddenInterval);
    this.cancel = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }
}
