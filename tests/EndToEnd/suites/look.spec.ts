import type { Locator } from '@playwright/test';
import { expect, test } from '../support/test';

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

const boxOf = async (locator: Locator) => (await locator.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
const meet = (a: Awaited<ReturnType<typeof boxOf>>, b: typeof a) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test('a toast tells a long reason whole', async ({ enter, people, api }) => {
  const ada = await enter(people.ada, { serviceWorkers: 'block' });
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  await ada.goTo(id);
  const detail = 'The conversation is being moved to another server, which takes a few minutes at most. Try again after that.';
  await ada.page.route('**/api/conversations/*', (route) => route.fulfill({ status: 503, json: { code: 'unavailable', detail } }));
  await ada.page.getByRole('button', { name: 'Mute' }).click();
  const reason = ada.page.locator('.toast span', { hasText: 'another server' }).first();
  await expect(reason).toBeVisible();
  const { width, height, shown } = await reason.evaluate((text) => ({
    width: text.scrollWidth - text.clientWidth,
    height: text.scrollHeight - text.clientHeight,
    shown: text.clientHeight,
  }));
  expect([width, height], 'what is cut off').toEqual([0, 0]);
  expect(shown).toBeGreaterThan(30);
  ada.complaints.splice(0);
});

for (const [name, options] of [['wide screen', {}], ['phone', phone]] as const) {
  test(`on a ${name}, a message's buttons cover none of its words`, async ({ enter, people, api }) => {
    const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
    await api(people.grace).post(id, 'yes');
    await api(people.ada).post(id, 'ok');
    await api(people.ada).post(id, 'A longer text, which takes all the width that a message may have. '.repeat(3));
    const ada = await enter(people.ada, options);
    await ada.goTo(id);
    for (const text of ['yes', 'ok', 'A longer text']) {
      const message = ada.message(text);
      await (name === 'phone' ? message.tap() : message.hover());
      await expect(message.locator('.message-actions')).toHaveCSS('opacity', '1');
      const [bubble, buttons] = [await boxOf(message.locator('.bubble')), await boxOf(message.locator('.message-actions'))];
      expect(meet(bubble, buttons), text).toBe(false);
      expect(buttons.x, text).toBeGreaterThanOrEqual(0);
      expect(buttons.x + buttons.width, text).toBeLessThanOrEqual(name === 'phone' ? 360 : 1200);
    }
  });
}

test('on a phone, a long reason why a message was refused stands beside its icon', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  // A call may pass by a route where a service worker begins to control the page meanwhile.
  const ada = await enter(people.ada, { ...phone, serviceWorkers: 'block' });
  await ada.goTo(id);
  const detail = 'You may not write here any more, because somebody has said so.';
  await ada.page.route('**/messages', (route) => route.fulfill({ status: 403, json: { code: 'forbidden', detail } }));
  await ada.write('refused');
  const failure = ada.page.locator('.failure');
  await expect(failure).toBeVisible();
  const [icon, reason] = [await boxOf(failure.locator('.icon')), await boxOf(failure.locator('span'))];
  expect(icon.y).toBeGreaterThanOrEqual(reason.y);
  expect(icon.x + icon.width).toBeLessThanOrEqual(reason.x);
  ada.complaints.splice(0);
});

test('on a phone, searching and beginning a conversation are of one height', async ({ enter, people }) => {
  const ada = await enter(people.ada, phone);
  const [search, begin] = [await boxOf(ada.page.getByRole('searchbox')), await boxOf(ada.page.locator('.sidebar-head button'))];
  expect([search.y, search.height]).toEqual([begin.y, begin.height]);
});

test('with the person’s own colours, the open conversation and bubbles have an edge', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await api(people.grace).post(id, 'Hello there!');
  const ada = await enter(people.ada, { forcedColors: 'active' });
  await ada.goTo(id);
  await expect(ada.item('lounge')).toHaveCSS('outline-style', 'solid');
  await expect(ada.message('Hello there!').locator('.bubble')).toHaveCSS('border-top-width', '1px');
});
