import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BrowserContextOptions } from '@playwright/test';
import { Api } from '../support/api';
import { Device } from '../support/device';
import { test } from '../support/test';

/** Makes the pictures of the main states into docs/images: run it after a change of how the client looks, and look at them. */
const images = resolve(import.meta.dirname, '../../../docs/images') + '/';
test('main states', async ({ browser, ownServer: server }) => {
  test.setTimeout(180_000);

  const enter = async (name: string, options: BrowserContextOptions = {}): Promise<Device> => {
    const context = await browser.newContext({ viewport: { width: 1180, height: 740 }, locale: 'en-GB', deviceScaleFactor: 1, ...options });
    return Device.signIn(context, server.url, name);
  };
  const take = async (device: Device, name: string) => {
    await device.page.mouse.move(2, 2);
    await device.page.screenshot({ path: `${images}${name}.png`, animations: 'disabled' });
  };

  await mkdir(images, { recursive: true });
  const named = async (id: string, name: string) => {
    const api = new Api(server.url, id, name);
    await api.call('GET', 'users/me');
    return { api, name };
  };
  const { api: grace } = await named('grace', 'Grace');
  const { api: linus } = await named('linus', 'Linus');

  const stranger = await (await browser.newContext({ viewport: { width: 1180, height: 740 } })).newPage();
  await stranger.goto(server.url);
  await stranger.screenshot({ path: `${images}sign-in.png` });
  const ada = await enter('Ada');
  await take(ada, 'empty');

  const support = await linus.call<{ id: string }>('POST', 'conversations', {
    kind: 'support', title: 'Order 4711', members: [{ user_id: 'linus', label: 'customer' }, { user_id: 'ada', label: 'agent' }],
  });
  await linus.post(support.id, 'Hi, my parcel says delivered, but nothing is here.');
  const lounge = await grace.create('group', ['ada', 'linus'], 'lounge');
  await grace.post(lounge.id, 'Morning! Release notes are up: https://example.org/notes');
  await linus.post(lounge.id, 'Reading them now');
  await linus.post(lounge.id, 'The part about resuming after a crash is great 🎉');
  const adaApi = new Api(server.url, 'ada', 'Ada');
  await adaApi.post(lounge.id, 'Thanks! Killed it twenty times while people were writing. Nothing lost, nothing twice.');
  await grace.post(lounge.id, '太好了！مبروك للجميع');
  await grace.post(lounge.id, '👏');
  const direct = await grace.create('direct', ['ada']);
  await grace.post(direct.id, 'Lunch at one?');
  await ada.goTo(lounge.id);
  await ada.write('Coffee, then the next issue?');
  const phoneOfGrace = await enter('Grace', { viewport: { width: 390, height: 780 } });
  await phoneOfGrace.goTo(lounge.id);
  await phoneOfGrace.composer.pressSequentially('Yes');
  await ada.page.getByText('is typing').waitFor();
  await ada.page.locator('.receipt[data-read="true"]').first().waitFor();
  await ada.page.locator('.toast').first().waitFor({ state: 'detached', timeout: 15_000 });
  await ada.page.locator('.toast').first().waitFor({ state: 'detached', timeout: 15_000 });
  await phoneOfGrace.composer.pressSequentially(', good');
  await ada.page.getByText('is typing').waitFor();
  await take(ada, 'conversation');
  await phoneOfGrace.composer.fill('');
  await take(phoneOfGrace, 'mobile');
  await phoneOfGrace.page.getByRole('link', { name: 'Back to the list' }).click();
  await take(phoneOfGrace, 'mobile-list');

  const dark = await enter('Ada', { colorScheme: 'dark' });
  await dark.goTo(lounge.id);
  await dark.message('Coffee').hover();
  await take(dark, 'dark');
  await linus.post(support.id, 'Could you check the address, please?');
  await ada.bell.click();
  await ada.page.getByRole('region', { name: 'Inbox' }).getByText('Could you check').waitFor();
  await take(ada, 'notifications');
  await ada.page.keyboard.press('Escape');
  for (const [key, name] of [['n', 'new-conversation'], ['i', 'details'], [',', 'settings'], ['?', 'shortcuts']] as const) {
    await ada.page.locator('.brand').click();
    await ada.page.keyboard.press(key);
    await ada.page.getByRole('dialog').waitFor();
    await take(ada, name);
    await ada.page.keyboard.press('Escape');
  }
  await ada.page.evaluate(() => void (location.hash = '#/c/conv_nobody'));
  await ada.page.getByRole('alert').waitFor();
  await take(ada, 'error');
  await ada.goTo(lounge.id);
  await server.kill();
  await ada.page.locator('.connection[data-state="reconnecting"]').waitFor();
  await ada.write('Written while the server is away');
  await ada.page.locator('[data-pending="true"]').waitFor();
  await take(ada, 'offline');
});
