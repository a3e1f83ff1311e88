import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { signedOut } from '@/lib/redux/actions';

/**
 * What the person sees of the connection. `paused`: closed because the page was hidden for a while.
 * `refused`: the server said not to try again; `reason` says why.
 */
export type ConnectionStatus =
  | { state: 'idle' | 'connecting' | 'live' | 'offline' | 'paused' }
  | { state: 'reconnecting'; retryAt: number }
  | { state: 'refused'; reason: string };

const connectionSlice = createSlice({
  name: 'connection',
  initialState: { status: { state: 'idle' } as ConnectionStatus },
  reducers: {
    setConnectionStatus: (state, { payload }: PayloadAction<ConnectionStatus>) => {
      state.status = payload;
    },
  },
  extraReducers: (builder) => {
    builder.addCase(signedOut, (state) => {
      state.status = { state: 'idle' };
    });
  },
});

export const { setConnectionStatus } = connectionSlice.actions;
export default connectionSlice.reducer;
