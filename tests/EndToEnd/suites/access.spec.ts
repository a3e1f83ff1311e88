import { check } from '../support/access';
import { expect, test } from '../support/test';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${colorScheme}`, async ({ enter, people, api, browser, server }) => {
    const stranger = await (await browser.newContext({ colorScheme })).newPage();
    await stranger.goto(server.url);
    await check(stranger, 'sign-in');
    await stranger.context().close();

    const ada = await enter(people.ada, { colorScheme });
    await check(ada.page, 'empty');
    const { id } = await api(people.ada).create('support', [people.grace, people.linus], 'lounge');
    const { id: kitchen } = await api(people.grace).create('group', [people.ada], 'Kitchen');
    await api(people.grace).post(id, 'Hello https://example.org');
    await api(people.grace).post(kitchen, 'unread');
    await ada.goTo(id);
    await ada.write('Hello');
    await expect(ada.message('Hello').first()).toBeVisible();
    await expect(ada.page.locator('[data-pending="true"]')).toHaveCount(0);
    await check(ada.page, 'conversation');
    await ada.message('Hello').last().hover();
    await check(ada.page, 'actions');
    await ada.bell.click();
    await expect(ada.page.getByRole('region', { name: 'Inbox' })).toContainText('unread');
    await check(ada.page, 'inbox');
    await ada.page.keyboard.press('Escape');
    for (const key of ['n', 'i', ',', '?']) {
      await ada.page.locator('.brand').click();
      await ada.page.keyboard.press(key);
      await expect(ada.page.getByRole('dialog')).toBeVisible();
      await check(ada.page, `dialog ${key}`);
      await ada.page.keyboard.press('Escape');
      await expect(ada.page.getByRole('dialog')).toHaveCount(0);
    }
  });
}

test('axe finds nothing on a phone, and nothing is wider than it', async ({ enter, people, api }) => {
  const ada = await enter(people.ada, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const { id } = await api(people.grace).create('group', [people.ada], 'A lounge with a title that is longer than a phone is wide, by far');
  await api(people.grace).post(id, `${'w'.repeat(300)} https://example.org/${'x'.repeat(300)}`);
  await check(ada.page, 'list');
  await expect(ada.item(/A lounge/u)).toBeVisible();
  await ada.open(/A lounge/u);
  await expect(ada.page.getByRole('navigation', { name: 'Conversations' })).toBeHidden();
  await ada.write('short');
  await expect(ada.message('short')).toBeVisible();
  await check(ada.page, 'conversation');
  await expect.poll(() => ada.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await ada.bell.click();
  await check(ada.page, 'inbox');
  await expect.poll(() => ada.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await ada.page.keyboard.press('Escape');
  await ada.page.getByRole('link', { name: 'Back to the list' }).click();
  await expect(ada.item(/A lounge/u)).toBeVisible();
  await ada.page.goBack();
  await expect(ada.composer).toBeVisible();
});

test('everything can be done with the keyboard alone', async ({ browser, server, people, api }) => {
  const { Device } = await import('../support/device');
  const page = await (await browser.newContext()).newPage();
  const ada = new Device(page, people.ada);
  const { keyboard } = page;
  await page.goto(server.url);
  await expect(page.getByLabel('Your name')).toBeFocused();
  await keyboard.type(people.ada);
  await keyboard.press('Enter');
  await ada.isLive();

  await keyboard.press('n');
  await expect(page.getByRole('dialog').getByLabel('With', { exact: true })).toBeFocused();
  await keyboard.type(people.grace);
  await keyboard.press('Enter');
  await expect(ada.composer).toBeFocused();
  await keyboard.type('Hello Grace!');
  await keyboard.press('Enter');
  await ada.hasExactly(['Hello Grace!']);

  await keyboard.press('ArrowUp');
  await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
  await keyboard.press('End');
  await keyboard.type(' How are you?');
  await keyboard.press('Enter');
  await ada.hasExactly(['Hello Grace! How are you?']);
  // Written on where it was begun: a letter is no shortcut then.
  await expect(ada.composer).toBeFocused();
  await keyboard.press('ArrowUp');
  await keyboard.press('Escape');
  await expect(ada.composer).toBeFocused();

  await keyboard.press('Escape');
  await keyboard.press('ArrowUp');
  await expect(ada.message('Hello Grace!')).toBeFocused();
  await keyboard.press('e');
  await expect(page.getByRole('textbox', { name: 'Edit message' })).toBeFocused();
  await keyboard.type('!');
  await keyboard.press('Enter');
  await ada.hasExactly(['Hello Grace! How are you?!']);
  await expect(ada.message('Hello Grace!')).toBeFocused();
  await keyboard.press('Delete');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await keyboard.press('Escape');
  await expect(ada.message('Hello Grace!')).toBeFocused();

  const { id } = await api(people.linus).create('group', [people.ada], 'lounge');
  await api(people.linus).post(id, 'over here');
  await expect(ada.badge).toBeVisible();
  // Back out of the text field, then single keys go where they lead.
  await page.getByRole('region', { name: 'Messages' }).focus();
  await keyboard.press('b');
  await expect(page.getByRole('region', { name: 'Notifications' })).toBeVisible();
  await keyboard.press('Escape');
  await expect(ada.bell).toBeFocused();
  await keyboard.press('/');
  await keyboard.type('lounge');
  await expect(ada.item(people.grace)).toHaveCount(0);
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await ada.hasExactly(['over here']);

  await expect(ada.composer).toBeFocused();
  await keyboard.press('Escape');
  await keyboard.press('ArrowUp');
  await expect(ada.message('over here')).toBeFocused();
  await keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Keyboard shortcuts');
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await keyboard.press('c');
  await expect(ada.composer).toBeFocused();
  expect(ada.complaints).toEqual([]);
  await page.context().close();
});

test('with reduced motion nothing moves', async ({ enter, people }) => {
  const ada = await enter(people.ada, { reducedMotion: 'reduce' });
  await ada.page.keyboard.press('?');
  const dialog = ada.page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  expect(await dialog.evaluate((element) => getComputedStyle(element).animationName)).toBe('none');
});

test('new messages are said to screen readers', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await ada.goTo(id);
  await ada.isLive();
  await api(people.grace).post(id, 'Hello there!');
  await expect(ada.page.locator('[aria-live="polite"]').filter({ hasText: `${people.grace}: Hello there!` })).toBeAttached();
});
