import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimsOf } from '@/auth/claims';
import { embeddedToken } from '@/auth/embedded';
import { signInOf, signOut } from '@/auth/signIn';
import { beginSignIn, endSession, finishSignIn, forgetTokens, refreshToken } from '@/auth/oidc';
import { storedSession, storeSession, userIdOf } from '@/auth/session';
import { renewToken, setTokenSource } from '@/auth/tokenSource';
import { signedOut } from '@/lib/redux/actions';
import { authApi } from '@/lib/redux/services/authApi';
import { failureOf } from '@/lib/redux/services/baseApi';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { store } from '@/lib/redux/store';
import { until } from './until';

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
  });
});

describe('a refused token', () => {
  const ada = { userId: 'ada', name: 'Ada', token: 'old' };
  const renewed = () => store.getState().session;
  const call = () => store.dispatch(authApi.endpoints.getCurrentUser.initiate(undefined, { forceRefetch: true, subscribe: false }));
  let forwarded: (string | null)[];

  beforeEach(() => {
    forwarded = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation((request) => {
      forwarded.push((request as Request).headers.get('Authorization'));
      return Promise.resolve(forwarded.length === 1 ? new Response(null, { status: 401 }) : Response.json({ id: 'ada' }));
    });
    store.dispatch(signedIn(ada));
  });
  afterEach(() => void store.dispatch(signedOut()));

  it('is replaced, and the call repeated', async () => {
    const token = tokenOf({ sub: 'ada' });
    setTokenSource(() => Promise.resolve(token));
    expect((await call()).data).toEqual({ id: 'ada' });
    expect(forwarded).toEqual(['Bearer old', `Bearer ${token}`]);
  });

  it('ends no session while nobody can be asked for another', async () => {
    setTokenSource(() => Promise.reject(new Error('down')));
    expect(failureOf((await call()).error).code).toBe('network');
    expect(renewed()).toMatchObject({ session: ada, notice: null });
  });

  it('is never replaced by somebody else’s', async () => {
    setTokenSource(() => Promise.resolve(tokenOf({ sub: 'grace' })));
    await call();
    expect(renewed()).toMatchObject({ session: ada, notice: 'Your sign-in has expired. Sign in again.' });
    expect(forwarded).toEqual(['Bearer old']);
  });

  it('says nothing of who has signed in meanwhile', async () => {
    const grace = { userId: 'grace', name: 'Grace', token: 'hers' };
    setTokenSource(() => {
      store.dispatch(signedIn(grace));
      return Promise.resolve(null);
    });
    await call();
    expect(renewed()).toEqual({ session: grace, notice: null });
  });
});

describe('an embedding product', () => {
  afterEach(() => {
    delete window.chatToken;
    vi.useRealTimers();
  });

  it('hands its token in by a function', async () => {
    window.chatToken = () => 'theirs';
    expect(await embeddedToken(undefined)).toBe('theirs');
  });

  it('that can’t say now is asked again, and signs nobody out', async () => {
    window.chatToken = () => Promise.reject(new Error('503'));
    const signIn = signInOf({ sign_in: 'token' });
    await expect(signIn.renew()).rejects.toThrow('503');
    await expect(signIn.auto()).rejects.toThrow('503');
    expect(store.getState().session.notice).toBeNull();
  });

  it('that doesn’t answer is not waited for without end', async () => {
    vi.useFakeTimers();
    window.chatToken = () => new Promise(() => undefined);
    await Promise.all([expect(embeddedToken(undefined)).rejects.toThrow('no answer'), vi.advanceTimersByTimeAsync(10_000)]);
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
    forgetTokens();
    expect(await refreshToken(config)).toBeNull();
  });

  it('knows a sign-in server that is down from one that refuses', async () => {
    sessionStorage.setItem('chat-oidc-refresh', 'refresh');
    const down = () => Promise.resolve(new Response(null, { status: 503 }));
    const refuse = () => Promise.resolve(Response.json({ error: 'invalid_grant' }, { status: 400 }));
    for (const [answer, outcome] of [[down, 'rejected'], [refuse, 'fulfilled']] as const) {
      fetched.mockImplementationOnce(() => Promise.resolve(Response.json(endpoints))).mockImplementationOnce(answer);
      const [{ status }] = await Promise.allSettled([refreshToken(config)]);
      expect(status).toBe(outcome);
    }
  });

  it('takes no code that it didn’t ask for', async () => {
    vi.spyOn(window.location, 'assign').mockImplementation(() => undefined);
    answers = [endpoints];
    await beginSignIn(config);
    window.history.replaceState(null, '', '/?code=c1&state=forged');
    expect(await finishSignIn(config)).toBeNull();
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('ends the session there too, where that is wanted', async () => {
    const left = vi.spyOn(window.location, 'assign').mockReset().mockImplementation(() => undefined);
    await endSession(config);
    expect(fetched).not.toHaveBeenCalled();
    sessionStorage.setItem('chat-oidc-identity', 'ada');
    answers = [{ ...endpoints, end_session_endpoint: 'https://id.example.org/bye?ui=plain' }];
    await endSession({ ...config, sign_out: true });
    const url = new URL(String(left.mock.calls[0]?.[0]));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ui: 'plain', client_id: 'chat', id_token_hint: 'ada', post_logout_redirect_uri: new URL('.', document.baseURI).href,
    });
    forgetTokens();
    expect(sessionStorage.getItem('chat-oidc-identity')).toBeNull();
  });

  it('says where somebody is still signed in there', async () => {
    fetched.mockRejectedValueOnce(new TypeError('no network'));
    store.dispatch(signedIn({ userId: 'ada', name: 'Ada', token: 't' }));
    signOut(() => endSession({ ...config, sign_out: true }));
    expect(store.getState().session.session).toBeNull();
    await until(() => expect(store.getState().session.notice).toContain('still signed in at the sign-in server'));
  });

  it('signs nobody out who has signed in before that is known', async () => {
    const grace = { userId: 'grace', name: 'Grace', token: 'hers' };
    const failure = Promise.reject(new TypeError('no network'));
    signOut(() => failure);
    store.dispatch(signedIn(grace));
    await failure.catch(() => undefined);
    expect(store.getState().session).toEqual({ session: grace, notice: null });
    store.dispatch(signedOut());
  });
});
