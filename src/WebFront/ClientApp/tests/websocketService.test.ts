import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TicketAnswer } from '@/lib/websocketOptions';
import { live, setUp } from './manager';
import { hello, lounge, newMessage } from './people';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('WebSocketManager', () => {
  it('opens one connection, however often it is asked', async () => {
    const { manager, opened, settle, statuses, latest } = setUp();
    manager.connect('ada');
    manager.connect('ada');
    await settle();
    expect(opened).toHaveLength(1);
    expect(latest().options).toMatchObject({ userId: 'ada', token: 'token', position: null });
    latest().options.onFrames([hello()]);
    expect(statuses.map(({ state }) => state)).toEqual(['idle', 'connecting', 'live']);
  });

  it('resumes after the last event it had', async () => {
    const { latest, settle, opened } = await live();
    latest().options.onFrames([newMessage(11), newMessage(12)]);
    latest().drop();
    await settle(500);
    expect(opened).toHaveLength(2);
    expect(latest().options.position).toEqual({ cursor: 12, epoch: 'e1' });
  });

  it('passes each event on once, in order, and drops what it had already', async () => {
    const { latest, settle, events } = await live();
    latest().options.onFrames([newMessage(11), newMessage(12), newMessage(11)]);
    latest().options.onFrames([newMessage(12), newMessage(13)]);
    await settle(300);
    expect(events.map((event) => 'cursor' in event && event.cursor)).toEqual([10, 11, 12, 13]);
  });

  it('takes lower cursors after a new epoch', async () => {
    const { latest, settle, events } = await live();
    latest().options.onFrames([hello({ epoch: 'e2', cursor: 4 }), newMessage(5)]);
    await settle(300);
    expect(events.map(({ event_type }) => event_type)).toEqual(['hello', 'hello', 'new_message']);
    latest().drop();
    await settle(500);
    expect(latest().options.position).toEqual({ cursor: 5, epoch: 'e2' });
  });

  it('goes on after what a slow line left out', async () => {
    const { latest, settle } = await live();
    latest().options.onFrames([{ event_type: 'behind', from_cursor: 11, to_cursor: 1500, conversations: {} }]);
    latest().drop();
    await settle(500);
    expect(latest().options.position?.cursor).toBe(1500);
  });

  it('waits longer after each failed try, with a visible countdown, up to a quarter of a minute', async () => {
    const { manager, status, latest, settle } = setUp();
    manager.connect('ada');
    await settle();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      latest().drop();
      await settle();
      const now = status();
      delays.push(now.state === 'reconnecting' ? now.retryAt - Date.now() : NaN);
      await settle(delays.at(-1));
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 15_000]);
  });

  it('spreads its tries: half of the wait is by chance', async () => {
    const { backoff } = await import('@/lib/reconnect');
    expect([0, 0.5, 1].map((chance) => backoff(3, () => chance))).toEqual([2000, 3000, 4000]);
  });

  it('honours retry_after', async () => {
    const { latest, settle, opened } = await live();
    latest().drop(4429, 7);
    await settle(6_900);
    expect(opened).toHaveLength(1);
    await settle(1_200);
    expect(opened).toHaveLength(2);
  });

  it.each([4400, 4403, 4413])('never tries again after %i', async (code) => {
    const { manager, latest, settle, opened, status } = await live();
    latest().drop(code);
    await settle(120_000);
    // The page was hidden, and is looked at again.
    manager.pause();
    manager.resume();
    await settle(120_000);
    expect(opened).toHaveLength(1);
    expect(status().state).toBe('refused');
    manager.disconnect();
    manager.connect('grace');
    await settle();
    expect(opened).toHaveLength(2);
  });

  it.each([1006, 1012, 4408, 1011])('tries again after %i', async (code) => {
    const { latest, settle, opened } = await live();
    latest().drop(code);
    await settle(500);
    expect(opened).toHaveLength(2);
  });

  it('falls back to the raw WebSocket, and stays with what worked', async () => {
    const { manager, latest, settle, opened } = setUp();
    manager.connect('ada');
    await settle();
    for (let attempt = 0; attempt < 2; attempt++) {
      latest().drop();
      await settle(2_000);
    }
    expect(opened.map(({ name }) => name)).toEqual(['signalr', 'signalr', 'websocket']);
    latest().options.onFrames([hello()]);
    latest().drop();
    await settle(500);
    expect(latest().name).toBe('websocket');
  });

  it('gives up opening after a while', async () => {
    const { manager, opened, settle } = setUp();
    manager.connect('ada');
    await settle(10_600);
    expect(opened).toHaveLength(2);
    expect(opened[0]?.close).toHaveBeenCalled();
  });

  it('pings twice a heartbeat with its position, and reconnects when no answer comes', async () => {
    const { latest, settle, opened } = await live();
    const first = latest();
    await settle(12_500);
    expect(first.send).toHaveBeenCalledWith({ action: 'ping', cursor: 10 });
    first.send.mockImplementation(() => new Promise(() => undefined));
    await settle(12_500 + 8_000 + 500);
    expect(first.close).toHaveBeenCalled();
    expect(opened).toHaveLength(2);
  });

  it('waits for one answer at a time, so that an event on its way is not counted twice', async () => {
    const { manager, latest, settle, opened } = await live();
    latest().send.mockResolvedValue({ cursor: 11 });
    await Promise.all([manager.ping(), manager.ping(), manager.ping()]);
    expect(latest().send).toHaveBeenCalledOnce();
    await settle(500);
    expect(opened).toHaveLength(1);
  });

  it('reconnects when the feed is ahead at two pings and nothing came', async () => {
    const { latest, settle, opened } = await live();
    latest().send.mockResolvedValue({ cursor: 12 });
    await settle(13_000);
    expect(opened).toHaveLength(1);
    await settle(13_000);
    expect(opened).toHaveLength(2);
  });

  it('ends with disconnect, whatever comes later', async () => {
    const { manager, latest, settle, opened, status, events } = await live();
    const transport = latest();
    manager.disconnect();
    const heard = events.length;
    transport.options.onFrames([newMessage(11)]);
    transport.drop();
    await settle(120_000);
    expect(opened).toHaveLength(1);
    expect(events).toHaveLength(heard);
    expect(status().state).toBe('idle');
  });

  it('pauses and resumes at its position', async () => {
    const { manager, latest, settle, opened, status } = await live();
    latest().options.onFrames([newMessage(11)]);
    manager.pause();
    latest().drop();
    await settle(120_000);
    expect(status().state).toBe('paused');
    manager.resume();
    await settle();
    expect(opened).toHaveLength(2);
    expect(latest().options.position?.cursor).toBe(11);
  });

  it('ends the wait when it is told to try now', async () => {
    const { manager, latest, settle, opened } = await live();
    latest().drop(4429, 60);
    manager.resume();
    await settle();
    expect(opened).toHaveLength(2);
  });

  it('is not led astray by a try that was overtaken while it waited for a ticket', async () => {
    const late: ((answer: TicketAnswer) => void)[] = [];
    const { manager, latest, settle, status } = setUp({ ticket: () => new Promise((resolve) => late.push(resolve)) });
    manager.connect('ada');
    await settle();
    // As when a laptop wakes: the first call hangs, the network comes back.
    manager.resume();
    await settle();
    late[0]?.({ closed: { code: 1006, reason: 'Too late.' } });
    await settle();
    late[1]?.({ ticket: 'once' });
    await settle();
    latest().options.onFrames([hello()]);
    await settle(5_000);
    expect(status()).toEqual({ state: 'live' });
  });

  it('says that it is offline where the browser knows', async () => {
    const { latest, settle, status } = await live();
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    latest().drop();
    await settle();
    expect(status().state).toBe('offline');
  });
});

describe('subscribe', () => {
  it('tells every listener, of one conversation where asked, until it unsubscribes', async () => {
    const { manager, latest, settle } = await live();
    const all = vi.fn();
    const here = vi.fn();
    const elsewhere = vi.fn();
    const stop = manager.subscribe('new_message', all);
    manager.subscribe('new_message', here, lounge);
    manager.subscribe('new_message', elsewhere, 'conv_other');
    latest().options.onFrames([newMessage(11)]);
    await settle(300);
    stop();
    latest().options.onFrames([newMessage(12)]);
    await settle(300);
    expect([all, here, elsewhere].map((listener) => listener.mock.calls.length)).toEqual([1, 2, 0]);
  });

  it('gives each event with its own fields', async () => {
    const { manager, latest, settle } = await live();
    const titles: string[] = [];
    manager.subscribe('system_alert', (alert) => titles.push(alert.title));
    latest().options.onFrames([{
      event_type: 'system_alert', cursor: 11, id: 'alert-1', type: 'system_alert', title: 'Maintenance', content: 'At noon.', meta: {}, timestamp: '2026-01-05T10:00:00Z', read: false,
    }]);
    await settle(300);
    expect(titles).toEqual(['Maintenance']);
  });

  it('outlives a reconnect', async () => {
    const { manager, latest, settle } = await live();
    const listener = vi.fn();
    manager.subscribe('new_message', listener);
    latest().drop();
    await settle(500);
    latest().options.onFrames([hello({ resumed: true, cursor: 10, snapshot: undefined }), newMessage(11)]);
    await settle(300);
    expect(listener).toHaveBeenCalledOnce();
  });
});

describe('a burst', () => {
  it('of 1,000 events comes in a few batches and loses none', async () => {
    const batches: number[] = [];
    const { EventBatcher } = await import('@/lib/eventBatcher');
    const batcher = new EventBatcher((events) => batches.push(events.length));
    for (let seq = 1; seq <= 1000; seq++) batcher.push([newMessage(seq)]);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(batches.reduce((sum, size) => sum + size, 0)).toBe(1000);
    expect(batches.length).toBeLessThanOrEqual(10);
  });
});
