import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from '../support/test';

interface Seen {
  seen: { event_type: string; cursor?: number; text?: string }[];
}

test('the 20 lines of the documentation connect, resume and repeat nothing', async ({ page, people, api, network, server }) => {
  const guide = await readFile(resolve(import.meta.dirname, '../../../docs/your-own-client.md'), 'utf8');
  const code = /```js\n(let cursor[\s\S]*?)```/u.exec(guide)?.[1] ?? '';
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(20);
  const { id } = await api(people.grace).create('direct', [people.ada]);
  const answer = await fetch(`${server.url}/api/auth/token`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user_id: people.ada }),
  });
  const { token } = (await answer.json()) as { token: string };

  await page.goto(network.url);
  await page.evaluate(([source, key]) => {
    const seen: Seen['seen'] = [];
    Object.assign(window, { seen });
    new Function('onEvent', `${source}; connect(${JSON.stringify(key)}, onEvent);`)((event: Seen['seen'][0]) => seen.push(event));
  }, [code.replace('wss://chat.example.org', network.url.replace('http', 'ws')), token] as const);
  const seen = (type: string) =>
    page.evaluate((wanted) => (window as unknown as Seen).seen.filter(({ event_type }) => event_type === wanted), type);

  await expect.poll(async () => (await seen('hello')).length).toBe(1);
  await api(people.grace).post(id, 'one');
  await expect.poll(async () => (await seen('new_message')).map(({ text }) => text)).toEqual(['one']);
  await network.cut();
  await api(people.grace).post(id, 'two');
  await api(people.grace).post(id, 'three');
  await network.restore();
  await expect.poll(async () => (await seen('new_message')).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect((await seen('hello')).length).toBeGreaterThanOrEqual(2);
});
