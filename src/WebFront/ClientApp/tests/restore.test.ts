import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LocalStore } from '@/lib/localStore';
import { startRestoring } from '@/lib/effects/restoreEffects';
import { eventsReceived, signedOut } from '@/lib/redux/actions';
import { conversationsLoaded } from '@/lib/redux/slices/conversationsSlice';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { draftChanged } from '@/lib/redux/slices/draftsSlice';
import { messageQueued, type OutboxItem } from '@/lib/redux/slices/outboxSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';
import { conversation, lounge, newMessage } from './people';
import { until } from './until';

const item = (id: string): OutboxItem => ({ id, conversationId: lounge, text: id, createdAt: '2026-01-05T10:00:00Z' });
const enter = (userId: string) => store.dispatch(signedIn({ userId, name: userId, token: 'token' }));

beforeAll(() => startRestoring());
afterEach(() => void store.dispatch(signedOut()));

describe('what was left on this device', () => {
  it('comes back, and takes nothing of what is written meanwhile', async () => {
    const stored = await LocalStore.open('ada');
    await stored.putOutboxItem(item('before'));
    await stored.putDraft(lounge, 'as it was');
    await stored.putDraft('conv_other', 'half a thought');
    enter('ada');
    store.dispatch(draftChanged({ conversationId: lounge, text: 'as it is now' }));
    store.dispatch(messageQueued(item('meanwhile')));
    await until(() => expect(store.getState().outbox.items.map(({ id }) => id)).toEqual(['before', 'meanwhile']));
    expect(store.getState().drafts).toEqual({ [lounge]: 'as it is now', conv_other: 'half a thought' });
  });

  it('by a tab that is closed now is taken over by another when the connection is back', async () => {
    enter('linus');
    await (await LocalStore.open('linus')).putOutboxItem(item('elsewhere'));
    store.dispatch(setConnectionStatus({ state: 'live' }));
    await until(() => expect(store.getState().outbox.items.map(({ id }) => id)).toEqual(['elsewhere']));
  });

  it('by such a tab goes to its place among what was written here; what was refused stays the other tab’s to ask about', async () => {
    enter('barbara');
    const stored = await LocalStore.open('barbara');
    for (const id of ['2', '3']) store.dispatch(messageQueued(item(id)));
    for (const id of ['1', '4']) await stored.putOutboxItem(item(id));
    await stored.putOutboxItem({ ...item('5'), failure: 'Too long.' });
    store.dispatch(setConnectionStatus({ state: 'live' }));
    await until(() => expect(store.getState().outbox.items.map(({ id }) => id)).toEqual(['1', '2', '3', '4']));
  });

  it('is no news again after a reload', async () => {
    enter('edsger');
    store.dispatch(conversationsLoaded({ conversations: [conversation()], before: null, next: null }));
    store.dispatch(eventsReceived({ events: [newMessage(11)], me: 'edsger', now: 0 }));
    const stored = await LocalStore.open('edsger');
    await until(async () => expect((await stored.lastSeen())?.notifications).toHaveLength(1));
    expect((await stored.lastSeen())?.notifications[0]).not.toHaveProperty('cursor');
  });

  it('is not what others wrote, once one has signed out', async () => {
    const stored = await LocalStore.open('grace');
    await stored.putDraft(lounge, 'Dear all');
    await stored.putLastSeen({ conversations: [conversation()], messages: {}, notifications: [], unreadNotifications: 3 });
    enter('grace');
    await until(() => expect(store.getState().conversations.entities[lounge]).toBeDefined());
    store.dispatch(signedOut());
    await until(async () => expect(await stored.lastSeen()).toBeUndefined());
    expect(await stored.drafts()).toEqual({ [lounge]: 'Dear all' });
  });
});
