import { type ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { mayActAs, type Role } from '../domain/access';
import { ask, me, unanswered } from './api';
import { Accounts } from './pages/accounts';
import { Alerts } from './pages/alerts';
import { CompletenessCalendar } from './pages/completeness';
import { Explain } from './pages/explain';
import { Files } from './pages/files';
import { Goals } from './pages/goals';
import { Logistics } from './pages/logistics';
import { OneFilePage } from './pages/one-file';
import { Overview } from './pages/overview';
import { Provinces } from './pages/provinces';
import { RegionParts } from './pages/region-parts';
import { Report } from './pages/report';
import { SignIn } from './pages/sign-in';
import { Totals } from './pages/totals';
import { Wall } from './pages/wall';
import { Empty, Problem } from './parts';
import { linkTo, route } from './route';
import { language, t } from './settings';
import { isDark, nextTheme, theme } from './theme';

type PageName = keyof typeof t.value.pages;

/** Who may see a page; the API has the last word. `region`: not for accounts that see a part of it. */
interface Page {
  readonly shows: ComponentType;
  readonly who: Role;
  readonly region?: true;
  /** The page of the navigation that it belongs to. */
  readonly under: PageName;
}

const PAGES: Readonly<Partial<Record<string, Page>>> = {
  overview: { shows: Overview, who: 'viewer', under: 'overview' },
  totals: { shows: Totals, who: 'viewer', under: 'totals' },
  parts: { shows: RegionParts, who: 'viewer', under: 'parts' },
  provinces: { shows: Provinces, who: 'viewer', under: 'provinces' },
  logistics: { shows: Logistics, who: 'viewer', under: 'logistics' },
  report: { shows: Report, who: 'viewer', under: 'report' },
  wall: { shows: Wall, who: 'viewer', region: true, under: 'wall' },
  explain: { shows: Explain, who: 'analyst', under: 'totals' },
  completeness: { shows: CompletenessCalendar, who: 'viewer', under: 'completeness' },
  files: { shows: Files, who: 'analyst', under: 'files' },
  file: { shows: OneFilePage, who: 'analyst', under: 'files' },
  alerts: { shows: Alerts, who: 'viewer', region: true, under: 'alerts' },
  goals: { shows: Goals, who: 'viewer', region: true, under: 'goals' },
  accounts: { shows: Accounts, who: 'viewer', under: 'accounts' },
};
const NAVIGATION: readonly (readonly [group: keyof typeof t.value.groups, pages: readonly PageName[]])[] = [
  ['figures', ['overview', 'totals', 'parts', 'provinces', 'logistics', 'report', 'wall']],
  ['data', ['completeness', 'files']],
  ['administration', ['alerts', 'goals', 'accounts']],
];

/** Shell is what surrounds every page: who is signed in, where one can go, language and look. */
export function Shell() {
  const account = me.value;
  const { page } = route.value;
  const shown = PAGES[page];
  const title = shown === undefined ? '' : t.value.pages[shown.under];
  useEffect(() => {
    document.title = [account ? title : '', t.value.name].filter((part) => part !== '').join(' · ');
  }, [title, account, t.value]);
  const before = useRef(account);
  useEffect(() => {
    // Where the form to sign in was, the page goes on.
    if (before.current === null && account) document.getElementById('content')?.focus();
    before.current = account;
  }, [account]);
  // Nothing stands around what is read from afar.
  if (account && shown?.shows === Wall && refusalOf(shown) === null) return <Wall />;
  return (
    <div class={account ? 'shell inside' : 'shell'}>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        {t.value.skip}
      </a>
      <Header />
      {account === undefined &&
        (unanswered.value === null ? <p class="loading">{t.value.loading}</p> : <Problem trouble={unanswered.value} />)}
      {account === null && <SignIn />}
      {account && <Content page={shown} />}
    </div>
  );
}

function Content({ page }: { readonly page: Page | undefined }) {
  const main = useRef<HTMLElement>(null);
  const { page: name, rest } = route.value;
  const where = [name, ...rest].join('/');
  const first = useRef(where);
  useEffect(() => {
    // A new page is read from its beginning, by eyes and by screen readers; the first one is already.
    if (first.current === where) return;
    first.current = '';
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [where]);
  return (
    <main id="content" ref={main} tabIndex={-1}>
      {refusalOf(page) ?? (page && <page.shows key={where} />)}
    </main>
  );
}

function refusalOf(page: Page | undefined) {
  const account = me.value;
  if (page === undefined || !account) return <Empty>{t.value.nothingHere}</Empty>;
  if (!mayActAs(account.role, page.who)) return <Empty>{t.value.forRole(t.value.roles[page.who])}</Empty>;
  return page.region === true && account.limited ? <Empty>{t.value.forLimited}</Empty> : null;
}

function Header() {
  const [open, setOpen] = useState(false);
  const account = me.value;
  const under = PAGES[route.value.page]?.under;
  useEffect(() => setOpen(false), [route.value]);
  const isSeen = (name: PageName): boolean => PAGES[name] !== undefined && refusalOf(PAGES[name]) === null;
  return (
    <header class="top">
      <a class="brand" href={linkTo('overview')}>
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>
          {t.value.name}
          {account && <small>{account.region}</small>}
        </span>
      </a>
      {account && (
        <button
          type="button"
          class="menu"
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          {t.value.menu}
        </button>
      )}
      <div id="navigation" class={open ? 'navigation open' : 'navigation'}>
        {account && (
          <nav aria-label={t.value.menu}>
            {NAVIGATION.map(([group, pages]) => (
              <div key={group} role="group" aria-label={t.value.groups[group]}>
                <span class="group" aria-hidden="true">
                  {t.value.groups[group]}
                </span>
                {pages.filter(isSeen).map((name) => (
                  <a key={name} href={linkTo(name)} {...(under === name ? { 'aria-current': 'page' } : {})}>
                    {t.value.pages[name]}
                  </a>
                ))}
              </div>
            ))}
          </nav>
        )}
        <div class="settings">
          <button
            type="button"
            lang={language.value === 'zh' ? 'en' : 'zh-CN'}
            title={t.value.languageHint}
            onClick={() => (language.value = language.value === 'zh' ? 'en' : 'zh')}
          >
            {t.value.language}
          </button>
          <button type="button" title={t.value.theme.label} onClick={() => (theme.value = nextTheme(theme.value))}>
            <span aria-hidden="true">{isDark.value ? '☾ ' : '☀ '}</span>
            {t.value.theme[theme.value]}
          </button>
          {account && <SignedIn />}
        </div>
      </div>
    </header>
  );
}

function SignedIn() {
  const account = me.value;
  if (!account) return null;
  return (
    <>
      <a href="/docs">{t.value.api}</a>
      <span class="quiet who">{t.value.signedInAs(account.name, t.value.roles[account.role])}</span>
      <button
        type="button"
        onClick={() => {
          // Whatever the server says: on this screen nobody is signed in any more.
          ask('/session', { method: 'DELETE' })
            .catch(() => null)
            .finally(() => (me.value = null));
        }}
      >
        {t.value.signOut}
      </button>
    </>
  );
}
