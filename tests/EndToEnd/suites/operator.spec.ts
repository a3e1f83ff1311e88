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
  await expect(problem).toBeVisible();
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
