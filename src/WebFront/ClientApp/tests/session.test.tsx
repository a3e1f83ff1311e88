import { render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { App } from '@/app/App';
import type { SignIn } from '@/auth/signIn';
import { setTokenSource } from '@/auth/tokenSource';
import { confirmSession, startSession } from '@/lib/effects/sessionEffects';
import { signedOut } from '@/lib/redux/actions';
import { sessionExpired, signedIn } from '@/lib/redux/slices/sessionSlice';
import { settingsChanged, settingsKey } from '@/lib/redux/slices/settingsSlice';
import { store } from '@/lib/redux/store';

const nobody = () => Promise.resolve(null);
const enter = () => store.dispatch(signedIn({ userId: 'ada', name: 'Ada', token: 'token' }));

beforeAll(() => startSession(nobody));
afterEach(() => void store.dispatch(signedOut()));

it('who has to sign in again comes back to where they were; who signs out leaves it', () => {
  enter();
  window.location.hash = '#/c/conv_lounge';
  store.dispatch(sessionExpired('Sign in again.'));
  expect(store.getState().session.session).toBeNull();
  expect(window.location.hash).toBe('#/c/conv_lounge');
  enter();
  store.dispatch(signedOut());
  expect(window.location.hash).toBe('#/');
});

it('a product that has somebody else signed in by now signs out who was here before a reload', async () => {
  const tokenOf = (sub: string) => `e30.${btoa(JSON.stringify({ sub }))}.x`;
  enter();
  for (const answer of [() => Promise.reject(new Error('away')), nobody, () => Promise.resolve(tokenOf('ada'))]) {
    setTokenSource(answer);
    await confirmSession();
    expect(store.getState().session.session?.userId).toBe('ada');
  }
  setTokenSource(() => Promise.resolve(tokenOf('grace')));
  await confirmSession();
  expect(store.getState().session.session).toBeNull();
  setTokenSource(nobody);
});

it.each([['token', 0], ['oidc', 1], ['development', 1]] as const)('by %s there are %i ways to sign out', (kind, count) => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json([])));
  enter();
  const signIn: SignIn = { kind, renew: nobody, auto: () => Promise.resolve(false) };
  const { unmount } = render(<Provider store={store}><App signIn={signIn} /></Provider>);
  expect(screen.queryAllByRole('button', { name: 'Sign out' })).toHaveLength(count);
  unmount();
});

it('settings hold in every tab, so that “do not disturb” reaches the one that speaks', () => {
  store.dispatch(settingsChanged({ sound: true }));
  localStorage.setItem(settingsKey, JSON.stringify({ sound: true, doNotDisturb: true }));
  window.dispatchEvent(new StorageEvent('storage', { key: settingsKey }));
  expect(store.getState().settings).toEqual({ sound: true, doNotDisturb: true, enterSends: true });
});
