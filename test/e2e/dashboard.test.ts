import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { alertWords } from '../../src/clickhouse/alert-words';
import { setGoal } from '../../src/clickhouse/goals';
import { registerShops } from '../../src/clickhouse/shops';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../src/demo/writers/template';
import { DEFAULT_ALERT_SETTINGS } from '../../src/domain/alert-settings';
import { UNKNOWN_TRAITS } from '../../src/domain/shop-register';
import { type ApiServer, buildServer } from '../../src/http/server';
import { silentLogger } from '../../src/log';
import { type FileReport } from '../../src/domain/order-file';
import { addAccount } from '../../src/operations/accounts';
import { ingestFile } from '../../src/operations/ingest-file';
import { textsEn as en } from '../../src/dashboard/texts-en';
import { textsZh as zh } from '../../src/dashboard/texts-zh';
import { releaseFile } from '../../src/operations/decide-file';
import { raiseAlerts } from '../../src/operations/raise-alerts';
import { type NightProgress } from '../../src/queue/night';
import { cellsOf, reopenParquet, reopenXlsx } from '../support/reopen';
import { type TestStore, useStores } from '../support/store';
import { textOf } from '../support/template-text';
import { CHROMIUM, openBrowser, seriousIssues, watchFaults } from './browser';

const NOW = '2026-06-20 09:00:00';
const PASSWORD = 'a long enough password';
const DAY = '2026-06-05';
const [GOOD, DOUBTFUL] = ['good.csv', 'doubtful.csv'];
const SHOP = { platform: 'douyin', shop: '云岫茶行' } as const;
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
let night: NightProgress | null;
let heldId: string;

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
  night = null;
  const alerts = { ...DEFAULT_ALERT_SETTINGS, to: ['office@example.cn'] };
  store = await stores.open({ now: NOW, settings: { maxRejectShare: 0.1, alerts } });
  const good = [TEMPLATE_COLUMNS, order('云岫茶行', 'DY0001', '10.00'), order('云岫茶行', 'DY0002', '20.25')];
  const doubtful = [
    TEMPLATE_COLUMNS,
    order('云岫陶坊', 'DY0003', '5.00'),
    order('云岫陶坊', 'DY0004', '7.50'),
    order('云岫陶坊', 'DY0005', 'much'),
  ];
  expect(await load(GOOD, good)).toMatchObject({ status: 'committed' });
  const held = await load(DOUBTFUL, doubtful);
  expect(held).toMatchObject({ status: 'held' });
  heldId = held.fileId;
  await refreshTotals(store.db, store.now);
  await registerShops(
    store.db,
    [{ ...UNKNOWN_TRAITS, ...SHOP, validFrom: '2026-01-01', league: '包头市' }],
    store.now(),
  );
  for (const [scope, amount] of [
    [{}, 100_000n],
    [{ league: '包头市' }, 60_000n],
    [{ month: '2026-06' }, 10_000n],
  ] as const) {
    await setGoal(store.db, { year: 2026, measure: 'net', amount, setOn: '2026-01-01', scope }, store.now());
  }
  await raiseAlerts(store, {});
  await addAccount(store, { name: 'bayar', password: PASSWORD, role: 'operator', limit: {} }, 'a test');
  server = await buildServer({
    store: { use: (work) => work(store) },
    nightUnderWay: () => Promise.resolve(night),
    jobs: () => Promise.resolve(null),
    now: store.now,
    log: silentLogger,
    publicUrl: 'http://127.0.0.1',
    requestsAMinute: 1200,
    trustedProxies: [],
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

test('a browser is sent less than 400 kB of scripts, compressed', () => {
  const folder = join(__dirname, '../../dist/dashboard/assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js.gz'));
  const bytes = scripts.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(400_000);
});

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
    await page.getByText('42.75').first().waitFor();
    expect(await total()).toContain('42.75');
  },
);

inBrowser('an operator mutes an alert with a reason and an end, and hears of it again', async () => {
  await signIn();
  await page.getByRole('link', { name: '提醒', exact: true }).click();
  await page.getByRole('button', { name: /^静音：文件待处理/ }).click();
  await page.getByLabel('截止日期').fill('2026-06-25');
  await page.getByLabel('理由').fill('商家正在更正');
  await page.getByRole('dialog').getByRole('button', { name: '静音' }).click();
  await page.getByRole('status').getByText('已静音至2026年6月25日').waitFor();
  const quiet = page.getByRole('region', { name: '暂停通知' }).getByRole('row').last();
  expect(await quiet.innerText()).toMatch(/文件待处理[^]*2026年6月25日[^]*商家正在更正[^]*bayar/);
  expect(await page.getByRole('button', { name: /^静音：文件待处理/ }).count()).toBe(0);
  await quiet.getByRole('button').click();
  await page.getByLabel('理由').fill('已更正');
  await page.getByRole('dialog').getByRole('button', { name: '恢复通知' }).click();
  await page.getByText('没有暂停的通知').waitFor();
  const said = await alertWords(store.db);
  expect(said.map(({ word, reason, by }) => [word, reason, by])).toEqual([
    ['mute', '商家正在更正', 'bayar'],
    ['unmute', '已更正', 'bayar'],
  ]);
});

inBrowser('a night under way is shown as it goes on, and its end without a reload', async () => {
  night = { nightId: 'night-2026-06-20', step: 'ingest', filesDone: 3, filesFailed: 1, filesTotal: 10 };
  await signIn();
  await page.getByText('3 / 10 个文件，1个失败').waitFor();
  await page.getByRole('list', { name: '刚处理的文件' }).getByText(DOUBTFUL).waitFor();
  night = { ...night, filesDone: 9 };
  await page.getByText('9 / 10 个文件，1个失败').waitFor();
  night = null;
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
});

inBrowser.each([
  [1920, 1080],
  [3840, 2160],
])('the wall screen fits %s × %s without scrolling, and shows new figures by itself', async (width, height) => {
  await page.clock.install();
  await signIn();
  await page.setViewportSize({ width, height });
  await page.goto('/wall');
  await page.locator('.wall .huge').waitFor();
  await page.locator('.wall canvas').waitFor();
  await page.waitForLoadState('networkidle');
  const hidden = await page.evaluate<
    string[]
  >(`[document.documentElement, ...document.querySelectorAll('.wall, .wall .card')]
    .filter((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)
    .map((box) => box.className || box.tagName)`);
  expect(hidden).toEqual([]);
  const sold = page.locator('.wall .ranking .amount').first();
  expect(await sold.innerText()).toBe('30.25元');
  await releaseFile(store, { fileId: heldId, decision: { by: 'a test', reason: '' } });
  await refreshTotals(store.db, store.now);
  await page.clock.fastForward(61_000);
  await page.locator('.wall .ranking').getByText('42.75元').first().waitFor();
});

inBrowser('totals run on by day, and are compared with the year before', async () => {
  await signIn();
  await page.goto('/#/totals?by=platform');
  await page.getByLabel('显示').selectOption('running');
  await page.getByRole('columnheader', { name: '净额累计' }).waitFor();
  expect(page.url()).toContain('show=running');
  await page.goto('/#/totals?by=platform&show=growth&from=2026-06-01&to=2026-06-04');
  await page.getByText('与2025年6月1日至2025年6月4日相比').waitFor();
});

inBrowser('tables are downloaded as they are on the page, and reopened to the fen', async () => {
  await signIn();
  await page.goto('/#/totals?by=day&platform=douyin');
  const saved = async (name: string): Promise<Buffer> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    expect(download.suggestedFilename()).toMatch(/^网络零售额汇总-日-douyin-2026-01-01-2026-12-31\.(xlsx|parquet)$/);
    const path = join(store.folder, download.suggestedFilename());
    await download.saveAs(path);
    return readFileSync(path);
  };
  const [titles = [], ...rows] = cellsOf(reopenXlsx(await saved('Excel')), 1);
  expect(rows.map((row) => (row[titles.indexOf('净额')] as number).toFixed(2))).toEqual(['30.25']);
  const { rows: read } = await reopenParquet(await saved('Parquet'), store.folder);
  expect(read.map(({ day, net }) => [day, net])).toEqual([[DAY, '30.25']]);
});

const LOOKS = [
  { language: 'zh', scheme: 'light', width: 1440 },
  { language: 'en', scheme: 'dark', width: 375 },
] as const;

async function lookedAt({ language, scheme, width }: (typeof LOOKS)[number]): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.evaluate(`localStorage.setItem('language', '${language}')`);
  await page.reload();
}

async function opened(path: string): Promise<void> {
  await page.goto(`/#/${path}`);
  await page.waitForLoadState('networkidle');
  while ((await page.locator('.loading, [aria-busy="true"]').count()) > 0) await page.waitForTimeout(50);
}

inBrowser(
  'no page has a serious issue for axe, nor runs over its screen, in either language and look',
  async () => {
    await signIn();
    const pages = [
      'overview',
      'overview?league=包头市',
      'totals?by=platform,month',
      'totals?by=day',
      'totals?by=platform&show=running',
      'totals?by=platform&show=growth',
      'parts',
      'provinces',
      'logistics',
      'report?month=2026-06',
      'wall',
      `explain?day=${DAY}&platform=douyin`,
      'completeness',
      'files',
      `file/${heldId}`,
      'alerts',
      'goals',
      'accounts',
      'nowhere',
    ];
    const issues: string[] = [];
    for (const look of LOOKS) {
      const { language, scheme, width } = look;
      await lookedAt(look);
      for (const path of pages) {
        await opened(path);
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
  },
  180_000,
);

inBrowser(
  'no dialog has a serious issue for axe, nor runs over its screen, and neither has the page of the first account',
  async () => {
    await signIn();
    const issues: string[] = [];
    for (const look of LOOKS) {
      await lookedAt(look);
      const { accounts, files, alerts } = look.language === 'zh' ? zh : en;
      for (const [path, name] of [
        ['accounts', accounts.add],
        ['accounts', accounts.changeOf('bayar')],
        ['accounts', accounts.removeOf('bayar')],
        ['accounts', accounts.make],
        [`file/${heldId}`, files.release],
        [`file/${heldId}`, files.refuse],
        ['alerts', alerts.muteMore],
      ] as const) {
        await opened(path);
        await page.getByRole('button', { name, exact: true }).first().click();
        const dialog = page.getByRole('dialog');
        await dialog.waitFor();
        const over = await page.evaluate<number>(
          `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('dialog'))`,
        );
        if (over > 0) issues.push(`${name}: ${over} pixels too wide`);
        issues.push(...(await seriousIssues(page)).map((issue) => `${name}: ${issue}`));
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
      }
    }
    await context.clearCookies();
    await page.goto('/#setup=a-link-of-the-start');
    await page.reload();
    await page.getByRole('heading', { name: en.setup.title }).waitFor();
    issues.push(...(await seriousIssues(page)));
    expect(issues).toEqual([]);
  },
  120_000,
);
