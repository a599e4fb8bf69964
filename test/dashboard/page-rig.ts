import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type PageServer, startPageServer } from '../../agent/commands/page-server.ts';
import { buildPage } from '../../config/packaging/page.ts';
import { type Browser, startBrowser } from './browser.ts';

/** The built page, its server and a browser, for all tests of a file. */
export type PageRig = {
  /** A tab with the page, looking at a broker; `errors` is what went wrong in it. */
  open(words: Readonly<Record<string, string>>): Promise<OpenPage>;
  /** Another server of the same page, for a test that ends it. */
  serve(): Promise<PageServer>;
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
};

export type OpenPage = { readonly page: Page; readonly errors: readonly string[] };

export async function startPageRig(): Promise<PageRig> {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  const [browser] = await Promise.all([startBrowser(), buildPage(folder)]);
  const serve = () =>
    startPageServer({
      folder,
      listen: { host: '127.0.0.1', port: 0 },
      hints: { brokerUrl: null, topicPrefix: 'replenish' },
    });
  const server = await serve();
  await browser.context.addInitScript({
    path: createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  });
  return {
    browser,
    serve,
    url: server.url,
    async open(words) {
      const page = await browser.context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => {
        // A broker that is away is a line of Chromium's own in the console.
        if (message.type() === 'error' && !message.text().includes('WebSocket connection'))
          errors.push(message.text());
      });
      page.setDefaultTimeout(40_000);
      await page.goto(`${server.url}#${new URLSearchParams(words)}`);
      return { page, errors };
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What axe finds wrong, a line each. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(
    'axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html.slice(0, 160), failureSummary].join(" "))))',
  );
  return Array.isArray(found) ? found.map(String) : ['axe said nothing'];
}
