import { isDark, nextTheme, showTheme, theme } from '../theme';

/** What the documentation of the API can do beside being read: its look, finding a route, and saying where one is. */
showTheme();
addEventListener('DOMContentLoaded', () => {
  showLook();
  findRoutes();
  markPlace();
});

function showLook(): void {
  const button = document.getElementById('look');
  if (button === null) return;
  const say = (): void => {
    button.textContent = `${isDark.value ? '☾' : '☀'} ${theme.value}`;
  };
  button.addEventListener('click', () => (theme.value = nextTheme(theme.value)));
  isDark.subscribe(say);
  theme.subscribe(say);
}

/** Keeps the routes in sight whose path or summary has what was typed. */
function findRoutes(): void {
  const field = document.getElementById('find');
  if (!(field instanceof HTMLInputElement)) return;
  const routes = [...document.querySelectorAll('article')];
  const sections = [...document.querySelectorAll('section')];
  const none = document.getElementById('none');
  field.addEventListener('input', () => {
    const wanted = field.value.trim().toLowerCase();
    for (const route of routes) {
      const said = [...route.querySelectorAll('h3, header + p')].map(({ textContent }) => textContent).join(' ');
      route.hidden = !said.toLowerCase().includes(wanted);
      linkTo(route.id)?.toggleAttribute('hidden', route.hidden);
    }
    for (const section of sections) {
      const own = [...section.querySelectorAll('article')];
      section.hidden = wanted !== '' && own.every((route) => route.hidden);
    }
    if (none !== null) none.hidden = routes.some((route) => !route.hidden);
  });
}

const linkTo = (id: string): Element | null => document.querySelector(`nav a[href="#${id}"]`);

/** The route that is read now is marked in the navigation. */
function markPlace(): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const link = linkTo(target.id);
        if (isIntersecting) link?.setAttribute('aria-current', 'true');
        else link?.removeAttribute('aria-current');
      }
    },
    { rootMargin: '-30% 0px -65% 0px' },
  );
  for (const route of document.querySelectorAll('article')) watcher.observe(route);
}
