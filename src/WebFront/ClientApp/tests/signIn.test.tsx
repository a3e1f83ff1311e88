import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { SignInByName } from '@/components/SignInByName';
import { store } from '@/lib/redux/store';

it('by name says what to do where the server has no such call', async () => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json({ code: 'not_found' }, { status: 404 })));
  render(<Provider store={store}><SignInByName /></Provider>);
  await userEvent.type(screen.getByLabelText('Your name'), 'Ada{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('client-config.json');
});
