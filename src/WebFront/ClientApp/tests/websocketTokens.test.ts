import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TicketAnswer } from '@/lib/websocketOptions';
import { live, setUp } from './manager';
import { hello } from './people';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('tokens and tickets of the WebSocketManager', () => {
  it('asks for a new token after 4401, and stops where there is none', async () => {
    const tokens = ['first', 'second', null];
    const { latest, settle, opened, token, status } = await live({ token: () => Promise.resolve(tokens.shift() ?? null) });
    latest().drop(4401);
    await settle();
    expect(token).toHaveBeenLastCalledWith(true);
    expect(latest().options.token).toBe('second');
    latest().drop(4401);
    await settle(120_000);
    expect(opened).toHaveLength(2);
    expect(status().state).toBe('refused');
  });

  it('tries again where nobody could be asked for a new one', async () => {
    const asked = vi.fn(() => Promise.resolve<string | null>('first')).mockResolvedValueOnce('old').mockRejectedValueOnce(new Error('down'));
    const { latest, settle, opened, token, status } = await live({ token: asked });
    latest().drop(4401);
    await settle();
    expect(status()).toEqual({ state: 'reconnecting', retryAt: Date.now() + 500 });
    await settle(500);
    expect(token.mock.calls.at(-1)).toEqual([true]);
    expect(opened).toHaveLength(2);
  });

  it('waits longer and longer where new tokens are refused too, until one is taken', async () => {
    const { latest, settle, opened, token, status } = await live();
    const delays: number[] = [];
    for (let refusal = 0; refusal < 10; refusal++) {
      latest().drop(4401);
      await settle();
      const now = status();
      if (now.state === 'reconnecting') delays.push(now.retryAt - Date.now());
      await settle(delays.at(-1));
      expect(token).toHaveBeenLastCalledWith(true);
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 15_000, 15_000]);
    latest().options.onFrames([hello({ cursor: 10, resumed: true, snapshot: undefined })]);
    const before = opened.length;
    latest().drop(4401);
    await settle();
    expect(opened).toHaveLength(before + 1);
  });

  it('waits as for a lost connection while no ticket is to be had, and never opens without one', async () => {
    const failed: TicketAnswer = { closed: { code: 1006, reason: 'No ticket.' } };
    const ticket = vi.fn<() => Promise<TicketAnswer>>(() => Promise.resolve(failed));
    const { manager, opened, settle, status, latest } = setUp({ ticket });
    manager.connect('ada');
    await settle();
    expect(status()).toEqual({ state: 'reconnecting', retryAt: Date.now() + 500 });
    await settle(500);
    expect(status()).toEqual({ state: 'reconnecting', retryAt: Date.now() + 1_000 });
    expect(opened).toEqual([]);
    ticket.mockResolvedValue({ ticket: 'once' });
    await settle(1_000);
    expect(latest().options.ticket).toBe('once');
  });

  it('asks for a new token where the old one gets no ticket', async () => {
    const answers: TicketAnswer[] = [{ closed: { code: 4401, reason: '' } }, { ticket: 'once' }];
    const { manager, settle, token, latest } = setUp({ ticket: () => Promise.resolve(answers.shift() as TicketAnswer) });
    manager.connect('ada');
    await settle();
    expect(token.mock.calls).toEqual([[false], [true]]);
    expect(latest().options.ticket).toBe('once');
  });

  it('asks for a new token when opening fails because of it, which a browser doesn’t tell', async () => {
    const { manager, latest, settle, token } = setUp({ refused: true });
    manager.connect('ada');
    await settle();
    latest().drop();
    await settle();
    expect(token).toHaveBeenLastCalledWith(true);
  });
});
