import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { storeSession } from '@/auth/session';
import { SignInByName } from '@/components/SignInByName';
import { storedSettings, storeSettings } from '@/lib/redux/slices/settingsSlice';
import { store } from '@/lib/redux/store';

afterEach(() => void vi.unstubAllGlobals());

it('is possible where the browser lets the page keep nothing', async () => {
  const refuse = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const blocked = { getItem: refuse, setItem: refuse, removeItem: refuse };
  vi.stubGlobal('localStorage', blocked);
  vi.stubGlobal('sessionStorage', blocked);
  render(<Provider store={store}><SignInByName /></Provider>);
  expect(screen.getByLabelText('Your name')).toHaveValue('');
  expect(() => storeSession({ userId: 'ada', name: 'Ada', token: 't' })).not.toThrow();
  expect(() => storeSettings(storedSettings())).not.toThrow();
});

it('by name says what to do where the server has no such call', async () => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json({ code: 'not_found' }, { status: 404 })));
  render(<Provider store={store}><SignInByName /></Provider>);
  await userEvent.type(screen.getByLabelText('Your name'), 'Ada{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('client-config.json');
});
