import { expect } from '@jest/globals';
import { refreshTotals } from '../../src/clickhouse/totals/refresh';
import { type Role } from '../../src/domain/access';
import { account, DAY, inBrowser, load, order, register, useSite } from './site';

const site = useSite();
const OTHERS = /他旗牧场|赤峰市|99\.00|129\.25/;

/** Signs in who sees one league, beside which another sold 99 yuan. */
async function signInAs(role: Role): Promise<void> {
  const { store, signIn } = site();
  await load(store, 'other.csv', [order('他旗牧场', 'DY0009', '99.00')]);
  await register(store, '他旗牧场', '赤峰市');
  await refreshTotals(store.db, store.now);
  await account(store, { name: 'qiqige', role, limit: { league: '包头市' } });
  await signIn('qiqige');
}

inBrowser('who reads one league’s figures has no trouble, finds nothing to decide, and sees no other', async () => {
  const { page, opened } = site();
  await signInAs('viewer');
  const links = await page.getByRole('navigation').getByRole('link').allInnerTexts();
  expect(links).toEqual([
    ...['总览', '数据查询', '盟市与产业链', '收货省份', '物流时效', '月报'],
    ...['数据到齐情况', '用户与令牌'],
  ]);
  const main = page.getByRole('main');
  for (const path of [
    'overview',
    'overview?league=包头市',
    'totals?by=shop',
    'totals?by=day&show=running',
    'totals?by=platform&show=growth',
    'parts',
    'provinces',
    'logistics?by=shop',
    'report?month=2026-06',
    'completeness',
    'accounts',
  ]) {
    await opened(path);
    expect(await main.getByRole('alert').count()).toBe(0);
    expect(await main.innerText()).not.toMatch(OTHERS);
  }
  for (const path of ['files', 'alerts', 'goals', 'wall']) {
    await opened(path);
    expect(await main.innerText()).toMatch(/^此页/);
  }
  await opened('overview');
  expect(await main.innerText()).toContain('盟市 包头市');
  await opened('totals?by=shop');
  expect(await main.getByRole('rowheader').allInnerTexts()).toEqual(['云岫茶行', '合计']);
  expect(await main.locator('tfoot').innerText()).toContain('30.25');
  await opened('accounts');
  expect(await main.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['令牌', '我的密码']);
});

inBrowser('who sees one league is led to the files of its shops’ figures, and to those of no platform', async () => {
  const { page, opened } = site();
  await signInAs('analyst');
  await opened('totals?by=day&platform=douyin');
  await page.getByRole('link', { name: DAY, exact: true }).waitFor();
  expect(await page.getByRole('link', { name: '来源' }).count()).toBe(0);
  await opened('totals?by=day,shop&platform=douyin');
  await page.getByRole('link', { name: '来源' }).click();
  await page.getByText('各文件相加与汇总完全一致').waitFor();
});
