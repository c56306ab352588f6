import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertWords } from '../../src/clickhouse/alert-words';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { releaseFile } from '../../src/operations/decide-file';
import { cellsOf, reopenParquet, reopenXlsx } from '../support/reopen';
import { DAY, DOUBTFUL, GOOD, inBrowser, PASSWORD, useSite } from './site';

const site = useSite();

inBrowser(
  'an operator signs in, explores down to the file of a figure, and sees totals change when a held file is released',
  async () => {
    const { page, signIn } = site();
    /** The last row of the table of totals. */
    const total = async (): Promise<string> => await page.locator('tfoot').innerText();
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
  const { page, store, signIn } = site();
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
  const { page, signIn } = site();
  const night = { nightId: 'night-2026-06-20', step: 'ingest', filesDone: 3, filesFailed: 1, filesTotal: 10 } as const;
  site().night = night;
  await signIn();
  await page.getByText('3 / 10 个文件，1个失败').waitFor();
  await page.getByRole('list', { name: '刚处理的文件' }).getByText(DOUBTFUL).waitFor();
  site().night = { ...night, filesDone: 9 };
  await page.getByText('9 / 10 个文件，1个失败').waitFor();
  site().night = null;
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
});

inBrowser.each([
  [1920, 1080],
  [3840, 2160],
])('the wall screen fits %s × %s without scrolling, and shows new figures by itself', async (width, height) => {
  const { page, store, heldId, signIn } = site();
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
  const { page, signIn } = site();
  await signIn();
  await page.goto('/#/totals?by=platform');
  await page.getByLabel('显示').selectOption('running');
  await page.getByRole('columnheader', { name: '净额累计' }).waitFor();
  expect(page.url()).toContain('show=running');
  await page.goto('/#/totals?by=platform&show=growth&from=2026-06-01&to=2026-06-04');
  await page.getByText('与2025年6月1日至2025年6月4日相比').waitFor();
});

inBrowser('tables are downloaded as they are on the page, and reopened to the fen', async () => {
  const { page, store, signIn } = site();
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

inBrowser('an operator sets a goal from a day on, judged in its own way', async () => {
  const { page, faults, signIn, opened } = site();
  await signIn();
  await opened('goals');
  const form = page.getByRole('region', { name: '设定目标' });
  await form.getByLabel('盟市').selectOption('包头市');
  await form.getByLabel('金额（元）').fill('700');
  await form.getByLabel('生效日期').fill('2026-06-20');
  await form.getByText('单独的判断标准').click();
  await form.getByLabel('落后：可能性不高于').fill('2');
  await form.getByRole('button').click();
  expect(await form.getByRole('alert').innerText()).toContain('填写的内容有误：判断标准');
  expect(faults.splice(0)).toEqual([expect.stringContaining('400')]);
  await form.getByLabel('落后：可能性不高于').fill('0.2');
  await form.getByLabel('连续多少天才改判').fill('7');
  await form.getByRole('button').click();
  await page.getByText('2026年目标（盟市 包头市）已设定').waitFor();
  const set = page.getByRole('region', { name: '年度目标' }).getByRole('row', { name: '盟市 包头市' });
  await set.getByText('700.00').first().waitFor();
  expect(await set.innerText()).toMatch(/2026年6月20日\t落后：可能性不高于 0\.2；连续多少天才改判 7\t/);
});

inBrowser('an account is limited by whatever the register knows of shops, and the log is kept to changes', async () => {
  const { page, signIn, opened } = site();
  await signIn();
  await opened('accounts');
  await page.getByRole('button', { name: '新增用户' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('用户名').fill('saran');
  await dialog.getByLabel('密码').fill(PASSWORD);
  await dialog.getByLabel('产业链').fill('乳业');
  await dialog.getByLabel('平台').selectOption('douyin');
  await dialog.getByRole('button', { name: '新增用户' }).click();
  await page.getByText('平台 抖音，产业链 乳业').waitFor();
  await page.getByRole('button', { name: '修改用户 saran' }).click();
  expect(await dialog.getByLabel('产业链').inputValue()).toBe('乳业');
  await dialog.getByLabel('平台').selectOption('');
  await dialog.getByLabel('农村').selectOption('yes');
  await dialog.getByRole('button', { name: '保存' }).click();
  await page.getByText('产业链 乳业，农村 是').waitFor();

  const log = page.getByRole('region', { name: '访问记录' }).getByRole('table');
  const change = log.getByText('PUT /v1/users/saran');
  // What is asked is written down a second later.
  for (let seconds = 0; seconds < 10 && (await change.count()) === 0; seconds++) {
    await page.waitForTimeout(1000);
    await page.reload();
    await log.waitFor();
  }
  const read = log.getByText('GET /v1/').first();
  await read.waitFor();
  await page.getByLabel('只看更改').check();
  await read.waitFor({ state: 'detached' });
  expect(page.url()).toContain('changes=true');
  await page.reload();
  await change.waitFor();
  expect(await log.innerText()).not.toContain('GET');
  const csv = page.getByRole('link', { name: 'CSV' });
  const [download] = await Promise.all([page.waitForEvent('download'), csv.click()]);
  const text = readFileSync(await download.path(), 'utf8');
  expect(text).toContain('/v1/users/saran');
  expect(text).not.toContain('GET');
});

inBrowser('a token that is over says so', async () => {
  const { page, signIn, opened } = site();
  await page.clock.setFixedTime('2026-06-20T02:00:00Z');
  await signIn();
  await opened('accounts');
  await page.getByRole('button', { name: '建立令牌' }).click();
  await page.getByLabel('用途').fill('Excel');
  await page.getByLabel('有效天数').fill('1');
  await page.getByRole('dialog').getByRole('button', { name: '建立令牌' }).click();
  const token = page.getByRole('row', { name: 'Excel' });
  await token.getByText('有效', { exact: true }).waitFor();
  await page.clock.setFixedTime('2026-06-22T02:00:00Z');
  await page.reload();
  await token.getByText('已过期').waitFor();
  expect(await token.getByRole('button').count()).toBe(0);
});

inBrowser('sentences with rounded amounts have the exact ones on hover', async () => {
  const { page, signIn, opened } = site();
  await signIn();
  for (const [path, title] of [
    ['overview', /^余下\d+天；今年以来日均[\d,.]+元$/],
    ['parts', /^1个分解目标合计600\.00元，比全地区目标少400\.00元。$/],
    ['report?month=2026-06', /^2026年6月网络零售额30\.25元，1月至本月累计30\.25元。$/],
    ['alerts', /^已完成[\d.]+元，目标1,000\.00元$/],
  ] as const) {
    await opened(path);
    await page.getByTitle(title).first().waitFor();
  }
});
