import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { signedOut } from '@/lib/redux/actions';

/** Where each conversation was left: the row key of the uppermost message. None for those that were left at their end. */
const placesSlice = createSlice({
  name: 'places',
  initialState: {} as Record<string, string>,
  reducers: {
    placeLeft: (state, { payload }: PayloadAction<{ conversationId: string; key: string | null }>) => {
      if (payload.key === null) delete state[payload.conversationId];
      else state[payload.conversationId] = payload.key;
    },
  },
  extraReducers: (builder) => {
    builder.addCase(signedOut, () => ({}));
  },
});

export const { placeLeft } = placesSlice.actions;
export default placesSlice.reducer;
