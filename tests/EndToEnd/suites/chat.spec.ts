import { expect, test } from '../support/test';

test('two people sign in, talk, and see each other type, read and come online', async ({ enter, people }) => {
  const ada = await enter(people.ada);
  const grace = await enter(people.grace);
  await ada.startDirect(people.grace);
  await ada.write('Hello Grace!');
  await expect(ada.message('Hello Grace!')).toBeVisible();

  await expect(grace.badge).toBeVisible();
  await grace.open(people.ada);
  await expect(grace.message('Hello Grace!')).toBeVisible();
  await expect(grace.badge).toHaveCount(0);
  await expect(ada.page.getByText('Online', { exact: true })).toBeVisible();
  await expect(ada.message('Hello Grace!').getByText('Read', { exact: true })).toBeAttached();

  await grace.composer.pressSequentially('Hi');
  await expect(ada.page.getByText(`${people.grace} is typing…`)).toBeVisible();
  await grace.composer.press('Enter');
  await ada.hasExactly(['Hello Grace!', 'Hi']);
  await expect(ada.page.getByText('is typing…')).toHaveCount(0);
});

test('text is shown as it was written: markup, links, emoji, right-to-left, CJK, many lines', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const { id } = await api(people.ada).create('direct', [people.grace]);
  await ada.goTo(id);
  const texts = [
    '<img src=x onerror="document.title=1"> <b>not bold</b> &amp;',
    'see https://example.org/a_(b)?c=1#d, or www.example.org!',
    '🎉👩‍👩‍👧‍👦',
    'مرحبا، كيف حالك؟',
    '你好，世界。日本語のテキスト、한국어',
    'line one\nline two',
  ];
  for (const text of texts) {
    await ada.composer.fill(text);
    await ada.composer.press('Enter');
  }
  await ada.hasExactly(texts);
  await expect(ada.page.locator('.messages img')).toHaveCount(0);
  const links = ada.page.locator('.messages .bubble a');
  await expect(links).toHaveText(['https://example.org/a_(b)?c=1#d', 'www.example.org']);
  await expect(links.nth(1)).toHaveAttribute('href', 'https://www.example.org');
  expect(await ada.message('مرحبا').locator('.message-text').evaluate((text) => getComputedStyle(text).direction)).toBe('rtl');
});

test('a message is edited and deleted for everyone', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const grace = await enter(people.grace);
  const { id } = await api(people.ada).create('direct', [people.grace]);
  await ada.goTo(id);
  await grace.goTo(id);
  await ada.write('Frist!');
  await grace.hasExactly(['Frist!']);
  await ada.composer.press('ArrowUp');
  const field = ada.page.getByRole('textbox', { name: 'Edit message' });
  await field.fill('First!');
  await field.press('Enter');
  await grace.hasExactly(['First!']);
  await expect(grace.message('First!').getByText('edited')).toBeVisible();

  await ada.message('First!').hover();
  await ada.message('First!').getByRole('button', { name: 'Delete' }).click();
  await ada.message('First!').getByRole('button', { name: 'Delete' }).click();
  await grace.hasExactly(['Message deleted']);
  await ada.hasExactly(['Message deleted']);
  await expect(ada.composer).toBeFocused();
});

test('an edit that was begun keeps what was typed while others write on', async ({ enter, people, api }) => {
  const { id } = await api(people.ada).create('group', [people.grace], 'lounge');
  await api(people.ada).post(id, 'A tpyo');
  for (let count = 0; count < 50; count++) await api(people.grace).post(id, `line ${count}`);
  const ada = await enter(people.ada);
  await ada.goTo(id);
  const list = ada.page.getByRole('region', { name: 'Messages' });
  await list.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await expect(ada.item('lounge').locator('.badge')).toHaveCount(0);
  await expect(ada.message('line 49')).toBeInViewport();
  await expect(ada.message('A tpyo')).toHaveCount(0);

  // One's own last message is far up: the key leads to it.
  await ada.composer.press('ArrowUp');
  const field = ada.page.getByRole('textbox', { name: 'Edit message' });
  await expect(field).toBeFocused();
  await expect(field).toBeInViewport();
  await field.fill('A typo, in two');
  await list.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await expect(ada.message('line 49')).toBeInViewport();
  await api(people.grace).post(id, 'and one more');
  await expect(ada.message('and one more')).toBeInViewport();
  await ada.page.keyboard.type(' words');
  await expect(field).toBeInViewport();
  await ada.page.keyboard.press('Enter');
  await expect.poll(async () => (await api(people.grace).messages(id))[0]?.text).toBe('A typo, in two words');
});

test('who had scrolled up sees what they send', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  for (let count = 0; count < 60; count++) await api(people.grace).post(id, `line ${count}`);
  const ada = await enter(people.ada);
  await ada.goTo(id);
  const list = ada.page.getByRole('region', { name: 'Messages' });
  await list.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await expect(ada.message('line 59')).toBeInViewport();
  await list.evaluate((scroller) => scroller.scrollBy(0, -1_500));
  await expect(ada.message('line 59')).not.toBeInViewport();
  await ada.write('Here I am');
  await expect(ada.message('Here I am')).toBeInViewport();
  await expect(ada.page.locator('.to-latest')).toHaveCount(0);
});

test('the list follows the keys that go through it', async ({ enter, people, api }) => {
  for (let count = 0; count < 20; count++) await api(people.grace).create('group', [people.ada], `room ${count}`);
  const ada = await enter(people.ada);
  await ada.open('room 19');
  await expect(ada.composer).toBeFocused();
  await ada.page.keyboard.press('Escape');
  for (let count = 18; count >= 0; count--) {
    await ada.page.keyboard.press('j');
    await expect(ada.page.getByRole('heading', { name: `room ${count}`, exact: true })).toBeVisible();
  }
  await expect(ada.page.getByRole('region', { name: 'Messages' })).toBeFocused();
  await expect(ada.composer).toHaveValue('');
  await expect(ada.item('room 0')).toBeInViewport();
});

test('details are left with their conversation', async ({ enter, people, api }) => {
  const lounge = await api(people.grace).create('group', [people.ada], 'lounge');
  await api(people.grace).create('group', [people.ada], 'Kitchen');
  const ada = await enter(people.ada);
  await ada.open('Kitchen');
  await ada.open('lounge');
  const details = ada.page.getByRole('dialog', { name: 'Members and details' });
  await ada.page.keyboard.press('Escape');
  await ada.page.getByRole('button', { name: 'Members and details' }).click();
  await expect(details).toBeVisible();
  await ada.page.goBack();
  await expect(ada.page.getByRole('heading', { name: 'Kitchen' })).toBeVisible();
  await expect(details).toHaveCount(0);
  await ada.open('lounge');
  await ada.page.getByRole('button', { name: 'Members and details' }).click();
  await expect(details).toBeVisible();
  await api(people.grace).call('DELETE', `conversations/${lounge.id}/members/${people.ada}`);
  await expect(ada.page.getByText('You are no longer in this conversation')).toBeVisible();
  await ada.open('Kitchen');
  await expect(details).toHaveCount(0);
});

test('switching conversations keeps drafts, places and the back button', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const withGrace = await api(people.ada).create('direct', [people.grace]);
  await api(people.ada).create('group', [people.grace, people.linus], 'lounge');
  await api(people.linus).post((await api(people.linus).create('direct', [people.ada])).id, 'From Linus');
  await ada.open(people.grace);
  await ada.composer.fill('half a thought');
  await ada.open('lounge');
  await expect(ada.composer).toHaveValue('');
  await ada.write('Hello lounge');
  await ada.hasExactly(['Hello lounge']);
  await expect(ada.item(people.grace)).toContainText('Draft: half a thought');
  await ada.page.goBack();
  await expect(ada.composer).toHaveValue('half a thought');
  expect(ada.page.url()).toContain(withGrace.id);
  await ada.page.reload();
  await expect(ada.composer).toHaveValue('half a thought');
  await ada.open(people.linus);
  await ada.hasExactly(['From Linus']);
});

test('groups have a title, members, roles and labels, and can be left', async ({ enter, people }) => {
  const ada = await enter(people.ada);
  const grace = await enter(people.grace);
  const linus = await enter(people.linus);
  await ada.page.keyboard.press('n');
  const dialog = ada.page.getByRole('dialog');
  await dialog.getByText('Support').click();
  await dialog.getByLabel('With whom').fill(`${people.grace}`);
  await dialog.getByLabel('Title', { exact: true }).fill('lounge');
  await dialog.getByRole('button', { name: 'Start', exact: true }).click();
  await ada.write('How can we help?');
  await grace.open('lounge');
  await expect(grace.page.locator('.message-sender .label')).toHaveText('agent');
  await grace.write('It is broken');
  await expect(ada.page.locator('.message-sender .label')).toHaveText('customer');

  await ada.page.getByRole('button', { name: 'Members and details' }).click();
  await dialog.getByLabel('Add a member').fill(people.linus);
  await dialog.getByLabel('Label', { exact: true }).fill('expert');
  await dialog.getByLabel('Role').selectOption('admin');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByText('3 members')).toBeVisible();
  await expect(dialog.getByRole('listitem').filter({ hasText: people.linus })).toContainText('expert');
  await dialog.getByLabel('Title', { exact: true }).fill('workshop');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(linus.item('workshop')).toBeVisible();
  await ada.page.keyboard.press('Escape');

  await linus.open('workshop');
  await linus.hasExactly(['How can we help?', 'It is broken']);
  await linus.page.getByRole('button', { name: 'Members and details' }).click();
  await linus.page.getByRole('button', { name: 'Leave conversation…' }).click();
  await linus.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(linus.item('workshop')).toHaveCount(0);
  await expect(ada.page.getByText('2 members')).toBeVisible();

  await ada.page.getByRole('button', { name: 'Members and details' }).click();
  await dialog.getByRole('button', { name: `Remove ${people.grace}` }).click();
  await expect(grace.item('workshop')).toHaveCount(0);
  await expect(grace.page.getByText('You are no longer in this conversation')).toBeVisible();
});

test('conversations are found by title and by member, and muted ones stay quiet', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const lounge = await api(people.grace).create('group', [people.ada], 'lounge');
  await api(people.linus).create('group', [people.ada], 'Kitchen');
  await expect(ada.item('Kitchen')).toBeVisible();
  const search = ada.page.getByRole('searchbox');
  await search.fill('LOU');
  await expect(ada.item('Kitchen')).toHaveCount(0);
  await search.fill(people.linus);
  await expect(ada.item('Kitchen')).toBeVisible();
  await expect(ada.item('lounge')).toHaveCount(0);
  await search.fill('nothing like it');
  await expect(ada.page.getByText('Nothing found for “nothing like it”.')).toBeVisible();
  await search.fill('');
  await ada.open('lounge');
  await ada.page.getByRole('button', { name: 'Mute' }).click();
  await expect(ada.page.getByRole('button', { name: 'Unmute' })).toBeVisible();
  await ada.open('Kitchen');
  await expect(ada.badge).toHaveCount(0);
  await api(people.grace).post(lounge.id, 'psst');
  await expect(ada.item('lounge')).toContainText('psst');
  await expect(ada.item('lounge').locator('.badge')).toContainText('1');
  await expect(ada.badge).toHaveCount(0);
});

test('a link to a message far back leads there', async ({ enter, people, api }) => {
  const grace = api(people.grace);
  const { id } = await grace.create('direct', [people.ada]);
  const first = await grace.post(id, 'the very first');
  for (let count = 2; count <= 300; count++) await grace.post(id, `number ${count}`);
  const ada = await enter(people.ada);
  await ada.page.evaluate((hash) => void (location.hash = hash), `#/c/${id}/${first.id}`);
  await expect(ada.message('the very first')).toBeInViewport();
  await expect(ada.message('the very first')).toHaveAttribute('data-highlighted', 'true');
});

test('a stranger’s conversation can’t be opened, and the page says so', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('direct', [people.linus]);
  const ada = await enter(people.ada);
  await ada.page.evaluate((hash) => void (location.hash = hash), `#/c/${id}`);
  await expect(ada.page.getByRole('alert')).toContainText('You aren’t a member');
  // The refused call itself is in the browser's console.
  ada.complaints.splice(0);
});
