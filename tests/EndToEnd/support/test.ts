import { test as base, type Browser, type BrowserContextOptions } from '@playwright/test';
import { expect } from '@playwright/test';
import { Api } from './api';
import { ChatServer } from './chatServer';
import { Device } from './device';
import { Network } from './network';

interface People {
  ada: string;
  grace: string;
  linus: string;
}

interface TestFixtures {
  /** Ids of people that no other test has met. */
  people: People;
  /** Signs a person in, in a browser of their own; `url` where it isn't the shared server. */
  enter: (name: string, options?: BrowserContextOptions & { url?: string }) => Promise<Device>;
  api: (name: string) => Api;
  /** A line to the shared server that this test may cut. */
  network: Network;
  /** A server that this test may kill. */
  ownServer: ChatServer;
}

let met = 0;

export const test = base.extend<TestFixtures, { server: ChatServer }>({
  server: [
    async ({}, use) => {
      const server = await ChatServer.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  people: async ({}, use, { workerIndex }) => {
    const tail = `${workerIndex}.${++met}`;
    await use({ ada: `ada.${tail}`, grace: `grace.${tail}`, linus: `linus.${tail}` });
  },
  enter: async ({ browser, server }, use) => {
    const devices: Device[] = [];
    await use(async (name, { url = server.url, ...options } = {}) => {
      const device = await signIn(browser, url, name, options);
      devices.push(device);
      return device;
    });
    for (const device of devices) expect(device.complaints, `${device.name}'s console`).toEqual([]);
    await Promise.all(devices.map(({ page }) => page.context().close()));
  },
  api: async ({ server }, use) => use((name) => new Api(server.url, name)),
  network: async ({ server }, use) => {
    const network = await Network.to(server.port);
    await use(network);
    await network.cut();
  },
  ownServer: async ({}, use) => {
    const server = await ChatServer.start();
    await use(server);
    await server.stop();
  },
});

async function signIn(browser: Browser, url: string, name: string, options: BrowserContextOptions): Promise<Device> {
  return Device.signIn(await browser.newContext(options), url, name);
}

export { expect };
