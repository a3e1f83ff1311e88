import type { BrowserContext, Page } from '@playwright/test';

export interface Shown {
  title: string;
  body?: string;
  tag?: string;
  open: boolean;
}

/**
 * Records what the page asks the browser to notify of: a headless browser has no desktop to look at. Whether it may is
 * the browser's own permission, or `denied`, or the whole API taken away, as some browsers have it. Records toasts too: they go by themselves.
 */
export async function recordNotifications(context: BrowserContext, state: 'granted' | 'denied' | 'default' | 'absent'): Promise<void> {
  await context.addInitScript((permission) => {
    const toasts: string[] = [];
    new MutationObserver((changes) => {
      const added = changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
      for (const element of added.flatMap((one) => [one, ...one.querySelectorAll('*')])) {
        if (element.matches('.toast')) toasts.push(element.textContent);
      }
    }).observe(document, { childList: true, subtree: true });
    Object.assign(window, { shownToasts: toasts });
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

/** The texts of all toasts that the page has shown since it began, also of those that are gone. */
export function shownToasts(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { shownToasts: string[] }).shownToasts);
}
