import { expect } from '@jest/globals';
import { type Page } from 'playwright-core';
import { inBrowser, useSite } from './site';

const site = useSite();

/** Has the page's requests refused, as the API does, until they are let through again. */
async function refuse(page: Page, requests: string, status: number, code: string): Promise<void> {
  const problem = { status, code, detail: 'What the API says.', advice: '' };
  await page.route(requests, (route) => route.fulfill({ status, json: problem }));
}

inBrowser('half an answer is told of as no answer, and what is asked for again is shown', async () => {
  const { page, signIn } = site();
  await signIn();
  const half = { contentType: 'application/json', body: '{"goals":[{"year":2026,"measu' };
  await page.route('**/v1/goals', (route) => route.fulfill(half));
  await page.getByRole('link', { name: '目标', exact: true }).click();
  const problem = page.getByRole('alert');
  expect(await problem.innerText()).toContain('无法连接服务器');
  expect(await page.locator('.loading').count()).toBe(0);
  await page.unroute('**/v1/goals');
  await problem.getByRole('button', { name: '再试一次' }).click();
  await page.getByRole('region', { name: '年度目标' }).getByText('包头市').first().waitFor();
  expect(await problem.count()).toBe(0);
});

/** A page, and what of it cannot be had. */
const PARTS = [
  ['provinces', '**/v1/growth?*'],
  ['overview', '**/v1/completeness'],
  ['files', '**/v1/files?status=held*'],
  ['wall', '**/v1/totals?*by=league'],
  ['wall', '**/v1/completeness'],
  ['wall', '**/v1/nights'],
] as const;

inBrowser('a part of a page that cannot be had says so, and is asked for again', async () => {
  const { page, faults, signIn } = site();
  await signIn();
  for (const [path, requests] of PARTS) {
    await page.goto('about:blank');
    await refuse(page, requests, 503, 'store-unreachable');
    await page.goto(`/#/${path}`);
    const problem = page.getByRole('alert');
    expect(await problem.innerText()).toContain('数据库暂时无法应答');
    const isLost = page.getByText('连接中断');
    expect(await isLost.count()).toBe(path === 'wall' ? 1 : 0);
    await page.unroute(requests);
    await problem.getByRole('button', { name: '再试一次' }).click();
    await problem.waitFor({ state: 'detached' });
    await isLost.waitFor({ state: 'detached' });
  }
  for (const fault of faults.splice(0)) expect(fault).toContain('503');
});

inBrowser('a download says that it is under way, and why there is none', async () => {
  const { page, faults, signIn, opened } = site();
  await signIn();
  await opened('totals?by=day');
  const csv = page.getByRole('link', { name: 'CSV' });
  await refuse(page, '**/v1/totals?*format=csv*', 503, 'too-many-downloads');
  await csv.click();
  expect(await page.getByRole('alert').innerText()).toContain('同时下载的人太多');
  expect(faults.splice(0)).toEqual([expect.stringContaining('503')]);

  await page.unroute('**/v1/totals?*format=csv*');
  let answer = (): void => undefined;
  await page.route('**/v1/totals?*format=csv*', async (route) => {
    await new Promise<void>((resolve) => (answer = resolve));
    await route.continue();
  });
  const [request] = await Promise.all([page.waitForRequest('**/v1/totals?*format=csv*'), csv.click()]);
  expect(request.method()).toBe('GET');
  const status = page.getByRole('status').getByText('正在下载 CSV…');
  await status.waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  const downloaded = page.waitForEvent('download');
  answer();
  const download = await downloaded;
  expect(download.suggestedFilename()).toBe('网络零售额汇总-日-2026-01-01-2026-12-31.csv');
  await status.waitFor({ state: 'detached' });
});

inBrowser('what is filled in wrongly is named in the reader’s language, with what the API says beneath', async () => {
  const { page, faults, signIn, opened } = site();
  await signIn();
  await opened('accounts');
  await page.getByRole('button', { name: '新增用户' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('用户名').fill('bayar');
  await dialog.getByLabel('密码').fill('a long enough password');
  await dialog.getByRole('button', { name: '新增用户' }).click();
  const said = 'there is an account "bayar" already';
  expect(await dialog.getByRole('alert').innerText()).toBe(`填写的内容有误：用户名\n\n详情：${said}`);
  expect(faults.splice(0)).toEqual([expect.stringContaining('400')]);
});
