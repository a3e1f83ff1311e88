import { Api } from '../support/api';
import { expect, test } from '../support/test';

test('what is written and missed while the network is cut arrives once, in order', async ({ enter, people, api, network }) => {
  const ada = await enter(people.ada, { url: network.url });
  const grace = await enter(people.grace);
  const { id } = await api(people.ada).create('direct', [people.grace]);
  await ada.goTo(id);
  await grace.goTo(id);
  await ada.write('before');
  await grace.hasExactly(['before']);

  await network.cut();
  await expect.poll(() => ada.status()).not.toBe('live');
  for (const text of ['one', 'two', 'three']) await ada.write(text);
  await expect(ada.page.locator('[data-pending="true"]')).toHaveCount(3);
  await grace.write('meanwhile');
  await expect(grace.message('meanwhile')).toBeVisible();

  await network.restore();
  await ada.isLive();
  const all = ['before', 'meanwhile', 'one', 'two', 'three'];
  await ada.hasExactly(all);
  await grace.hasExactly(all);
});

test('who has read and left while the network was cut is seen when it is back', async ({ enter, people, api, network }) => {
  const ada = await enter(people.ada, { url: network.url });
  const grace = await enter(people.grace);
  const { id } = await api(people.ada).create('direct', [people.grace]);
  await ada.goTo(id);
  await ada.write('Hello Grace!');
  await expect(ada.message('Hello Grace!').getByText('Sent', { exact: true })).toBeAttached();
  await expect(ada.page.getByText('Online', { exact: true })).toBeVisible();

  await network.cut();
  await expect.poll(() => ada.status()).not.toBe('live');
  await grace.goTo(id);
  await grace.hasExactly(['Hello Grace!']);
  await expect(grace.item(people.ada).locator('.badge')).toHaveCount(0);
  const seenByServer = async () => {
    const { members } = await api(people.ada).call<{ members: { user_id: string; online: boolean; read_seq: number }[] }>('GET', `conversations/${id}`);
    return members.find(({ user_id: user }) => user === people.grace);
  };
  await expect.poll(seenByServer).toMatchObject({ read_seq: 1 });
  await grace.page.goto('about:blank');
  await expect.poll(seenByServer, { timeout: 30_000 }).toMatchObject({ online: false });

  await network.restore();
  await ada.isLive();
  await expect(ada.message('Hello Grace!').getByText('Read', { exact: true })).toBeAttached();
  await expect(ada.page.getByText('Online', { exact: true })).toHaveCount(0);
});

test('what couldn’t be loaded without a network is there when it is back', async ({ enter, people, api, network }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await api(people.grace).post(id, 'Hello there!');
  const ada = await enter(people.ada, { url: network.url });
  await network.cut();
  await ada.open('lounge');
  await expect(ada.page.getByText('The messages couldn’t be loaded.')).toBeVisible();
  await network.restore();
  await ada.isLive();
  await ada.hasExactly(['Hello there!']);
});

test('while no ticket is to be had nothing is opened, and the token never stands in an address', async ({ enter, people }) => {
  // A service worker's own calls pass by a route.
  const ada = await enter(people.ada, { serviceWorkers: 'block' });
  const opened: string[] = [];
  ada.page.on('websocket', (socket) => opened.push(socket.url()));
  await ada.page.route('**/api/ws-ticket', (route) => route.fulfill({ status: 502 }));
  await ada.page.reload();
  await expect(ada.page.locator('.connection')).toHaveAttribute('data-state', 'reconnecting');
  expect(opened).toEqual([]);
  await ada.page.unroute('**/api/ws-ticket');
  await ada.isLive();
  expect(opened).not.toEqual([]);
  expect(opened.filter((url) => /token=/u.test(url))).toEqual([]);
  // The browser's own, of the worker.
  ada.complaints.splice(0);
});

test('the page starts without a network, shows what was last seen, and sends later what is written', async ({ enter, people, api, network, server }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await api(people.grace).post(id, 'last seen');
  const ada = await enter(people.ada, { url: network.url });
  await ada.goTo(id);
  await ada.write('mine');
  await ada.hasExactly(['last seen', 'mine']);
  await ada.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => ada.page.evaluate(async () => (await caches.keys()).length)).toBeGreaterThan(0);
  // Both what was seen and the page itself are stored behind the person's back.
  await expect.poll(() => ada.page.evaluate(storedTexts, people.ada)).toContain('mine');

  await network.cut();
  await ada.page.context().setOffline(true);
  await expect.poll(() => ada.status()).not.toBe('live');
  await ada.write('written offline');
  await expect(ada.page.locator('[data-pending="true"]')).toHaveCount(1);
  await ada.page.reload();
  await expect(ada.item('lounge')).toBeVisible();
  await expect(ada.message('last seen')).toBeVisible();
  await expect(ada.page.locator('[data-pending="true"]')).toHaveText(/written offline/u);
  await ada.write('and another');
  // Shown means stored: what is on its way into the page's store when the page goes may not be.
  await expect(ada.page.locator('[data-pending="true"]')).toHaveCount(2);
  await ada.page.reload();
  await expect(ada.page.locator('[data-pending="true"]')).toHaveText([/written offline/u, /and another/u]);

  await ada.page.context().setOffline(false);
  await network.restore();
  await ada.isLive();
  await ada.hasExactly(['last seen', 'mine', 'written offline', 'and another']);
  const stored = await new Api(server.url, people.grace).messages(id);
  expect(stored.map(({ text }) => text)).toEqual(['last seen', 'mine', 'written offline', 'and another']);
});

test('the page starts without a network, and not the operator\'s, which was looked at last', async ({ enter, people, network }) => {
  const ada = await enter(people.ada, { url: network.url });
  await ada.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await ada.page.reload();
  await ada.isLive();
  const operator = await ada.page.context().newPage();
  await operator.goto(`${network.url}/operator`);
  await expect(operator.getByRole('heading', { name: 'Operator' })).toBeVisible();
  await operator.waitForLoadState('networkidle');
  await operator.close();

  await network.cut();
  await ada.page.context().setOffline(true);
  await ada.page.reload();
  await expect(ada.page.locator('.brand')).toHaveText('ChatOrleans');
});

test('the page starts while a proxy answers for a server that is away', async ({ enter, people, network }) => {
  const ada = await enter(people.ada, { url: network.url });
  await ada.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await ada.page.reload();
  await ada.isLive();
  await expect.poll(() => ada.page.evaluate(async () => (await caches.match('client-config.json')) !== undefined)).toBe(true);

  await network.answerInstead(502);
  await ada.page.reload();
  await expect(ada.bell).toBeVisible();
  await network.restore();
  await ada.isLive();
});

test('who comes while the server is away is told, and can sign in when it is back', async ({ browser, server }) => {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  // The page's files come from elsewhere then.
  await page.route('**/client-config.json', (route) => route.fulfill({ status: 503 }));
  await page.goto(server.url);
  await expect(page.getByRole('status')).toHaveText(/can’t be reached/u);
  await page.unroute('**/client-config.json');
  await expect(page.getByLabel('Your name')).toBeVisible({ timeout: 30_000 });
  await page.close();
});

/** Runs in the page: the texts of the messages that IndexedDB keeps. */
async function storedTexts(userId: string): Promise<string[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(`chat-${userId}`);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const state = await new Promise<{ messages?: Record<string, { text: string }[]> } | undefined>((resolve, reject) => {
    const asking = database.transaction('lastSeen').objectStore('lastSeen').get('state');
    asking.onsuccess = () => resolve(asking.result as never);
    asking.onerror = () => reject(asking.error);
  });
  database.close();
  return Object.values(state?.messages ?? {}).flat().map(({ text }) => text);
}

test('two people go on through a reload and a crash of the server', async ({ browser, ownServer }) => {
  const { Device } = await import('../support/device');
  const ada = await Device.signIn(await browser.newContext(), ownServer.url, 'ada');
  const grace = await Device.signIn(await browser.newContext(), ownServer.url, 'grace');
  await ada.startDirect('grace');
  await ada.write('one');
  await expect(grace.badge).toBeVisible();
  await grace.open('ada');
  await grace.write('two');
  await ada.hasExactly(['one', 'two']);

  await ada.page.reload();
  await ada.isLive();
  await ada.hasExactly(['one', 'two']);
  await ada.write('three');
  await grace.hasExactly(['one', 'two', 'three']);

  await ownServer.kill();
  await expect.poll(() => ada.status()).not.toBe('live');
  await ada.write('four');
  await grace.write('five');
  await expect(ada.page.locator('[data-pending="true"]')).toHaveCount(1);
  await grace.page.evaluate(() => void (location.hash = '#/'));
  await ownServer.up();
  await ada.tryNow();
  await grace.tryNow();
  await expect.poll(async () => (await ada.texts()).toSorted()).toEqual(['five', 'four', 'one', 'three', 'two']);
  const inOrder = await ada.texts();
  expect(inOrder.slice(0, 3)).toEqual(['one', 'two', 'three']);
  await grace.open('ada');
  await grace.hasExactly(inOrder);
  await ada.write('six');
  await grace.hasExactly([...inOrder, 'six']);
  expect(ada.complaints).toEqual([]);
  expect(grace.complaints).toEqual([]);
});

test('a server that is killed while messages are being sent loses and repeats none', async ({ browser, ownServer }) => {
  const { Device } = await import('../support/device');
  const ada = await Device.signIn(await browser.newContext(), ownServer.url, 'ada');
  await ada.startDirect('grace');
  const texts = Array.from({ length: 30 }, (_, index) => `message ${index + 1}`);
  for (const text of texts.slice(0, 15)) await ada.write(text);
  await ownServer.kill();
  for (const text of texts.slice(15)) await ada.write(text);
  await ownServer.up();
  // Nobody does anything: it comes back by itself.
  await ada.isLive();
  await expect(ada.page.locator('[data-pending="true"]')).toHaveCount(0);
  const id = decodeURIComponent(ada.page.url().split('/').at(-1) ?? '');
  const stored = await new Api(ownServer.url, 'grace').messages(id);
  expect(stored.map(({ text }) => text)).toEqual(texts);
  expect(stored.map(({ seq }) => seq)).toEqual(texts.map((_, index) => index + 1));
});

test('where the hub can’t be reached, the raw WebSocket carries everything', async ({ browser, server, people, api }) => {
  const { Device } = await import('../support/device');
  const context = await browser.newContext();
  const sockets: string[] = [];
  // A proxy that knows nothing of the hub.
  await context.routeWebSocket(/\/hubs\/chat/u, (socket) => void socket.close({ code: 1011 }));
  context.on('page', (page) => page.on('websocket', (socket) => sockets.push(new URL(socket.url()).pathname)));
  const ada = await Device.signIn(context, server.url, people.ada);
  expect(sockets).toContain('/ws/notifications/');
  const { id } = await api(people.ada).create('direct', [people.grace]);
  await ada.goTo(id);
  await api(people.grace).post(id, 'by another way');
  await expect(ada.message('by another way')).toBeVisible();
  await ada.write('and back');
  await ada.hasExactly(['by another way', 'and back']);
  await context.close();
});

test('an expired sign-in by name is renewed without a word', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  await ada.page.evaluate(() => {
    const session = JSON.parse(sessionStorage.getItem('chat-session') ?? '{}') as { token: string };
    sessionStorage.setItem('chat-session', JSON.stringify({ ...session, token: `${session.token.slice(0, -4)}AAAA` }));
  });
  await ada.page.reload();
  await ada.isLive();
  const { id } = await api(people.ada).create('direct', [people.grace]);
  await ada.goTo(id);
  await ada.write('still me');
  await ada.hasExactly(['still me']);
  // The browser itself reports the refused calls.
  ada.complaints.splice(0);
});

test('a refused message says why, and can be tried again or thrown away', async ({ enter, people, api }) => {
  // A call may pass by a route where a service worker begins to control the page meanwhile.
  const ada = await enter(people.ada, { serviceWorkers: 'block' });
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await ada.goTo(id);
  await ada.page.route('**/messages', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ code: 'forbidden', detail: 'Not now.' }) })
      : route.continue());
  await ada.write('refused');
  await expect(ada.page.getByRole('alert').filter({ hasText: 'Not sent: Not now.' })).toBeVisible();
  await ada.page.reload();
  await expect(ada.page.getByText('Not sent: Not now.')).toBeVisible();
  await ada.page.unroute('**/messages');
  await ada.page.getByRole('button', { name: 'Retry' }).click();
  await ada.hasExactly(['refused']);
  ada.complaints.splice(0);
});
