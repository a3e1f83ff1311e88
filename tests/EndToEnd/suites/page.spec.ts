import { gzipSync } from 'node:zlib';
import { Device } from '../support/device';
import { headerProxy } from '../support/headerProxy';
import { expect, test } from '../support/test';

test('the first load is less than 200 kB of compressed script', async ({ page, server }) => {
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script' && !response.url().endsWith('/sw.js')) scripts.push(response.body());
  });
  await page.goto(server.url);
  await expect(page.getByLabel('Your name')).toBeVisible();
  const sizes = (await Promise.all(scripts)).map((body) => gzipSync(body).length);
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
});

test('everything works under a strict Content-Security-Policy', async ({ browser, server, people, api }) => {
  const policy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  const proxy = await headerProxy(server.port, 'content-security-policy', policy);
  const context = await browser.newContext();
  const ada = await Device.signIn(context, proxy.url, people.ada);
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await api(people.grace).post(id, 'Hello https://example.org');
  await expect(ada.badge).toBeVisible();
  await ada.goTo(id);
  await ada.write('Hello');
  await ada.hasExactly(['Hello https://example.org', 'Hello']);
  await ada.page.getByRole('button', { name: 'Settings' }).click();
  await expect(ada.page.getByRole('dialog')).toBeVisible();
  // A violation is an error in the console.
  expect(ada.complaints).toEqual([]);
  await context.close();
  proxy.close();
});

test('deep links survive signing in, reloading and the back button', async ({ page, people, api, server }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  const { id: message } = await api(people.grace).post(id, 'linked');
  await page.goto(`${server.url}/#/c/${id}/${message}`);
  const ada = new Device(page, people.ada);
  await page.getByLabel('Your name').fill(people.ada);
  await page.keyboard.press('Enter');
  await expect(ada.message('linked')).toHaveAttribute('data-highlighted', 'true');
  await page.reload();
  await expect(ada.message('linked')).toHaveAttribute('data-highlighted', 'true');
  await page.evaluate(() => void (location.hash = '#/'));
  await expect(page.getByText('Pick up where you left off')).toBeVisible();
  await page.goBack();
  await expect(ada.message('linked')).toBeVisible();
  expect(ada.complaints).toEqual([]);
});
