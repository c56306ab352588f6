import { source as axeSource } from 'axe-core';
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where a Chromium is: CHROME_PATH, else Debian's; null when neither is there. */
export const CHROMIUM =
  [process.env['CHROME_PATH'] ?? '', '/usr/bin/chromium'].find((path) => existsSync(path)) ?? null;

/** openBrowser starts the Chromium without a screen. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Faults are what a page said that it should not have: errors of scripts and policies, and requests to other hosts. */
export function watchFaults(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A refused sign-in is logged by the browser itself.
    if (message.type() === 'error' && !message.text().includes('401'))
      faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`asked ${request.url()}`);
  });
  return faults;
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** seriousIssues lists what axe finds on a page that is serious or critical, with the first element of each. */
export async function seriousIssues(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}
