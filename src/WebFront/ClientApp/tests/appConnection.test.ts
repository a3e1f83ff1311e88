import { afterEach, expect, it, vi } from 'vitest';
import { appConnection } from '@/lib/appConnection';

const answers = (answer: () => Response | Promise<Response>) =>
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve().then(answer)));
const ticket = () => appConnection.ticket?.();

afterEach(() => void vi.unstubAllGlobals());

it('opens connections with a ticket', async () => {
  answers(() => Response.json({ ticket: 'once', expires_at: '2026-01-05T10:00:30Z' }));
  expect(await ticket()).toMatchObject({ ticket: 'once' });
});

it('lets the token itself open them only where the server has no tickets', async () => {
  answers(() => new Response(null, { status: 404 }));
  expect(await ticket()).toEqual({ ticket: null });
});

it.each([[502, 1006, undefined], [503, 1006, '7'], [401, 4401, undefined], [429, 4429, '3']])(
  'takes %i in place of a ticket as a connection that ended with %i',
  async (status, code, wait) => {
    answers(() => new Response(null, { status, headers: wait === undefined ? {} : { 'Retry-After': wait } }));
    const retryAfter = wait === undefined ? undefined : Number(wait);
    expect(await ticket()).toMatchObject({ closed: { code, retryAfter } });
  },
);

it('takes a lost network as a lost connection', async () => {
  answers(() => Promise.reject(new TypeError('no network')));
  expect(await ticket()).toMatchObject({ closed: { code: 1006 } });
});
