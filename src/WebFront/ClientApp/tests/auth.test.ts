import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimsOf } from '@/auth/claims';
import { embeddedToken } from '@/auth/embedded';
import { beginSignIn, finishSignIn, refreshToken } from '@/auth/oidc';
import { storedSession, storeSession, userIdOf } from '@/auth/session';
import { renewToken, setTokenSource } from '@/auth/tokenSource';

const tokenOf = (claims: object) =>
  `x.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims)))).replaceAll('+', '-').replaceAll('/', '_')}.x`;

beforeEach(() => sessionStorage.clear());
afterEach(() => void vi.unstubAllGlobals());

describe('names and tokens', () => {
  it.each([['Ada Lovelace', 'ada.lovelace'], ['  Ådä ', 'ada'], ['grace@navy', 'grace@navy'], ['Zoë Müller-Lüdenscheidt 😀', 'zoe.muller-ludenscheidt'], ['李', undefined], ['', undefined]])('%s is %s', (name, id) => {
    expect(userIdOf(name)).toBe(id);
  });

  it('tell who they are for', () => {
    expect(claimsOf(tokenOf({ sub: 'u_9', name: 'Zoë 李' }))).toEqual({ sub: 'u_9', name: 'Zoë 李' });
    expect(claimsOf('garbage')).toBeNull();
    expect(claimsOf(tokenOf({ name: 'nobody' }))).toBeNull();
  });

  it('are kept over a reload, for this window only', () => {
    storeSession({ userId: 'ada', name: 'Ada', token: 't' });
    expect(storedSession()).toEqual({ userId: 'ada', name: 'Ada', token: 't' });
    expect(JSON.stringify(Object.entries(localStorage))).not.toContain('"t"');
    storeSession(null);
    expect(storedSession()).toBeNull();
  });

  it('are renewed once for all who ask at the same time', async () => {
    const source = vi.fn(() => Promise.resolve('new'));
    setTokenSource(source);
    expect(await Promise.all([renewToken(), renewToken()])).toEqual(['new', 'new']);
    expect(source).toHaveBeenCalledOnce();
    setTokenSource(() => Promise.reject(new Error('down')));
    expect(await renewToken()).toBeNull();
  });
});

describe('an embedding product', () => {
  afterEach(() => void delete window.chatToken);

  it('hands its token in by a function', async () => {
    window.chatToken = () => 'theirs';
    expect(await embeddedToken(undefined)).toBe('theirs');
  });

  it('is not asked where it isn’t configured', async () => {
    expect(await embeddedToken(undefined)).toBeNull();
  });
});

describe('OIDC', () => {
  const config = { authority: 'https://id.example.org/', client_id: 'chat' };
  const endpoints = { authorization_endpoint: 'https://id.example.org/authorize', token_endpoint: 'https://id.example.org/token' };
  let answers: object[];
  const fetched = vi.fn((_url: string, _init?: RequestInit) => Promise.resolve(Response.json(answers.shift())));

  beforeEach(() => {
    fetched.mockClear();
    vi.stubGlobal('fetch', fetched);
    window.history.replaceState(null, '', '/');
  });

  it('leaves with a challenge, and comes back with a token', async () => {
    let left = '';
    vi.spyOn(window.location, 'assign').mockImplementation((url) => void (left = String(url)));
    answers = [endpoints, endpoints, { access_token: 'access', refresh_token: 'refresh' }, endpoints, { access_token: 'fresh' }];
    window.location.hash = '#/c/conv_1';
    await beginSignIn(config);
    const query = new URL(left).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({ response_type: 'code', client_id: 'chat', code_challenge_method: 'S256', scope: 'openid profile' });

    window.history.replaceState(null, '', `/?code=c1&state=${query.get('state')}`);
    expect(await finishSignIn(config)).toBe('access');
    const form = new URLSearchParams(String(fetched.mock.calls.at(-1)?.[1]?.body));
    expect(form.get('code')).toBe('c1');
    expect(form.get('code_verifier')).toHaveLength(43);
    expect(window.location.search + window.location.hash).toBe('#/c/conv_1');
    expect(await refreshToken(config)).toBe('fresh');
  });

  it('takes no code that it didn’t ask for', async () => {
    vi.spyOn(window.location, 'assign').mockImplementation(() => undefined);
    answers = [endpoints];
    await beginSignIn(config);
    window.history.replaceState(null, '', '/?code=c1&state=forged');
    expect(await finishSignIn(config)).toBeNull();
    expect(fetched).toHaveBeenCalledOnce();
  });
});
