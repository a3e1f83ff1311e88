import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { RootLayout } from '@/app/layout';
import { signedOut } from '@/lib/redux/actions';
import { conversationsLoaded } from '@/lib/redux/slices/conversationsSlice';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';
import { conversation } from './people';

const rooms = [3, 2, 1].map((at) => conversation({ id: `room-${at}`, title: `room ${at}`, created_at: `2026-01-05T0${at}:00:00Z` }));
const isOpen = (title: string) => screen.findByRole('heading', { name: title });
const messages = () => screen.findByRole('region', { name: 'Messages' });

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json([])));
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  window.location.hash = '#/c/room-3';
  store.dispatch(signedIn({ userId: 'ada', name: 'Ada', token: 'token' }));
  store.dispatch(conversationsLoaded({ conversations: rooms, before: null, next: null }));
});
afterEach(() => {
  act(() => void store.dispatch(signedOut()));
  vi.unstubAllGlobals();
});

it('who is at the messages is at those of the conversation that is opened next', async () => {
  render(<Provider store={store}><RootLayout me="ada" name="Ada" onSignOut={undefined} /></Provider>);
  await isOpen('room 3');
  (await messages()).focus();
  window.location.hash = '#/c/room-2';
  await isOpen('room 2');
  expect(await messages()).toHaveFocus();
});

it('Esc leads to the messages also while they are loading', async () => {
  let answer: (response: Response) => void = () => undefined;
  const history = new Promise<Response>((resolve) => (answer = resolve));
  const isHistory = (input: unknown) => input instanceof Request && input.url.includes('/messages');
  vi.mocked(globalThis.fetch).mockImplementation((input) => (isHistory(input) ? history : Promise.resolve(Response.json([]))));
  window.location.hash = '#/c/room-1';
  render(<Provider store={store}><RootLayout me="ada" name="Ada" onSignOut={undefined} /></Provider>);
  await isOpen('room 1');
  expect(screen.getByRole('textbox', { name: 'Message room 1' })).toHaveFocus();
  await screen.findByText('Loading messages…');
  await userEvent.keyboard('{Escape}');
  answer(Response.json([]));
  expect(await messages()).toHaveFocus();
});

it('who goes through the conversations by keys writes nothing on the way', async () => {
  render(<Provider store={store}><RootLayout me="ada" name="Ada" onSignOut={undefined} /></Provider>);
  await isOpen('room 3');
  await messages();
  expect(screen.getByRole('textbox', { name: 'Message room 3' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  expect(await messages()).toHaveFocus();
  await userEvent.keyboard('j');
  await isOpen('room 2');
  await userEvent.keyboard('j');
  await isOpen('room 1');
  expect(await messages()).toHaveFocus();
  expect(store.getState().drafts).toEqual({});
});
