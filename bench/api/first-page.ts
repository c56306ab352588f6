import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where a Chromium is: CHROME_PATH, else Debian's; null when neither is there. */
// eslint-disable-next-line no-restricted-properties -- where a browser is, is no setting of the product
const CHROMIUM = [process.env['CHROME_PATH'] ?? '', '/usr/bin/chromium'].find((path) => existsSync(path)) ?? null;

/** Who opens the page. */
interface Login {
  readonly name: string;
  readonly password: string;
}

/**
 * firstPage opens the first page in a browser that was never there, again and again, and gives the milliseconds until
 * its figures stand there and its chart is drawn; null where there is no Chromium.
 */
export async function firstPage(url: string, login: Login, times: number): Promise<number[] | null> {
  if (CHROMIUM === null) return null;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const ms: number[] = [];
    for (let time = 0; time < times; time += 1) ms.push(await opened(browser, url, login));
    return ms;
  } finally {
    await browser.close();
  }
}

async function opened(browser: Browser, url: string, login: Login): Promise<number> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  try {
    const signedIn = await context.request.post('/v1/session', { headers: { 'x-paceline': '1' }, data: login });
    if (!signedIn.ok()) throw new Error(`nobody could sign in: ${signedIn.status()}`);
    const page = await context.newPage();
    const began = performance.now();
    await page.goto('/');
    await Promise.all([page.locator('.hero .big').waitFor(), page.locator('canvas').first().waitFor()]);
    return performance.now() - began;
  } finally {
    await context.close();
  }
}
