/*
 * The service worker: the page opens without its server, with what was fetched last. Never holds what the server knows
 * at the moment (settings.json, controls), nor anything that is not a file of the page.
 */

type ExtendableEvent = Event & { waitUntil(work: Promise<unknown>): void };
type FetchEvent = Event & { readonly request: Request; respondWith(answer: Promise<Response>): void };
type OfflineScope = {
  readonly registration: { readonly scope: string };
  addEventListener(name: 'install', listener: (event: ExtendableEvent) => void): void;
  addEventListener(name: 'fetch', listener: (event: FetchEvent) => void): void;
};

const scope = globalThis as unknown as OfflineScope;
const CACHE = 'page';
const FILES: readonly string[] = ['./', 'page.js', 'page-style.css', 'icon.svg', 'manifest.json'];
const addresses: readonly string[] = FILES.map((file) => new URL(file, scope.registration.scope).href);

scope.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...addresses])));
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && addresses.includes(request.url.split('#', 1)[0] ?? ''))
    event.respondWith(freshOrKept(request));
});

async function freshOrKept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept !== undefined) return kept;
    throw error;
  }
}
