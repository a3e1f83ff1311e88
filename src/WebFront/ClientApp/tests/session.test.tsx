import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { App } from '@/app/App';
import type { ClientConfig } from '@/auth/clientConfig';
import { signInOf } from '@/auth/signIn';
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

const ways: [ClientConfig, number][] = [
  [{ sign_in: 'token' }, 0], [{ sign_in: 'oidc', oidc: { authority: 'https://id.example.org', client_id: 'chat' } }, 1], [{ sign_in: 'development' }, 1],
];
it.each(ways)('by %o there are %i ways to sign out', (config, count) => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json([])));
  enter();
  const { unmount } = render(<Provider store={store}><App signIn={signInOf(config)} /></Provider>);
  const buttons = screen.queryAllByRole('button', { name: 'Sign out' });
  expect(buttons).toHaveLength(count);
  act(() => buttons[0]?.click());
  expect(store.getState().session.session === null).toBe(count === 1);
  unmount();
});

it('settings hold in every tab, so that “do not disturb” reaches the one that speaks', () => {
  store.dispatch(settingsChanged({ sound: true }));
  localStorage.setItem(settingsKey, JSON.stringify({ sound: true, doNotDisturb: true }));
  window.dispatchEvent(new StorageEvent('storage', { key: settingsKey }));
  expect(store.getState().settings).toEqual({ sound: true, doNotDisturb: true, enterSends: true });
});
