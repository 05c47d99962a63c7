/**
 * The team page without a network: its own files, as they were when it was last open. It asks the
 * network first, so nobody sees an old page; nothing private is ever kept here.
 */
const SHELF = "sayyar-team";
const LISTS = ["/api/v1/codes", "/api/v1/ground"];

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keep(event.data)));
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const ours = event.request.method === "GET" && origin === location.origin;
  if (!ours || (pathname.startsWith("/api/") && !LISTS.includes(pathname))) return;
  event.respondWith(answer(event.request));
});

/** Keep exactly these addresses. */
async function keep(addresses) {
  const shelf = await caches.open(SHELF);
  const wanted = [...addresses, ...LISTS].map((it) => new URL(it, location.origin).href);
  for (const request of await shelf.keys()) {
    if (!wanted.includes(request.url)) await shelf.delete(request);
  }
  await shelf.addAll(wanted);
}

async function answer(request) {
  try {
    return await fetch(request);
  } catch (thrown) {
    const shelf = await caches.open(SHELF);
    const kept = await shelf.match(request.mode === "navigate" ? "/team" : request.url);
    if (kept) return kept;
    throw thrown;
  }
}
