/* Keeps the page itself, so that it starts without a network. What people write and read is the page's own to keep. */
const shell = 'chat-shell-1';

self.addEventListener('install', (event) => {
  event.waitUntil(fetch('./', { cache: 'reload' }).then(keepShell).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

/** Keeps a page together with the scripts and styles it names; those of older pages go. */
async function keepShell(response) {
  if (!response.ok) return;
  const cache = await caches.open(shell);
  const kept = response.clone();
  const html = await response.text();
  const assets = [...html.matchAll(/(?:src|href)="(\.?\/?assets\/[^"]+)"/g)].map((match) => new URL(match[1], self.registration.scope).href);
  const others = ['favicon.svg', 'notification-icon.png', 'client-config.json', 'manifest.webmanifest'];
  const wanted = [...assets, ...others.map((name) => new URL(name, self.registration.scope).href)];
  await Promise.all(wanted.map(async (url) => {
    if (assets.includes(url) && (await cache.match(url))) return;
    const answer = await fetch(url, { cache: 'no-cache' });
    if (answer.ok) await cache.put(url, answer);
  }));
  await cache.put(self.registration.scope, kept);
  for (const { url } of await cache.keys()) {
    if (url.includes('/assets/') && !assets.includes(url)) await cache.delete(url);
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  const path = url.href.slice(self.registration.scope.length);
  // Not this page's: kept, the operator's page would stand in its place.
  if (/^(?:api|hubs|ws|openapi|health|metrics|operator)\b/.test(path)) return;
  if (request.mode === 'navigate') {
    const page = fetch(request);
    // Kept behind the person's back: the page needn't wait for it.
    event.waitUntil(page.then((response) => keepShell(response.clone()), () => undefined));
    event.respondWith(orKept(page.then((response) => response.clone()), self.registration.scope));
  } else if (path.startsWith('assets/')) {
    // Their names hold a hash of what is in them: one that is kept never changes.
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  } else {
    event.respondWith(orKept(fetch(request), request));
  }
});

/** The answer, or what is kept where there is none: a proxy whose server is being restarted answers in its place. */
async function orKept(answer, request) {
  const [response, error] = await answer.then((one) => [one], (failure) => [undefined, failure]);
  if (response && response.status < 500) return response;
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept ?? response) return kept ?? response;
  throw error;
}

/** Where the page shows what a notification is about: the same address as the page's own links. */
function placeOf({ conversationId, messageId }) {
  if (!conversationId) return '';
  return `#/c/${encodeURIComponent(conversationId)}${messageId ? `/${encodeURIComponent(messageId)}` : ''}`;
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const about = event.notification.data ?? {};
  event.waitUntil((async () => {
    const [page] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (page) {
      await page.focus();
      page.postMessage(about, []);
    } else {
      // All that one click allows, and a page that begins hears no message yet: its address says where.
      await self.clients.openWindow(self.registration.scope + placeOf(about));
    }
  })());
});
