import { Device } from '../support/device';
import { recordNotifications, shown, shownToasts } from '../support/notifications';
import { expect, test } from '../support/test';

test('a message elsewhere makes one notification, the open conversation makes none', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const lounge = await api(people.ada).create('group', [people.grace], 'lounge');
  const kitchen = await api(people.ada).create('group', [people.grace], 'Kitchen');
  await ada.goTo(lounge.id);
  await ada.isLive();
  await api(people.grace).post(lounge.id, 'seen at once');
  await expect(ada.message('seen at once')).toBeVisible();
  await expect(ada.badge).toHaveCount(0);
  await expect(ada.item('lounge').locator('.badge')).toHaveCount(0);

  await api(people.grace).post(kitchen.id, 'one');
  await api(people.grace).post(kitchen.id, 'two');
  await expect(ada.badge).toHaveText('2');
  await expect(ada.item('Kitchen').locator('.badge')).toContainText('2');
  await expect(ada.page).toHaveTitle(/^\(2\) /u);
  await expect(ada.page.locator('link[rel="icon"]')).toHaveAttribute('href', /^data:image\/png/u);

  await ada.bell.click();
  const inbox = ada.page.getByRole('region', { name: 'Inbox' });
  await expect(inbox.getByRole('listitem').first()).toContainText(`New message from ${people.grace}`);
  await expect(inbox.getByRole('listitem').first()).toContainText('two');
  await inbox.getByRole('listitem').first().getByRole('button', { name: 'Mark as read' }).click();
  await expect(ada.badge).toHaveText('1');
  await inbox.getByRole('listitem').nth(1).getByRole('button', { name: /New message/u }).click();
  await expect(ada.message('one')).toHaveAttribute('data-highlighted', 'true');
  await expect(ada.badge).toHaveCount(0);
  await expect(ada.page).toHaveTitle('ChatOrleans');
});

test('a hidden page is not looking: its conversation notifies', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  await ada.goTo(id);
  await ada.setVisible(false);
  await expect(async () => {
    await api(people.grace).post(id, 'anyone there?');
    await expect(ada.badge).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await ada.setVisible(true);
  await expect(ada.badge).toHaveCount(0);
});

test('mark all, and inbox history that goes back page by page', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  for (let count = 1; count <= 120; count++) await api(people.grace).post(id, `note ${count}`);
  const ada = await enter(people.ada);
  await expect(ada.badge).toHaveText('99+');
  await ada.bell.click();
  const inbox = ada.page.getByRole('region', { name: 'Inbox' });
  await expect(inbox.getByText('note 120', { exact: true })).toBeVisible();
  const { height } = (await inbox.getByRole('listitem').first().boundingBox()) ?? { height: 0 };
  expect(height, 'a row of three lines, two of them the title').toBeLessThan(100);
  await expect(async () => {
    await inbox.evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await expect(inbox.getByText('note 1', { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass();
  await ada.page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(ada.badge).toHaveCount(0);
  await ada.page.reload();
  await ada.isLive();
  await expect(ada.badge).toHaveCount(0);
});

test('allowed: the browser shows it once, from one tab, and closes it when it is read elsewhere', async ({ browser, server, people, api }) => {
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  const context = await browser.newContext();
  await recordNotifications(context, 'granted');
  const first = await Device.signIn(context, server.url, people.ada);
  const second = await Device.signIn(context, server.url, people.ada);
  const { id: message } = await api(people.grace).post(id, 'Hello there!');
  await expect(first.badge).toHaveText('1');
  await expect(second.badge).toHaveText('1');
  await expect.poll(async () => [...(await shown(first.page)), ...(await shown(second.page))]).toEqual([
    { title: `New message from ${people.grace} in lounge`, body: 'Hello there!', tag: `msg-${message}`, open: true },
  ]);
  // Whoever is told in the page instead is told within a second, of the page's own time.
  await Promise.all([first, second].map(({ page }) => page.evaluate(() => new Promise((passed) => setTimeout(passed, 1_500)))));
  for (const { page } of [first, second]) expect(await shownToasts(page)).toEqual([]);
  await second.open('lounge');
  await expect.poll(async () => (await shown(first.page)).concat(await shown(second.page)).map(({ open }) => open)).toEqual([false]);

  // The tab that spoke is gone: the other takes over.
  const speaker = (await shown(first.page)).length > 0 ? first : second;
  const other = speaker === first ? second : first;
  await speaker.page.close();
  await other.page.evaluate(() => void (location.hash = '#/'));
  await other.isLive();
  await expect(async () => {
    await api(people.grace).post(id, 'And again');
    await expect.poll(async () => (await shown(other.page)).filter(({ open }) => open).length, { timeout: 2_000 }).toBeGreaterThan(0);
  }).toPass();
  await context.close();
});

test('a click on the browser’s notification leads to the message', async ({ browser, server, people, api }) => {
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  const context = await browser.newContext();
  await recordNotifications(context, 'granted');
  const ada = await Device.signIn(context, server.url, people.ada);
  await api(people.grace).post(id, 'over here');
  await expect.poll(async () => (await shown(ada.page)).length).toBe(1);
  await ada.page.evaluate(() => (window as unknown as { shownNotifications: { click: () => void }[] }).shownNotifications[0]?.click());
  await expect(ada.message('over here')).toBeVisible();
  await context.close();
});

for (const state of ['denied', 'absent'] as const) {
  test(`${state}: the page shows a toast that leads to the message`, async ({ browser, server, people, api }) => {
    const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
    const context = await browser.newContext();
    await recordNotifications(context, state);
    const ada = await Device.signIn(context, server.url, people.ada);
    await api(people.grace).post(id, 'Hello there!');
    const toast = ada.page.getByRole('button', { name: `New message from ${people.grace} in lounge Hello there!` });
    await expect(toast).toBeVisible();
    expect(await shownToasts(ada.page)).toHaveLength(1);
    await toast.click();
    await expect(ada.message('Hello there!')).toBeVisible();
    await expect(ada.page.locator('.toast')).toHaveCount(0);
    expect(ada.complaints).toEqual([]);
    await context.close();
  });
}

test('permission is asked for on a click only; do not disturb keeps the page quiet', async ({ browser, server, people, api }) => {
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  const context = await browser.newContext();
  await recordNotifications(context, 'default');
  const ada = await Device.signIn(context, server.url, people.ada);
  const asked = () => ada.page.evaluate(() => (window.Notification as unknown as { asked: number }).asked);
  expect(await asked()).toBe(0);
  const quiet = ada.page.getByRole('switch', { name: /Do not disturb/u });
  await ada.page.getByRole('button', { name: 'Settings' }).click();
  await ada.page.getByRole('button', { name: 'Allow' }).click();
  expect(await asked()).toBe(1);
  await quiet.check();
  await ada.page.keyboard.press('Escape');
  await api(people.grace).post(id, 'Hello there!');
  await expect(ada.badge).toHaveText('1');
  await ada.page.getByRole('button', { name: 'Settings' }).click();
  await quiet.uncheck();
  await ada.page.keyboard.press('Escape');
  await api(people.grace).post(id, 'And again');
  // By now the first would have been told as well.
  await expect.poll(async () => (await shown(ada.page)).map(({ body }) => body)).toContain('And again');
  expect((await shown(ada.page)).map(({ body }) => body)).toEqual(['And again']);
  expect(await shownToasts(ada.page)).toEqual([]);
  await ada.page.getByRole('button', { name: 'Settings' }).click();
  await quiet.check();
  await ada.page.reload();
  await ada.page.getByRole('button', { name: 'Settings' }).click();
  await expect(quiet).toBeChecked();
  await context.close();
});
