import { expect } from '@jest/globals';
import { textsEn as en } from '../../src/dashboard/texts-en';
import { textsZh as zh } from '../../src/dashboard/texts-zh';
import { seriousIssues } from './browser';
import { DAY, inBrowser, type Site, useSite } from './site';

const site = useSite();

const LOOKS = [
  { language: 'zh', scheme: 'light', width: 1440 },
  { language: 'zh', scheme: 'dark', width: 375 },
  { language: 'en', scheme: 'light', width: 375 },
  { language: 'en', scheme: 'dark', width: 1440 },
] as const;
const MINUTES = 60_000;

async function lookedAt({ page }: Site, { language, scheme, width }: (typeof LOOKS)[number]): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.evaluate(`localStorage.setItem('language', '${language}')`);
  await page.reload();
}

inBrowser.each(LOOKS)(
  'no page has a serious issue for axe, nor runs over its screen: $language, $scheme, $width wide',
  async (look) => {
    const { page, faults, heldId, signIn, opened } = site();
    await signIn();
    await lookedAt(site(), look);
    const issues: string[] = [];
    for (const path of [
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
      'explain?day=never&platform=douyin',
    ]) {
      await opened(path);
      await page.evaluate(`document.querySelectorAll('details').forEach((each) => (each.open = true))`);
      const over = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (over > 0) issues.push(`${path}: ${over} pixels too wide`);
      issues.push(...(await seriousIssues(page)).map((issue) => `${path}: ${issue}`));
    }
    expect(faults.splice(0)).toEqual([expect.stringContaining('400')]);
    await page.context().clearCookies();
    await page.reload();
    await page.getByLabel(look.language === 'zh' ? zh.signIn.password : en.signIn.password).waitFor();
    issues.push(...(await seriousIssues(page)));
    await page.goto('/#setup=a-link-of-the-start');
    await page.reload();
    await page.getByRole('heading', { name: (look.language === 'zh' ? zh : en).setup.title }).waitFor();
    issues.push(...(await seriousIssues(page)));
    expect(issues).toEqual([]);
  },
  2 * MINUTES,
);

inBrowser.each(LOOKS)(
  'no dialog has a serious issue for axe, nor runs over its screen: $language, $scheme, $width wide',
  async (look) => {
    const { page, heldId, signIn, opened } = site();
    await signIn();
    await lookedAt(site(), look);
    const issues: string[] = [];
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
    expect(issues).toEqual([]);
  },
  2 * MINUTES,
);

inBrowser('the report is printed by itself: no navigation, no controls, on one sheet', async () => {
  const { page, signIn, opened } = site();
  await signIn();
  await opened('report?month=2026-06');
  await page.emulateMedia({ media: 'print' });
  const [sheet, ...around] = await Promise.all(
    ['.paper', '.top', '.skip', '.controls', '.lead'].map((part) => page.locator(part).isVisible()),
  );
  expect({ sheet, around }).toEqual({ sheet: true, around: [false, false, false, false] });
  const printed = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(printed.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
});
