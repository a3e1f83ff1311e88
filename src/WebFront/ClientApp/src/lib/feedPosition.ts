import type { Position } from '@/lib/transport/transport';
import type { ChatEvent } from '@/types/events';

/** The position in the feed that an event brings this device to; undefined for what is not of the feed. */
export function cursorAfter(event: ChatEvent): number | undefined {
  switch (event.event_type) {
    // Its own is where the feed goes on; the others' is the feed's head, or none.
    case 'hello':
    case 'reply':
    case 'pong':
    case 'error':
      return undefined;
    case 'behind':
      return event.to_cursor;
    default:
      return 'cursor' in event ? event.cursor : undefined;
  }
}

/** How far this device has come in its user's feed, and the rule that no event of it counts twice. */
export class FeedPosition {
  private current: Position | null = null;

  /** What to resume after; null before the first `hello`. */
  get position(): Position | null {
    return this.current;
  }

  forget(): void {
    this.current = null;
  }

  /** Moves on with the event. False if the feed was past it already, so that it must be dropped. */
  accepts(event: ChatEvent): boolean {
    switch (event.event_type) {
      case 'hello':
        // A resumed feed goes on after what this device has.
        if (!event.resumed || !this.current) this.current = { cursor: event.cursor, epoch: event.epoch };
        else this.current = { cursor: this.current.cursor, epoch: event.epoch };
        return true;
      case 'behind':
        if (this.current) this.current = { ...this.current, cursor: Math.max(this.current.cursor, event.to_cursor) };
        return true;
      case 'reply':
      case 'pong':
      case 'error':
        return true;
      default: {
        const cursor = cursorAfter(event);
        if (cursor === undefined || !this.current) return true;
        if (cursor <= this.current.cursor) return false;
        this.current = { ...this.current, cursor };
        return true;
      }
    }
  }
}
