import { createAction } from '@reduxjs/toolkit';
import type { LastSeen } from '@/lib/localStore';
import type { ChatEvent } from '@/types/events';

/** Events of one burst, in feed order. Each slice takes from them what is its own, so a burst is one store update. */
export const eventsReceived = createAction<{ events: ChatEvent[]; me: string; now: number }>('chat/eventsReceived');

/** Someone signed out: every slice forgets what it had of that user. */
export const signedOut = createAction('session/signedOut');

/** What this device showed last, until the server says what is now. */
export const lastSeenRestored = createAction<LastSeen>('chat/lastSeenRestored');
