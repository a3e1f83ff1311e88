import { createSlice } from '@reduxjs/toolkit';
import { eventsReceived, signedOut } from '@/lib/redux/actions';

/** How long a typing hint is shown, in milliseconds; whoever goes on typing repeats it sooner. */
const typingLasts = 5_000;

/** Per conversation and user, until when the hint counts. */
type TypingState = Record<string, Record<string, number>>;

const typingSlice = createSlice({
  name: 'typing',
  initialState: {} as TypingState,
  reducers: {},
  extraReducers: (builder) => {
    builder.addCase(eventsReceived, (state, { payload }) => {
      for (const event of payload.events) {
        if (event.event_type === 'typing' && event.user_id !== payload.me) {
          (state[event.conversation_id] ??= {})[event.user_id] = payload.now + typingLasts;
        } else if (event.event_type === 'new_message') {
          // What was being typed is here now.
          const typists = state[event.conversation_id];
          if (typists) delete typists[event.sender_id];
        }
      }
    });
    builder.addCase(signedOut, () => ({}));
  },
});

export default typingSlice.reducer;
