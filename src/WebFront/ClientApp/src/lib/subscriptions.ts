import type { ChatEvent, EventOf, EventType } from '@/types/events';

export type Listener<T extends EventType> = (event: EventOf<T>) => void;

interface Subscription {
  conversationId: string | undefined;
  listener: (event: ChatEvent) => void;
}

function conversationOf(event: ChatEvent): string | undefined {
  if ('conversation_id' in event) return event.conversation_id;
  if ('conversation' in event) return event.conversation.id;
  return undefined;
}

/** Listeners by event type. One may be added or removed by a listener that is just being told. */
export class Subscriptions {
  private readonly byType = new Map<EventType, Set<Subscription>>();

  add<T extends EventType>(type: T, listener: Listener<T>, conversationId?: string): () => void {
    const subscription: Subscription = { conversationId, listener: (event) => listener(event as EventOf<T>) };
    const subscriptions = this.byType.get(type) ?? new Set();
    this.byType.set(type, subscriptions.add(subscription));
    return () => void subscriptions.delete(subscription);
  }

  tell(events: readonly ChatEvent[]): void {
    for (const event of events) {
      // A copy: whoever subscribes while being told hears of the next event first.
      for (const { conversationId, listener } of Array.from(this.byType.get(event.event_type) ?? [])) {
        if (conversationId === undefined || conversationId === conversationOf(event)) listener(event);
      }
    }
  }
}
