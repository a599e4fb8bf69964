import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Debian's browser, with a profile of its own. */
export type Browser = { readonly context: BrowserContext; close(): Promise<void> };

export type BrowserOptions = {
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly scale?: number;
};

const CHROMIUM = '/usr/bin/chromium';

/** Starts Chromium without a window, and without anything of its own on the network. */
export async function startBrowser({
  widthPx = 1200,
  heightPx = 800,
  scale = 1,
}: BrowserOptions = {}): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width: widthPx, height: heightPx },
    deviceScaleFactor: scale,
    locale: 'en-GB',
    timezoneId: 'UTC',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
