import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { setGoal } from '../../src/clickhouse/goals';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../src/demo/writers/template';
import { type ApiServer, buildServer } from '../../src/http/server';
import { silentLogger } from '../../src/log';
import { type FileReport } from '../../src/domain/order-file';
import { addAccount } from '../../src/operations/accounts';
import { ingestFile } from '../../src/operations/ingest-file';
import { type TestStore, useStores } from '../support/store';
import { textOf } from '../support/template-text';
import { CHROMIUM, openBrowser, seriousIssues, watchFaults } from './browser';

const NOW = '2026-06-20 09:00:00';
const PASSWORD = 'a long enough password';
const DAY = '2026-06-05';
const [GOOD, DOUBTFUL] = ['good.csv', 'doubtful.csv'];
const EXPORTED_AT = new Date('2026-06-10T01:00:00Z');

if (CHROMIUM === null) {
  process.stderr.write('No Chromium at CHROME_PATH or /usr/bin/chromium: the dashboard is not tested.\n');
}
const inBrowser = CHROMIUM === null ? test.skip : test;

const stores = useStores();
let browser: Browser | null = null;
let store: TestStore;
let server: ApiServer;
let origin: string;
let context: BrowserContext;
let page: Page;
let faults: string[];

const order = (shop: string, id: string, gross: string): string[] =>
  `douyin|${shop}|${id}||${DAY} 10:00:00|${DAY} 10:00:30|||待发货|1|茶|广东省|${gross}|0.00|0.00|0.00`.split('|');

/** The age of a file says when it was exported. */
async function load(name: string, rows: readonly (readonly string[])[]): Promise<FileReport> {
  const path = join(store.folder, name);
  writeFileSync(path, textOf(rows));
  utimesSync(path, EXPORTED_AT, EXPORTED_AT);
  return await ingestFile(store, { path });
}

beforeAll(async () => {
  if (CHROMIUM !== null) browser = await openBrowser(CHROMIUM);
});
afterAll(async () => await browser?.close());

/** A loaded file of 30.25 yuan, and a held one: a third of its rows cannot be read, the others have 12.50 yuan. */
beforeEach(async () => {
  if (browser === null) return;
  store = await stores.open({ now: NOW, settings: { maxRejectShare: 0.1 } });
  const good = [TEMPLATE_COLUMNS, order('云岫茶行', 'DY0001', '10.00'), order('云岫茶行', 'DY0002', '20.25')];
  const doubtful = [
    TEMPLATE_COLUMNS,
    order('云岫陶坊', 'DY0003', '5.00'),
    order('云岫陶坊', 'DY0004', '7.50'),
    order('云岫陶坊', 'DY0005', 'much'),
  ];
  expect(await load(GOOD, good)).toMatchObject({ status: 'committed' });
  expect(await load(DOUBTFUL, doubtful)).toMatchObject({ status: 'held' });
  await refreshTotals(store.db, store.now);
  await setGoal(store.db, { year: 2026, measure: 'net', amount: 100_000n, setOn: '2026-01-01' }, store.now());
  await addAccount(store, { name: 'bayar', password: PASSWORD, role: 'operator', limit: {} }, 'a test');
  server = await buildServer({
    store: { use: (work) => work(store) },
    nightUnderWay: () => Promise.resolve(null),
    jobs: () => Promise.resolve(null),
    now: store.now,
    log: silentLogger,
    publicUrl: 'http://127.0.0.1',
    assets: join(__dirname, '../../dist/dashboard'),
  });
  origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
  context = await browser.newContext({ baseURL: origin, viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  faults = watchFaults(page, origin);
});
afterEach(async () => {
  if (browser === null) return;
  await context.close();
  await server.close();
  expect(faults).toEqual([]);
});

async function signIn(): Promise<void> {
  await page.goto('/');
  await page.getByLabel('用户名').fill('bayar');
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('navigation').waitFor();
}

/** The last row of the table of totals. */
const total = async (): Promise<string> => await page.locator('tfoot').innerText();

inBrowser(
  'an operator signs in, explores down to the file of a figure, and sees totals change when a held file is released',
  async () => {
    await page.goto('/');
    await page.getByLabel('用户名').fill('bayar');
    await page.getByLabel('密码').fill('not the right password');
    await page.getByRole('button', { name: '登录' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('用户名与密码不符');
    await signIn();

    await page.getByRole('link', { name: '数据查询' }).click();
    await page.getByRole('link', { name: '抖音' }).click();
    await page.getByRole('checkbox', { name: '日', exact: true }).check();
    await page.getByRole('link', { name: DAY, exact: true }).waitFor();
    expect(await total()).toContain('30.25');
    // The address is the view: opened anew, it shows the same.
    expect(page.url()).toContain('platform=douyin');
    await page.reload();
    await page.getByRole('link', { name: `来源：${DAY}` }).click();
    await page.getByText('各文件相加与汇总完全一致').waitFor();
    await page.getByRole('button', { name: '显示订单明细' }).click();
    await page.getByRole('rowheader', { name: 'DY0002', exact: true }).waitFor();
    await page.getByRole('link', { name: GOOD }).click();
    await page.getByRole('heading', { name: GOOD }).waitFor();

    await page.getByRole('link', { name: '文件', exact: true }).click();
    await page.getByRole('link', { name: '1个文件待处理' }).click();
    await page.getByRole('link', { name: DOUBTFUL }).click();
    await page.getByText('不是金额').waitFor();
    await page.getByRole('button', { name: '放行入库' }).click();
    await page.getByLabel('理由').fill('与商家核对过');
    await page.getByRole('dialog').getByRole('button', { name: '放行入库' }).click();
    await page.getByText('已放行').waitFor();
    expect(await page.getByText('操作人：bayar').last().innerText()).toContain('与商家核对过');

    await page.getByRole('link', { name: '数据查询' }).click();
    await expect(changed()).resolves.toContain('42.75');
  },
);

/** The answers of the API are kept by the version of the data, which it looks up once a second. */
async function changed(): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    await page.locator('tfoot').waitFor();
    const shown = await total();
    if (shown.includes('42.75') || tries > 20) return shown;
    await page.waitForTimeout(200);
    await page.reload();
  }
}

inBrowser('no page has a serious issue for axe, nor runs over its screen, in either language and look', async () => {
  await signIn();
  const { files } = await page.evaluate<{ files: { fileId: string }[] }>(
    "fetch('/v1/files?status=held').then((answer) => answer.json())",
  );
  const pages = [
    'overview',
    'totals?by=platform,month',
    'totals?by=day',
    `explain?day=${DAY}&platform=douyin`,
    'completeness',
    'files',
    `file/${files[0]?.fileId ?? ''}`,
    'alerts',
    'goals',
    'accounts',
    'nowhere',
  ];
  const issues: string[] = [];
  for (const [language, scheme, width] of [
    ['zh', 'light', 1440],
    ['en', 'dark', 375],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate(`localStorage.setItem('language', '${language}')`);
    await page.reload();
    for (const path of pages) {
      await page.goto(`/#/${path}`);
      await page.waitForLoadState('networkidle');
      while ((await page.locator('.loading').count()) > 0) await page.waitForTimeout(50);
      const over = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (over > 0) issues.push(`${path} ${language} ${width}: ${over} pixels too wide`);
      issues.push(...(await seriousIssues(page)).map((issue) => `${path} ${language} ${scheme}: ${issue}`));
    }
  }
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  issues.push(...(await seriousIssues(page)));
  expect(issues).toEqual([]);
});
