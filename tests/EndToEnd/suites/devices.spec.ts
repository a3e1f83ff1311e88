import { expect, test } from '../support/test';

test('two devices of one person stay in step', async ({ enter, people, api }) => {
  const desk = await enter(people.ada);
  const phone = await enter(people.ada, { viewport: { width: 390, height: 800 } });
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  const { id: other } = await api(people.ada).create('group', [people.grace], 'Kitchen');

  // Read here, cleared there.
  await api(people.grace).post(id, 'first');
  await expect(phone.badge).toHaveText('1');
  await expect(desk.badge).toHaveText('1');
  await desk.open('lounge');
  await expect(desk.badge).toHaveCount(0);
  await expect(phone.badge).toHaveCount(0);
  await expect(phone.item('lounge').locator('.badge')).toHaveCount(0);

  // Opened here, no notification there.
  await api(people.grace).post(id, 'second');
  await expect(desk.message('second')).toBeVisible();
  await expect(phone.item('lounge')).toContainText('second');
  await expect(phone.badge).toHaveCount(0);

  // Sent here, shown there.
  await desk.write('from the desk');
  await phone.open('lounge');
  await phone.hasExactly(['first', 'second', 'from the desk']);
  await phone.write('from the phone');
  await desk.hasExactly(['first', 'second', 'from the desk', 'from the phone']);
  await expect(desk.message('from the phone')).toHaveAttribute('data-own', 'true');

  // One notification read here is read there.
  await api(people.grace).post(other, 'third');
  await expect(phone.badge).toHaveText('1');
  await desk.bell.click();
  await desk.page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(phone.badge).toHaveCount(0);

  // Muted here, muted there.
  await desk.page.keyboard.press('Escape');
  await desk.page.getByRole('button', { name: 'Mute' }).click();
  await expect(phone.page.getByRole('button', { name: 'Unmute' })).toBeVisible();
});

test('what was read while a device was away is read there when it is back', async ({ enter, people, api, network }) => {
  const desk = await enter(people.ada);
  const away = await enter(people.ada, { url: network.url });
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  await api(people.grace).post(id, 'first');
  await expect(away.badge).toHaveText('1');
  await network.cut();
  await desk.open('lounge');
  await expect(desk.badge).toHaveCount(0);
  await network.restore();
  await away.isLive();
  await expect(away.badge).toHaveCount(0);
  await expect(away.item('lounge').locator('.badge')).toHaveCount(0);
});

test('what is marked read while a device is away is read elsewhere when it is back', async ({ enter, people, api, network }) => {
  const desk = await enter(people.ada);
  const away = await enter(people.ada, { url: network.url });
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  await api(people.grace).post(id, 'first');
  await api(people.grace).post(id, 'second');
  await expect(away.badge).toHaveText('2');
  await network.cut();
  await expect.poll(() => away.status()).not.toBe('live');
  await away.bell.click();
  await away.page.getByRole('button', { name: 'Mark as read' }).first().click();
  await expect(away.badge).toHaveText('1');
  await network.restore();
  await expect(desk.badge).toHaveText('1', { timeout: 90_000 });
  await network.cut();
  await expect.poll(() => away.status()).not.toBe('live');
  await away.page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(away.badge).toHaveCount(0);
  await network.restore();
  await expect(desk.badge).toHaveCount(0, { timeout: 90_000 });
});
