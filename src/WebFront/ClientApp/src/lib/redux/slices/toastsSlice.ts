import { createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { signedOut } from '@/lib/redux/actions';

/** A short message over the page: a notification where the browser can't show one, or an error. */
export interface Toast {
  id: string;
  kind: 'notification' | 'error';
  title: string;
  text: string;
  conversationId?: string;
  messageId?: string;
}

/** More than this at once is noise: the oldest goes. */
const mostToasts = 4;

const toastsSlice = createSlice({
  name: 'toasts',
  initialState: [] as Toast[],
  reducers: {
    toastShown: (state, { payload }: PayloadAction<Toast>) =>
      [...state.filter((toast) => toast.id !== payload.id), payload].slice(-mostToasts),
    toastClosed: (state, { payload }: PayloadAction<string>) => state.filter((toast) => toast.id !== payload),
  },
  extraReducers: (builder) => {
    builder.addCase(signedOut, () => []);
  },
});

export const { toastShown, toastClosed } = toastsSlice.actions;
export default toastsSlice.reducer;
