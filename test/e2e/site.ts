import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type Page } from 'playwright-core';
import { setGoal } from '../../src/clickhouse/goals';
import { registerShops } from '../../src/clickhouse/shops';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../src/demo/writers/template';
import { type Account } from '../../src/domain/access';
import { DEFAULT_ALERT_SETTINGS } from '../../src/domain/alert-settings';
import { UNKNOWN_TRAITS } from '../../src/domain/shop-register';
import { buildServer } from '../../src/http/server';
import { silentLogger } from '../../src/log';
import { type FileReport } from '../../src/domain/order-file';
import { addAccount } from '../../src/operations/accounts';
import { ingestFile } from '../../src/operations/ingest-file';
import { raiseAlerts } from '../../src/operations/raise-alerts';
import { type NightProgress } from '../../src/queue/night';
import { type TestStore, useStores } from '../support/store';
import { textOf } from '../support/template-text';
import { CHROMIUM, openBrowser, watchFaults } from './browser';

const NOW = '2026-06-20 09:00:00';
export const PASSWORD = 'a long enough password';
export const DAY = '2026-06-05';
export const [GOOD, DOUBTFUL] = ['good.csv', 'doubtful.csv'];
const EXPORTED_AT = new Date('2026-06-10T01:00:00Z');

if (CHROMIUM === null) {
  process.stderr.write('No Chromium at CHROME_PATH or /usr/bin/chromium: the dashboard is not tested.\n');
}
export const inBrowser = CHROMIUM === null ? test.skip : test;

/** Site is the dashboard in a browser. Its store has a loaded file of 30.25 yuan, and a held one. */
export interface Site {
  readonly page: Page;
  readonly store: TestStore;
  /** Of the held file: a third of its rows cannot be read, the others have 12.50 yuan. */
  readonly heldId: string;
  /** What went wrong in the browser: a test that means it takes it out again. */
  readonly faults: string[];
  /** What is told of a night under way. */
  night: NightProgress | null;
  readonly signIn: (name?: string) => Promise<void>;
  /** Opens a page and waits until all of it is there. */
  readonly opened: (path: string) => Promise<void>;
}

export const order = (shop: string, id: string, gross: string): string[] =>
  `douyin|${shop}|${id}||${DAY} 10:00:00|${DAY} 10:00:30|||待发货|1|茶|广东省|${gross}|0.00|0.00|0.00`.split('|');

/** load reads a file of orders. Its age says when it was exported. */
export async function load(store: TestStore, name: string, rows: readonly (readonly string[])[]): Promise<FileReport> {
  const path = join(store.folder, name);
  writeFileSync(path, textOf([TEMPLATE_COLUMNS, ...rows]));
  utimesSync(path, EXPORTED_AT, EXPORTED_AT);
  return await ingestFile(store, { path });
}

/** register says of which league a shop is. */
export async function register(store: TestStore, shop: string, league: string): Promise<void> {
  const said = { ...UNKNOWN_TRAITS, platform: 'douyin', shop, validFrom: '2026-01-01', league };
  await registerShops(store.db, [said], store.now());
}

/** account makes an account of the tests' password. */
export async function account(store: TestStore, wish: Account): Promise<void> {
  await addAccount(store, { ...wish, password: PASSWORD }, 'a test');
}

/** useSite gives each test of a suite a site of its own, whose operator is `bayar`. */
export function useSite(): () => Site {
  let browser: Browser | null = null;
  let site: Site;
  let close: () => Promise<void>;
  beforeAll(async () => {
    if (CHROMIUM !== null) browser = await openBrowser(CHROMIUM);
  });
  afterAll(async () => await browser?.close());
  beforeEach(async () => {
    if (browser === null) return;
    const alerts = { ...DEFAULT_ALERT_SETTINGS, to: ['office@example.cn'] };
    const store = await stores.open({ now: NOW, settings: { maxRejectShare: 0.1, alerts } });
    const heldId = await filled(store);
    const server = await buildServer({
      store: { use: (work) => work(store) },
      nightUnderWay: () => Promise.resolve(site.night),
      jobs: () => Promise.resolve(null),
      now: store.now,
      log: silentLogger,
      publicUrl: 'http://127.0.0.1',
      requestsAMinute: 2400,
      trustedProxies: [],
      assets: join(__dirname, '../../dist/dashboard'),
    });
    const origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({ baseURL: origin, viewport, locale: 'zh-CN' });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    site = { page, store, heldId, faults: watchFaults(page, origin), night: null, ...waysIn(page) };
    close = async () => {
      await context.close();
      await server.close();
    };
  });
  afterEach(async () => {
    if (browser === null) return;
    await close();
    expect(site.faults).toEqual([]);
  });
  // After the server: at its end it still writes down what was asked.
  const stores = useStores();
  return () => site;
}

/** Fills a store, and names its held file. */
async function filled(store: TestStore): Promise<string> {
  const good = [order('云岫茶行', 'DY0001', '10.00'), order('云岫茶行', 'DY0002', '20.25')];
  const doubtful = [
    order('云岫陶坊', 'DY0003', '5.00'),
    order('云岫陶坊', 'DY0004', '7.50'),
    order('云岫陶坊', 'DY0005', 'much'),
  ];
  expect(await load(store, GOOD, good)).toMatchObject({ status: 'committed' });
  const held = await load(store, DOUBTFUL, doubtful);
  expect(held).toMatchObject({ status: 'held' });
  await refreshTotals(store.db, store.now);
  await register(store, '云岫茶行', '包头市');
  for (const [scope, amount] of [
    [{}, 100_000n],
    [{ league: '包头市' }, 60_000n],
    [{ month: '2026-06' }, 10_000n],
  ] as const) {
    await setGoal(store.db, { year: 2026, measure: 'net', amount, setOn: '2026-01-01', scope }, store.now());
  }
  await raiseAlerts(store, {});
  await account(store, { name: 'bayar', role: 'operator', limit: {} });
  return held.fileId;
}

function waysIn(page: Page): Pick<Site, 'signIn' | 'opened'> {
  return {
    signIn: async (name = 'bayar') => {
      await page.goto('/');
      await page.getByLabel('用户名').fill(name);
      await page.getByLabel('密码').fill(PASSWORD);
      await page.getByRole('button', { name: '登录' }).click();
      await page.getByRole('navigation').waitFor();
    },
    opened: async (path) => {
      await page.goto(`/#/${path}`);
      await page.waitForLoadState('networkidle');
      while ((await page.locator('.loading, [aria-busy="true"]').count()) > 0) await page.waitForTimeout(50);
    },
  };
}
