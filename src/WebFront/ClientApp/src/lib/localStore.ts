import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { OutboxItem } from '@/lib/redux/slices/outboxSlice';
import type { Conversation, Message, Notification } from '@/types/conversation';

/** What was last seen, so that a page opened without a network shows it. */
export interface LastSeen {
  conversations: Conversation[];
  messages: Record<string, Message[]>;
  notifications: Notification[];
  unreadNotifications: number;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxItem };
  drafts: { key: string; value: { conversationId: string; text: string } };
  lastSeen: { key: string; value: LastSeen };
}

/** One user's data in this browser. Every method completes once it is stored. */
export class LocalStore {
  private readonly database: IDBPDatabase<Schema>;

  private constructor(database: IDBPDatabase<Schema>) {
    this.database = database;
  }

  /** Rejects where the browser has no usable IndexedDB. The browser may drop an open one later (a full disk, cleared data). */
  static async open(userId: string, onDropped?: () => void): Promise<LocalStore> {
    const database = await openDB<Schema>(`chat-${userId}`, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('outbox', { keyPath: 'id' });
        fresh.createObjectStore('drafts', { keyPath: 'conversationId' });
        fresh.createObjectStore('lastSeen');
      },
      terminated: onDropped,
    });
    return new LocalStore(database);
  }

  /** In the order in which they were written, because UUIDv7 keys sort so. */
  outbox(): Promise<OutboxItem[]> {
    return this.database.getAll('outbox');
  }

  async putOutboxItem(item: OutboxItem): Promise<void> {
    // Strict: a crash of the browser right after "sent" is shown must not lose what was written.
    const transaction = this.database.transaction('outbox', 'readwrite', { durability: 'strict' });
    await Promise.all([transaction.store.put(item), transaction.done]);
  }

  removeOutboxItem(id: string): Promise<void> {
    return this.database.delete('outbox', id);
  }

  async drafts(): Promise<Record<string, string>> {
    const drafts = await this.database.getAll('drafts');
    return Object.fromEntries(drafts.map(({ conversationId, text }) => [conversationId, text]));
  }

  async putDraft(conversationId: string, text: string): Promise<void> {
    if (text.trim() === '') await this.database.delete('drafts', conversationId);
    else await this.database.put('drafts', { conversationId, text });
  }

  lastSeen(): Promise<LastSeen | undefined> {
    return this.database.get('lastSeen', 'state');
  }

  async putLastSeen(state: LastSeen): Promise<void> {
    await this.database.put('lastSeen', state, 'state');
  }

  async removeLastSeen(): Promise<void> {
    await this.database.delete('lastSeen', 'state');
  }

  close(): void {
    this.database.close();
  }
}

interface OpenStore {
  userId: string;
  opening: Promise<LocalStore>;
}

let current: OpenStore | null = null;

function open(userId: string): OpenStore {
  // What can't be used is forgotten, so that the next who asks opens anew. Another user's may be open by then.
  const forget = () => {
    if (current === opened) current = null;
  };
  const opened = { userId, opening: LocalStore.open(userId, forget) };
  opened.opening.catch(forget);
  return opened;
}

/** The signed-in user's store: opened once, whoever asks, for as long as it can be used. */
export function localStore(userId: string): Promise<LocalStore> {
  if (current?.userId !== userId) {
    void current?.opening.then((store) => store.close(), () => undefined);
    current = open(userId);
  }
  return current.opening;
}
