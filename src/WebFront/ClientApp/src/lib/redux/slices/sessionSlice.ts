import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { signedOut } from '@/lib/redux/actions';

interface Session {
  userId: string;
  name: string;
  token: string;
}

export interface SessionState {
  session: Session | null;
  /** Why the person has to sign in again. */
  notice: string | null;
}

const sessionSlice = createSlice({
  name: 'session',
  initialState: { session: null, notice: null } as SessionState,
  reducers: {
    signedIn: (state, { payload }: PayloadAction<Session>) => {
      state.session = payload;
      state.notice = null;
    },
    tokenRenewed: (state, { payload }: PayloadAction<string>) => {
      if (state.session) state.session.token = payload;
    },
    sessionExpired: (state, { payload }: PayloadAction<string>) => {
      state.notice = payload;
    },
  },
  extraReducers: (builder) => {
    builder.addCase(signedOut, (state) => {
      state.session = null;
    });
  },
});

export const { signedIn, tokenRenewed, sessionExpired } = sessionSlice.actions;
export default sessionSlice.reducer;
