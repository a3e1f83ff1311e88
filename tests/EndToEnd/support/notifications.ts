import type { BrowserContext, Page } from '@playwright/test';

export interface Shown {
  title: string;
  body?: string;
  tag?: string;
  open: boolean;
}

/**
 * Records what the page asks the browser to notify of: a headless browser has no desktop to look at. Whether it may is
 * the browser's own permission, or `denied`, or the whole API taken away, as some browsers have it.
 */
export async function recordNotifications(context: BrowserContext, state: 'granted' | 'denied' | 'default' | 'absent'): Promise<void> {
  await context.addInitScript((permission) => {
    if (permission === 'absent') {
      Reflect.deleteProperty(window, 'Notification');
      return;
    }
    const shown: (Shown & { click: () => void })[] = [];
    class Recorder extends EventTarget {
      static permission = permission;
      static asked = 0;
      static requestPermission(): Promise<string> {
        Recorder.asked++;
        Recorder.permission = 'granted';
        return Promise.resolve('granted');
      }
      constructor(title: string, options: NotificationOptions = {}) {
        super();
        const entry = { title, body: options.body, tag: options.tag, open: true, click: () => void this.dispatchEvent(new Event('click')) };
        this.close = () => {
          entry.open = false;
          this.dispatchEvent(new Event('close'));
        };
        shown.push(entry);
      }
      close: () => void;
    }
    Object.assign(window, { Notification: Recorder, shownNotifications: shown });
  }, state);
}

export function shown(page: Page): Promise<Shown[]> {
  return page.evaluate(() => {
    const all = (window as unknown as { shownNotifications: Shown[] }).shownNotifications;
    return all.map(({ title, body, tag, open }) => ({ title, body, tag, open }));
  });
}
