import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { eventsReceived, signedOut } from '@/lib/redux/actions';

/** A message that this person wrote and the server hasn't confirmed yet. Stored in IndexedDB before it is shown. */
export interface OutboxItem {
  /** UUIDv7: `client_message_id` of every try, and the order in which it was written. */
  id: string;
  conversationId: string;
  /** What its conversation was called then: a refusal may come when that is gone. None in what an older page stored. */
  title?: string;
  text: string;
  createdAt: string;
  /** Why it was refused for good; a person decides what happens to it. */
  failure?: string;
}

const outboxSlice = createSlice({
  name: 'outbox',
  initialState: { items: [] as OutboxItem[] },
  reducers: {
    /** What was left here before, or by another tab; something may have been written while it was read. In the order of writing. */
    outboxLoaded: (state, { payload }: PayloadAction<OutboxItem[]>) => {
      const known = new Set(state.items.map((item) => item.id));
      state.items = [...payload.filter((item) => !known.has(item.id)), ...state.items].sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    messageQueued: (state, { payload }: PayloadAction<OutboxItem>) => {
      if (!state.items.some((item) => item.id === payload.id)) state.items.push(payload);
    },
    messageConfirmed: (state, { payload }: PayloadAction<string>) => {
      state.items = state.items.filter((item) => item.id !== payload);
    },
    messageFailed: (state, { payload }: PayloadAction<{ id: string; failure: string }>) => {
      const item = state.items.find((candidate) => candidate.id === payload.id);
      if (item) item.failure = payload.failure;
    },
    messageRetried: (state, { payload }: PayloadAction<string>) => {
      const item = state.items.find((candidate) => candidate.id === payload);
      if (item) delete item.failure;
    },
    messageDiscarded: (state, { payload }: PayloadAction<string>) => {
      state.items = state.items.filter((item) => item.id !== payload);
    },
  },
  extraReducers: (builder) => {
    // The event may come before the answer; in the same update the message takes the item's place, so nothing flickers.
    builder.addCase(eventsReceived, (state, { payload }) => {
      if (state.items.length === 0) return;
      const confirmed = new Set<string>();
      for (const event of payload.events) {
        if (event.event_type === 'new_message' && event.sender_id === payload.me && event.client_message_id) {
          confirmed.add(event.client_message_id);
        }
      }
      if (confirmed.size > 0) state.items = state.items.filter((item) => !confirmed.has(item.id));
    });
    builder.addCase(signedOut, () => ({ items: [] }));
  },
});

export const { outboxLoaded, messageQueued, messageConfirmed, messageFailed, messageRetried, messageDiscarded } =
  outboxSlice.actions;
export default outboxSlice.reducer;
