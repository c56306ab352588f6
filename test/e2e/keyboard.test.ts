import { expect } from '@jest/globals';
import { type Page } from 'playwright-core';
import { inBrowser, PASSWORD, useSite } from './site';

const site = useSite();

interface Focus {
  readonly name: string;
  readonly isSeen: boolean;
  /** Of the column that its button sorts by. */
  readonly sorted: string | null;
}

/** What has the focus, by the name that is read out, and whether one sees it: on the screen, with a line around it. */
const FOCUS = `(() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const label = at.labels?.[0];
  const name = at.ariaLabel ?? (label ? (label.querySelector('.label') ?? label) : at).textContent;
  const isOnScreen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const isSeen = at !== document.body && isOnScreen && getComputedStyle(at).outlineStyle !== 'none';
  return { name: name.trim(), isSeen, sorted: at.closest('th')?.ariaSort ?? null };
})()`;
const focusOf = async (page: Page): Promise<Focus> => await page.evaluate<Focus>(FOCUS);

/** No page that is walked through has more stops. */
const MOST_STOPS = 80;

/** Goes on with Tab to what has a name, and sees the focus at each stop on the way. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < MOST_STOPS) {
    await page.keyboard.press('Tab');
    const at = await focusOf(page);
    passed.push(at.name);
    expect({ passed, isSeen: at.isSeen }).toEqual({ passed, isSeen: true });
    if (at.name === name) return;
  }
  throw new Error(`Tab does not come to ${name}: ${passed.join(', ')}`);
}

inBrowser('the dashboard is used with the keyboard alone, and the focus is seen and never lost', async () => {
  const { page, faults } = site();
  const { keyboard } = page;
  await page.goto('/');
  await page.getByLabel('用户名').waitFor();
  expect(await focusOf(page)).toMatchObject({ name: '用户名', isSeen: true });
  await keyboard.type('bayar');
  await tabTo(page, '密码');
  await keyboard.type('not the right password');
  await tabTo(page, '登录');
  await keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(faults.splice(0)).toEqual([]);
  expect(await focusOf(page)).toMatchObject({ name: '登录', isSeen: true });
  await keyboard.press('Shift+Tab');
  await keyboard.press('Shift+Tab');
  expect((await focusOf(page)).name).toBe('密码');
  await keyboard.press('Control+A');
  await keyboard.type(PASSWORD);
  await keyboard.press('Enter');
  await page.getByRole('navigation').waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('content');

  // Past the navigation in one step, and through it.
  await page.reload();
  await page.getByRole('navigation').waitFor();
  await tabTo(page, '跳到正文');
  await keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
  await page.reload();
  await page.getByRole('navigation').waitFor();
  await tabTo(page, '数据查询');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: '数据查询' }).waitFor();

  // A filter and a column's order, by Space and Enter; the focus stays where it is.
  await tabTo(page, '日');
  await keyboard.press('Space');
  await page.getByRole('columnheader', { name: '日', exact: true }).waitFor();
  expect(await focusOf(page)).toMatchObject({ name: '日', isSeen: true });
  await tabTo(page, '净额');
  await keyboard.press('Enter');
  expect(await focusOf(page)).toMatchObject({ name: '净额 ↓', isSeen: true, sorted: 'descending' });
  await keyboard.press('Space');
  expect(await focusOf(page)).toMatchObject({ name: '净额 ↑', isSeen: true, sorted: 'ascending' });

  // A dialog keeps the focus until it is closed, and gives it back, whether by Escape or by its button.
  await page.goto('/#/accounts');
  await page.getByRole('button', { name: '建立令牌' }).waitFor();
  await tabTo(page, '建立令牌');
  const dialog = page.getByRole('dialog', { name: '建立令牌' });
  for (const leave of [() => keyboard.press('Escape'), () => tabTo(page, '取消').then(() => keyboard.press('Enter'))]) {
    await keyboard.press('Space');
    await dialog.waitFor();
    for (const name of ['用途', '权限', '有效天数']) {
      expect(await focusOf(page)).toMatchObject({ name, isSeen: true });
      await keyboard.press('Tab');
    }
    await leave();
    await dialog.waitFor({ state: 'detached' });
    expect(await focusOf(page)).toMatchObject({ name: '建立令牌', isSeen: true });
  }
  await keyboard.press('Enter');
  await dialog.waitFor();
  await keyboard.type('Excel');
  await keyboard.press('Enter');
  await page.getByRole('status').getByText('令牌已建立').waitFor();
  expect(await focusOf(page)).toMatchObject({ name: '建立令牌', isSeen: true });
});
