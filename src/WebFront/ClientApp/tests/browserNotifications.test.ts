import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeBrowserNotifications, permission, showBrowserNotification } from '@/lib/notifications/browserNotifications';
import { notification } from './people';

class FakeNotification extends EventTarget {
  static permission: NotificationPermission = 'granted';
  static shown: FakeNotification[] = [];
  readonly close = vi.fn(() => this.dispatchEvent(new Event('close')));
  readonly title: string;
  readonly options: NotificationOptions;
  constructor(title: string, options: NotificationOptions) {
    super();
    this.title = title;
    this.options = options;
    FakeNotification.shown.push(this);
  }
}

beforeEach(() => {
  FakeNotification.permission = 'granted';
  FakeNotification.shown = [];
  vi.stubGlobal('Notification', FakeNotification);
});
afterEach(() => void vi.unstubAllGlobals());

describe('a browser notification', () => {
  it('has the sender in its title and a tag that stays the same', async () => {
    expect(await showBrowserNotification(notification('msg-1'), vi.fn())).toBe(true);
    const [shown] = FakeNotification.shown;
    expect(shown?.title).toBe('New message from grace');
    expect(shown?.options).toMatchObject({ body: 'Hello there!', tag: 'msg-1' });
    expect(shown?.options.icon).toMatch(/\/notification-icon\.png$/u);
  });

  it('leads to its message', async () => {
    const onClick = vi.fn();
    await showBrowserNotification(notification('msg-2'), onClick);
    FakeNotification.shown[0]?.dispatchEvent(new Event('click'));
    expect(onClick).toHaveBeenCalledWith('conv_lounge', 'msg_1');
  });

  it('is closed once it is read elsewhere, and only that one', async () => {
    await showBrowserNotification(notification('msg-3'), vi.fn());
    await showBrowserNotification(notification('msg-4'), vi.fn());
    await closeBrowserNotifications((id) => id === 'msg-3');
    expect(FakeNotification.shown.map(({ close }) => close.mock.calls.length)).toEqual([1, 0]);
  });

  it('is left to the page where it is denied, not yet allowed, or unknown', async () => {
    for (const state of ['denied', 'default'] as const) {
      FakeNotification.permission = state;
      expect(await showBrowserNotification(notification('msg-5'), vi.fn())).toBe(false);
    }
    vi.unstubAllGlobals();
    Reflect.deleteProperty(window, 'Notification');
    expect(permission()).toBe('absent');
    expect(await showBrowserNotification(notification('msg-5'), vi.fn())).toBe(false);
  });
});
