import { configureStore, createListenerMiddleware } from '@reduxjs/toolkit';
import { useDispatch, useSelector } from 'react-redux';
import { baseApi } from '@/lib/redux/services/baseApi';
import chat from '@/lib/redux/slices/chatSlice';
import connection from '@/lib/redux/slices/connectionSlice';
import conversations from '@/lib/redux/slices/conversationsSlice';
import drafts from '@/lib/redux/slices/draftsSlice';
import outbox from '@/lib/redux/slices/outboxSlice';
import places from '@/lib/redux/slices/placesSlice';
import session from '@/lib/redux/slices/sessionSlice';
import settings from '@/lib/redux/slices/settingsSlice';
import toasts from '@/lib/redux/slices/toastsSlice';
import typing from '@/lib/redux/slices/typingSlice';

export function createStore() {
  const listeners = createListenerMiddleware();
  const store = configureStore({
    reducer: {
      session, connection, conversations, chat, outbox, drafts, places, typing, settings, toasts, [baseApi.reducerPath]: baseApi.reducer,
    },
    middleware: (defaults) =>
      // The checks walk the whole state on every action, and in development a history of 10,000 messages is much to walk.
      defaults({ immutableCheck: false, serializableCheck: false }).prepend(listeners.middleware).concat(baseApi.middleware),
  });
  return { store, listeners };
}

const app = createStore();
export const { store } = app;

export type RootState = ReturnType<typeof store.getState>;
export type AppDispatch = typeof store.dispatch;

/** Starts an effect: what happens in answer to actions, outside of reducers. */
export const startListening = app.listeners.startListening.withTypes<RootState, AppDispatch>();
export const useAppDispatch = useDispatch.withTypes<AppDispatch>();
export const useAppSelector = useSelector.withTypes<RootState>();
