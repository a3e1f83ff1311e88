import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { check } from '../support/access';
import { Api } from '../support/api';
import type { ChatServer } from '../support/chatServer';
import { expect, test } from '../support/test';

async function signIn(context: BrowserContext, server: ChatServer): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/operator`);
  await check(page, 'sign-in');
  const response = await fetch(`${server.url}/api/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: 'operator', scope: 'chat:admin' }),
  });
  await page.getByLabel('Token').fill(((await response.json()) as { token: string }).token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Cluster' })).toBeVisible();
  return page;
}

test('an operator looks after the cluster and a user', async ({ browser, ownServer: server, enter }) => {
  const ada = await enter('ada', { url: server.url });
  const grace = new Api(server.url, 'grace');
  const lounge = await grace.create('group', ['ada'], 'lounge');
  const messages = [];
  for (let i = 1; i <= 5; i++) messages.push(await grace.post(lounge.id, `message ${i}`));
  await ada.goTo(lounge.id);

  const context = await browser.newContext();
  const page = await signIn(context, server);
  const problem = page.getByRole('alert');
  await expect(page.locator('#members')).toContainText('Active');
  await expect(page.locator('#health')).toContainText('Healthy');

  await page.getByLabel('User id').fill('ada');
  await page.getByRole('button', { name: 'Look' }).click();
  await expect(page.locator('#connections')).toContainText(lounge.id);
  await page.getByRole('button', { name: 'Audit' }).click();
  await expect(page.locator('#outcome')).toContainText('"drift": 0');
  await page.getByLabel('Why did message').fill(messages[0]!.id);
  await page.getByRole('button', { name: 'notify, or not?' }).click();
  await expect(page.locator('#outcome')).toContainText('"reason": "delivered"');
  await expect(page.locator('#outcome')).not.toContainText('message 1');
  await check(page, 'a user');
  await page.emulateMedia({ colorScheme: 'dark' });
  await check(page, 'a user, dark');

  await page.getByLabel('Conversation').fill('conv_nobody');
  await page.getByRole('button', { name: 'What is kept?' }).click();
  await expect(problem).toHaveText('There is no such conversation.');
  // The page looks again every five seconds; what went wrong stays to be read.
  await page.waitForResponse((response) => response.url().endsWith('/operator/api/conversations'));
  await expect(problem).toBeVisible();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByLabel('Conversation').fill(lounge.id);
  await page.getByLabel('Messages').fill('2');
  await page.getByRole('button', { name: 'Keep that much' }).click();
  await expect(page.locator('#kept')).toContainText('"first_seq": 4');
  await expect(problem).toBeHidden();

  await page.getByRole('button', { name: 'Drain' }).click();
  await expect(page.locator('#members')).toContainText('draining');
  await page.getByRole('button', { name: 'Take work again' }).click();
  await expect(page.getByRole('button', { name: 'Drain' })).toBeVisible();
  await ada.isLive();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Token')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Token')).toBeVisible();
  await context.close();
});

test('an export is followed to its end and can be had; an erasure is followed too', async ({ browser, server, people: { ada, grace } }) => {
  const lounge = await new Api(server.url, grace).create('group', [ada], 'lounge');
  await new Api(server.url, ada).post(lounge.id, 'mine');
  const context = await browser.newContext();
  const page = await signIn(context, server);
  const job = page.locator('#job');

  await page.getByLabel('User id').fill(ada);
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  await expect(job).toContainText('"running": false');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the export' }).click()]);
  expect(await readFile(await download.path(), 'utf8')).toContain('"text":"mine"');

  // Half a minute is what an erasure waits for tokens that are still let in: its end is made up here.
  await page.route('**/erase', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as object;
    await route.fulfill({ response: answer, json: route.request().method() === 'GET' ? { ...body, running: false } : body });
  });
  page.once('dialog', (dialog) => void dialog.accept(ada));
  await page.getByRole('button', { name: 'Erase…' }).click();
  await expect(job).toContainText('"kind": "erase"');
  await expect(job).toContainText('"running": false');
  await expect(page.getByRole('link', { name: 'Download the export' })).toBeHidden();
  await context.close();
});

test('what is not there is said, in words, and nothing is missing on the page', async ({ browser, server }) => {
  const context = await browser.newContext();
  const page = await signIn(context, server);
  const missing: string[] = [];
  page.on('response', (response) => response.status() === 404 && missing.push(response.url()));
  await page.reload();
  await expect(page.locator('#health')).toContainText('Off: Canary:Interval');
  expect(await (await page.request.get(`${server.url}/operator/metrics`)).text()).toContain('orleans_');

  await page.getByLabel('User id').fill('nobody.at.all');
  await page.getByRole('button', { name: 'Look' }).click();
  await expect(page.getByText('Nothing ever came to this id')).toBeVisible();
  await expect(page.locator('#state')).toBeHidden();
  expect(missing).toEqual([]);

  await page.route('**/operator/api/front', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<html><h1>Bad Gateway</h1></html>' }));
  await expect(page.getByRole('alert')).toHaveText('Something before the server answered, with 502.');
  await context.close();
});

test('a cookie that does not hold is told as that, not as a bad token', async ({ browser, server }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  // As the browser does outside Development over http: it throws the cookie away.
  await page.route('**/operator/session', (route) => route.fulfill({ status: 204 }));
  await page.goto(`${server.url}/operator`);
  await page.getByLabel('Token').fill('a.good.token');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('Open this page with https.');
  await context.close();
});
