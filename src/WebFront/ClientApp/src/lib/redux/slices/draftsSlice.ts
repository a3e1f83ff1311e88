import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { signedOut } from '@/lib/redux/actions';

/** What was begun and not sent, per conversation. */
const draftsSlice = createSlice({
  name: 'drafts',
  initialState: {} as Record<string, string>,
  reducers: {
    /** What was left here before; what is being written meanwhile is newer. */
    draftsLoaded: (state, { payload }: PayloadAction<Record<string, string>>) => ({ ...payload, ...state }),
    draftChanged: (state, { payload }: PayloadAction<{ conversationId: string; text: string }>) => {
      if (payload.text.trim() === '') delete state[payload.conversationId];
      else state[payload.conversationId] = payload.text;
    },
  },
  extraReducers: (builder) => {
    builder.addCase(signedOut, () => ({}));
  },
});

export const { draftsLoaded, draftChanged } = draftsSlice.actions;
export default draftsSlice.reducer;
