import { expect, test } from '../support/test';
import type { Device } from '../support/device';
import type { Api } from '../support/api';

/** Posts many, several at a time, in no order that matters. */
async function fill(api: Api, conversationId: string, count: number, text: (index: number) => string): Promise<void> {
  let next = 1;
  const worker = async () => {
    while (next <= count) {
      const index = next++;
      await api.post(conversationId, text(index));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/**
 * Watches how long the page's main thread works at a stretch: its tasks in milliseconds, longest first. Counted is the thread's own processor time: how long a task
 * takes by the clock says more about what else the machine is doing.
 */
async function watchTasks(device: Device): Promise<() => Promise<number[]>> {
  const browser = device.page.context().browser();
  if (!browser) throw new Error('The page has no browser.');
  await browser.startTracing(device.page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  return async () => {
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    const main = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf);
    const tasks = traceEvents.filter((event) => event.name === 'RunTask' && main.includes(threadOf(event)));
    expect(tasks.length, 'tasks in the trace').toBeGreaterThan(10);
    return tasks.map(({ tdur }) => Math.round((tdur ?? 0) / 1000)).toSorted((a, b) => b - a);
  };
}

/** Reads what moves while rows are measured, until two readings in a row agree. */
async function settled<T>(read: () => Promise<T>): Promise<T> {
  let latest = await read();
  await expect.poll(async () => {
    const before = latest;
    latest = await read();
    return latest === before;
  }).toBe(true);
  return latest;
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  tdur?: number;
  args: { name?: string };
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;

test('a burst of 1,000 messages renders without freezing', async ({ enter, people, api }) => {
  const ada = await enter(people.ada);
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await ada.goTo(id);
  await ada.isLive();
  const tasks = await watchTasks(ada);
  await fill(api(people.grace), id, 1_000, (index) => `burst ${index}`);
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '1000');
  await expect(ada.messages.last()).toBeInViewport();
  await expect(ada.item('lounge').locator('.badge')).toHaveCount(0);
  expect((await tasks())[0], 'longest task in ms').toBeLessThanOrEqual(100);
});

test('a history of 10,000 messages scrolls smoothly, keeps its place, and leads back to the latest', async ({ enter, people, api }) => {
  test.setTimeout(240_000);
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await fill(api(people.grace), id, 10_000, (index) => `line ${index} ${'lorem ipsum '.repeat(index % 9)}`);
  const ada = await enter(people.ada);
  await ada.goTo(id);
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '10000');
  // Found by CSS: looking for roles is work on the page's own thread, and would be counted.
  const list = ada.page.locator('.messages-scroll');
  const tasks = await watchTasks(ada);

  // Older messages come on the way up; what is being read stays where it is.
  let lowest = 10_000;
  await expect(async () => {
    await list.evaluate((scroller) => scroller.scrollTo(0, 0));
    const seqs = await ada.messages.evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.seq)));
    lowest = Math.min(lowest, ...seqs);
    expect(lowest).toBe(1);
  }).toPass({ timeout: 120_000, intervals: [50] });
  await expect(ada.page.locator('.start')).toBeVisible();
  await expect(ada.page.locator('.missing')).toHaveCount(0);
  expect(await ada.messages.count()).toBeLessThan(120);

  for (let step = 0; step < 40; step++) {
    await list.evaluate((scroller, at) => scroller.scrollTo(0, (scroller.scrollHeight * at) / 40), step);
  }
  await ada.page.locator('.to-latest').click();
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '10000');
  await expect(ada.messages.last()).toBeInViewport();
  const durations = await tasks();
  // Smooth: a frame in a hundred may be late, none may be a stop.
  expect(durations[Math.floor(durations.length / 100)], 'the 99th percentile of tasks in ms').toBeLessThanOrEqual(50);
  expect(durations[0], 'longest task in ms').toBeLessThanOrEqual(250);
});

test('reading older messages keeps the place while new ones come', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await fill(api(people.grace), id, 300, (index) => `line ${index}`);
  const ada = await enter(people.ada);
  await ada.goTo(id);
  const list = ada.page.getByRole('region', { name: 'Messages' });
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '300');
  await ada.page.getByRole('button', { name: 'Mark as read' }).click();
  await list.evaluate((scroller) => scroller.scrollBy(0, -1_500));
  await expect(ada.page.getByRole('button', { name: 'Latest' })).toBeVisible();
  const anchor = await settled(() => list.evaluate((scroller) => {
    const top = scroller.getBoundingClientRect().top;
    const row = [...scroller.querySelectorAll<HTMLElement>('article')].find((each) => each.getBoundingClientRect().top >= top);
    return row?.dataset.seq ?? '';
  }));
  const place = () => ada.page.locator(`article[data-seq="${anchor}"]`).evaluate((row) => Math.round(row.getBoundingClientRect().top));
  const before = await settled(place);
  for (let count = 0; count < 5; count++) await api(people.grace).post(id, `later ${count}`);
  await expect(ada.page.getByRole('button', { name: '5 new' })).toBeVisible();
  await expect.poll(async () => Math.abs((await place()) - before)).toBeLessThanOrEqual(2);
  await ada.page.getByRole('button', { name: '5 new' }).click();
  await expect(ada.message('later 4')).toBeInViewport();
});

test('a conversation is shown again where it was left', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await api(people.grace).create('group', [people.ada], 'Kitchen');
  await fill(api(people.grace), id, 50, (index) => `line ${index}`);
  const ada = await enter(people.ada);
  await ada.goTo(id);
  const list = ada.page.locator('.messages-scroll');
  await list.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await expect(ada.item('lounge').locator('.badge')).toHaveCount(0);
  await list.evaluate((scroller) => scroller.scrollBy(0, -700));
  await expect(ada.page.getByRole('button', { name: 'Latest' })).toBeVisible();
  const uppermost = () => list.evaluate((scroller) => {
    const top = scroller.getBoundingClientRect().top;
    return [...scroller.querySelectorAll<HTMLElement>('article')].find((row) => row.getBoundingClientRect().bottom > top)?.dataset.seq;
  });
  const left = await settled(uppermost);
  await ada.open('Kitchen');
  await ada.open('lounge');
  await expect.poll(uppermost).toBe(left);
  await ada.page.getByRole('button', { name: 'Latest' }).click();
  await ada.open('Kitchen');
  await ada.open('lounge');
  await expect(ada.messages.last()).toBeInViewport();
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '50');
});

test('more unread messages than a page are not read unseen: a bar leads to the first of them', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await fill(api(people.grace), id, 130, (index) => `line ${index}`);
  const ada = await enter(people.ada);
  await ada.goTo(id);
  const badge = ada.item('lounge').locator('.badge');
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '130');
  await expect(ada.page.getByText('130 new messages')).toBeVisible();
  await ada.page.getByRole('button', { name: 'Jump to first' }).click();
  await expect(ada.page.locator('.new-line')).toBeInViewport();
  await expect(ada.page.locator('article[data-seq="1"]')).toBeInViewport();
  await expect(ada.page.getByText('130 new messages')).toHaveCount(0);
  await expect(ada.page.getByRole('region', { name: 'Messages' })).toBeFocused();
  await expect(badge).toContainText('130');
  await ada.page.getByRole('button', { name: '130 new' }).click();
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '130');
  await expect(badge).toHaveCount(0);
});

test('a text that grows while it is written leaves the list at its end', async ({ enter, people, api }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await fill(api(people.grace), id, 30, (index) => `line ${index}`);
  const ada = await enter(people.ada);
  await ada.goTo(id);
  await ada.page.locator('.messages-scroll').evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await expect(ada.item('lounge').locator('.badge')).toHaveCount(0);
  await ada.composer.fill('one\ntwo\nthree\nfour\nfive\nsix\nseven');
  await expect(ada.message('line 30')).toBeInViewport({ ratio: 1 });
  await expect(ada.page.locator('.to-latest')).toHaveCount(0);
});

test('what comes while an empty page of history is on its way is shown', async ({ enter, people, api }) => {
  // A call may pass by a route where a service worker begins to control the page meanwhile.
  const ada = await enter(people.ada, { serviceWorkers: 'block' });
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await ada.page.route(/\/messages\?limit=/u, async (route) => {
    const response = await route.fetch();
    await api(people.grace).post(id, 'first');
    await expect(ada.item('lounge')).toContainText('first');
    await route.fulfill({ response });
  }, { times: 1 });
  await ada.goTo(id);
  await ada.hasExactly(['first']);
  // The browser's own, of the worker.
  ada.complaints.splice(0);
});

test('a hole in the middle is shown and filled', async ({ enter, people, api, network }) => {
  const { id } = await api(people.grace).create('group', [people.ada], 'lounge');
  await fill(api(people.grace), id, 20, (index) => `line ${index}`);
  const ada = await enter(people.ada, { url: network.url });
  await ada.goTo(id);
  await expect(ada.messages.last()).toHaveAttribute('data-seq', '20');
  await network.cut();
  await fill(api(people.grace), id, 280, (index) => `meanwhile ${index}`);
  await network.restore();
  await ada.isLive();
  await ada.page.reload();
  await ada.isLive();
  const list = ada.page.getByRole('region', { name: 'Messages' });
  const seen = new Set<number>();
  await expect(async () => {
    for (const seq of await ada.messages.evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.seq)))) seen.add(seq);
    // Up to the beginning, and again where rows were passed by before they were drawn.
    await list.evaluate((scroller) => (scroller.scrollTop > 0 ? scroller.scrollBy(0, -400) : scroller.scrollTo(0, scroller.scrollHeight)));
    expect(seen.size).toBe(300);
  }).toPass({ timeout: 120_000, intervals: [50] });
});
