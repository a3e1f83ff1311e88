import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';

/** One person's window, with the words that the tests use. */
export class Device {
  readonly page: Page;
  readonly name: string;
  /** What the console complained about, other than a network that the test itself had cut. */
  readonly complaints: string[] = [];

  constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
    page.on('pageerror', (error) => this.complaints.push(String(error.stack)));
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // The browser itself says these when the server or the network is gone.
      if (/net::ERR_|WebSocket connection to .* failed|Failed to load resource: the server responded with a status of (?:502|503)/u.test(message.text())) return;
      this.complaints.push(message.text());
    });
  }

  static async signIn(context: BrowserContext, url: string, name: string): Promise<Device> {
    const device = new Device(await context.newPage(), name);
    await device.page.goto(url);
    await device.page.getByLabel('Your name').fill(name);
    await device.page.getByRole('button', { name: 'Sign in' }).click();
    await device.isLive();
    return device;
  }

  async isLive(): Promise<void> {
    await expect(this.page.locator('.connection')).toHaveAttribute('data-state', 'live', { timeout: 90_000 });
  }

  /** As a person would who has just started the server again: doesn't wait for the next try. */
  async tryNow(): Promise<void> {
    await this.page.getByRole('button', { name: 'Try now' }).click({ timeout: 1_000 }).catch(() => undefined);
    await this.isLive();
  }

  async status(): Promise<string> {
    return (await this.page.locator('.connection').getAttribute('data-state')) ?? '';
  }

  /** Starts a direct conversation by its dialog. */
  async startDirect(userId: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New conversation' }).first().click();
    await this.page.getByRole('dialog').getByLabel('With', { exact: true }).fill(userId);
    await this.page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(this.composer).toBeVisible();
  }

  async open(title: string | RegExp): Promise<void> {
    await this.item(title).click();
    await expect(this.composer).toBeVisible();
  }

  async goTo(conversationId: string): Promise<void> {
    await this.page.evaluate((id) => void (location.hash = `#/c/${id}`), conversationId);
    await expect(this.composer).toBeVisible();
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  item(title: string | RegExp): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: title });
  }

  get composer(): Locator {
    return this.page.locator('#composer');
  }

  get messages(): Locator {
    return this.page.locator('.messages article');
  }

  message(text: string): Locator {
    // Not in the whole row, where what it says is followed by when: "line 3" and "05:55" would be "line 30", too.
    return this.messages.filter({ has: this.page.locator('.message-text', { hasText: text }) });
  }

  get badge(): Locator {
    return this.page.getByTestId('notification-badge');
  }

  get bell(): Locator {
    return this.page.locator('.bell');
  }

  /** Texts of what is shown as sent, in order. */
  async texts(): Promise<string[]> {
    return this.page.locator('.messages article[data-seq] .message-text').allInnerTexts();
  }

  /** Shows this device each text once, in this order, with nothing pending. */
  async hasExactly(texts: string[]): Promise<void> {
    await expect(this.page.locator('[data-pending="true"]')).toHaveCount(0);
    await expect.poll(() => this.texts(), { timeout: 60_000 }).toEqual(texts);
  }

  /** Another window or tab in front, as far as the page can tell. */
  async setVisible(isVisible: boolean): Promise<void> {
    await this.page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isVisible ? 'visible' : 'hidden');
  }
}
