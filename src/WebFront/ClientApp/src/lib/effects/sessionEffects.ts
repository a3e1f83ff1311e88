import { claimsOf } from '@/auth/claims';
import { forgetTokens } from '@/auth/oidc';
import { storedSession, storeSession } from '@/auth/session';
import { renewToken, setTokenSource } from '@/auth/tokenSource';
import { localStore } from '@/lib/localStore';
import { signedOut } from '@/lib/redux/actions';
import { baseApi } from '@/lib/redux/services/baseApi';
import { draftChanged } from '@/lib/redux/slices/draftsSlice';
import { sessionExpired, signedIn } from '@/lib/redux/slices/sessionSlice';
import { settingsChanged, settingsKey, storedSettings, storeSettings } from '@/lib/redux/slices/settingsSlice';
import { startListening, store } from '@/lib/redux/store';

/** Where a product gives the tokens: signs out whoever was here before a reload if it has somebody else signed in by now. */
export async function confirmSession(): Promise<void> {
  const { session } = store.getState().session;
  if (!session) return;
  const token = await renewToken().catch(() => null);
  const userId = token === null ? undefined : claimsOf(token)?.sub;
  if (userId !== undefined && userId !== session.userId && store.getState().session.session?.userId === session.userId) {
    store.dispatch(sessionExpired('Somebody else is signed in now.'));
  }
}

/** Keeps who is signed in over a reload, and drafts and settings over more than that. */
export function startSession(renewToken: () => Promise<string | null>): void {
  setTokenSource(renewToken);
  startListening({
    predicate: (_, { session }, before) => session.session !== before.session.session,
    effect: (_, { getState }) => storeSession(getState().session.session),
  });
  startListening({
    actionCreator: sessionExpired,
    // What was written meanwhile stays in this user's outbox and is sent after the next sign-in.
    effect: (_, { dispatch }) => void dispatch(signedOut()),
  });
  startListening({
    actionCreator: signedOut,
    effect: (_, { dispatch, getState }) => {
      // Whose sign-in has expired comes back to where they were.
      if (getState().session.notice === null) window.location.hash = '#/';
      dispatch(baseApi.util.resetApiState());
      forgetTokens();
    },
  });
  startListening({
    actionCreator: draftChanged,
    effect: async ({ payload }, { getState }) => {
      const userId = getState().session.session?.userId;
      if (!userId) return;
      try {
        await (await localStore(userId)).putDraft(payload.conversationId, payload.text);
      } catch {
        // No IndexedDB: the draft lives as long as the page.
      }
    },
  });
  let isOfAnotherTab = false;
  startListening({
    actionCreator: settingsChanged,
    effect: (_, { getState }) => {
      if (!isOfAnotherTab) storeSettings(getState().settings);
    },
  });
  // Another tab changed and stored them. The one that speaks may be the one that nobody looks at.
  window.addEventListener('storage', ({ key }) => {
    if (key !== settingsKey) return;
    isOfAnotherTab = true;
    store.dispatch(settingsChanged(storedSettings()));
    isOfAnotherTab = false;
  });

  const session = storedSession();
  if (session) store.dispatch(signedIn(session));
}
