import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { hrefOf } from '@/hooks/useRoute';

const scope = 'https://chat.example.org/';
const about = { conversationId: 'conv/1', messageId: 'msg_1' };

/** Taps a notification where these pages are open, in a service worker of which only that is there. What it opened. */
async function tap(pages: object[], data?: object): Promise<string[]> {
  const listeners: Record<string, (event: object) => void> = {};
  const opened: string[] = [];
  const self = {
    registration: { scope },
    addEventListener: (type: string, listener: (event: object) => void) => void (listeners[type] = listener),
    clients: { matchAll: () => Promise.resolve(pages), openWindow: (url: string) => Promise.resolve(void opened.push(url)) },
  };
  runInNewContext(readFileSync('public/sw.js', 'utf8'), { self });
  let handling: unknown;
  const waitUntil = (work: Promise<void>) => void (handling = work);
  listeners.notificationclick?.({ notification: { close: vi.fn(), data }, waitUntil });
  await handling;
  return opened;
}

it('a tap on a notification opens its message where no page is open', async () => {
  expect(await tap([], about)).toEqual([scope + hrefOf(about.conversationId, about.messageId)]);
  expect(await tap([], { conversationId: 'conv_1' })).toEqual([scope + hrefOf('conv_1')]);
  expect(await tap([])).toEqual([scope]);
});

it('a tap on a notification leads the page that is open there', async () => {
  const done: unknown[] = [];
  const page = { focus: () => Promise.resolve(done.push('focus')), postMessage: (message: object) => done.push(message) };
  expect(await tap([page], about)).toEqual([]);
  expect(done).toEqual(['focus', about]);
});
