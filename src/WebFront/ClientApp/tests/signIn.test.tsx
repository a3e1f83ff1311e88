import { act, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import { loadConfig, type ConfigTrouble } from '@/auth/clientConfig';
import { storeSession } from '@/auth/session';
import type { SignIn } from '@/auth/signIn';
import { OtherSignIn } from '@/components/OtherSignIn';
import { SignInByName } from '@/components/SignInByName';
import { storedSettings, storeSettings } from '@/lib/redux/slices/settingsSlice';
import { store } from '@/lib/redux/store';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** What the page is told, with so many answers to its question how people sign in. */
async function configAfter(...answers: (() => Response | Promise<Response>)[]) {
  vi.useFakeTimers();
  const fetched = vi.spyOn(globalThis, 'fetch').mockReset();
  for (const answer of answers) fetched.mockImplementationOnce(() => Promise.resolve().then(answer));
  const troubles: ConfigTrouble[] = [];
  const config = loadConfig((trouble) => troubles.push(trouble));
  await vi.advanceTimersByTimeAsync(60_000);
  return { config: await config, troubles };
}

const oidc = { sign_in: 'oidc', oidc: { authority: 'https://id.example.com', client_id: 'chat' } };

it('waits until the server says how, rather than guess', async () => {
  const busy = () => new Response('Bad Gateway', { status: 502 });
  const away = () => Promise.reject(new TypeError('no network'));
  expect(await configAfter(busy, away, () => Response.json(oidc))).toEqual({ config: oidc, troubles: ['unreachable', 'unreachable'] });
});

it('waits until what stands there means something', async () => {
  const wrong = ['{"sign_in": "oidc",}', '{"sign_in": "odic"}', '{"sign_in": "oidc"}', '[]', 'null'];
  const { config, troubles } = await configAfter(...wrong.map((text) => () => new Response(text)), () => Response.json({ sign_in: 'token' }));
  expect(config).toEqual({ sign_in: 'token' });
  expect(troubles).toEqual(wrong.map(() => 'unreadable'));
});

it('is by name where nothing is said', async () => {
  expect(await configAfter(() => new Response('', { status: 404 }))).toEqual({ config: { sign_in: 'development' }, troubles: [] });
});

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

describe('by another page', () => {
  const show = (signIn: Partial<SignIn>) => {
    const whole: SignIn = { kind: 'oidc', renew: () => Promise.resolve(null), auto: () => Promise.resolve(false), ...signIn };
    render(<Provider store={store}><OtherSignIn signIn={whole} /></Provider>);
  };
  const settle = (milliseconds = 0) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

  it('asks a product that couldn’t say who is here again, until it says', async () => {
    vi.useFakeTimers();
    const auto = vi.fn<() => Promise<boolean>>().mockResolvedValue(true).mockRejectedValueOnce(new Error('503')).mockRejectedValueOnce(new Error('503'));
    show({ kind: 'token', auto });
    await settle();
    expect(screen.getByRole('alert')).toHaveTextContent('Trying again');
    expect(auto).toHaveBeenCalledOnce();
    await settle(500);
    expect(auto).toHaveBeenCalledTimes(2);
    await settle(60_000);
    expect(auto).toHaveBeenCalledTimes(3);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('can be begun again by who came back with the browser’s Back', async () => {
    vi.useFakeTimers();
    const begin = vi.fn(() => Promise.resolve());
    show({ begin });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await settle();
    expect(screen.queryByRole('button')).toBeNull();
    act(() => void window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })));
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(begin).toHaveBeenCalledTimes(2);
  });
});
