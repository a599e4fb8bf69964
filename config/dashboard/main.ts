import { readHints } from './model/settings.ts';
import { startPage } from './page.ts';

/* The page's process: it alone has a clock, timers and chance, and hands them on. */

/** Not more often than this, so that a flood of messages leaves time for everything else. */
const DRAW_EVERY_MS = 200;
const MOMENT_MS = 3_000;

/** What the server of the page knows: a page on a plain file server does without. */
async function askServer(): Promise<unknown> {
  try {
    const answer = await fetch('settings.json', { cache: 'no-store' });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

startPage({
  hints: readHints(await askServer(), location.href),
  nowMs: () => Date.now(),
  random: Math.random,
  later: (draw) => {
    setTimeout(draw, DRAW_EVERY_MS);
  },
  everyMoment: (tick) => {
    setInterval(() => {
      if (!document.hidden) tick();
    }, MOMENT_MS);
  },
});
// Browsers offer it on https and on this machine only; elsewhere the page is what the browser's cache has.
if ('serviceWorker' in navigator) navigator.serviceWorker.register('offline.js').catch(() => undefined);
