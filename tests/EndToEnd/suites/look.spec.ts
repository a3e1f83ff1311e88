import { expect, test } from '../support/test';

test('a toast tells a long reason whole', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
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
});
