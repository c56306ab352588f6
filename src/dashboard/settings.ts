import { computed, effect, signal } from '@preact/signals';
import { textsEn } from './texts-en';
import { type Texts, textsZh } from './texts-zh';

/** The languages and looks that a reader can choose; kept in the browser. */
export type Language = 'zh' | 'en';
export type Theme = 'auto' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** What the browser has kept; a browser that keeps nothing for us is no fault. */
function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It holds until the page is closed, then.
  }
}

export const language = signal<Language>(kept('language') === 'en' ? 'en' : 'zh');
export const theme = signal<Theme>(THEMES.find((each) => each === kept('theme')) ?? 'auto');

const TEXTS: Readonly<Record<Language, Texts>> = { zh: textsZh, en: textsEn };
/** t has the words of the language chosen. */
export const t = computed(() => TEXTS[language.value]);

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const dark = signal(systemIsDark.matches);
systemIsDark.addEventListener('change', ({ matches }) => (dark.value = matches));
/** isDark says which of the two looks is on. */
export const isDark = computed(() => theme.value === 'dark' || (theme.value === 'auto' && dark.value));

/** nextTheme is what the switch changes to. */
export const nextTheme = (now: Theme): Theme => THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'auto';

/** showSettings keeps the document in step with what is chosen. */
export function showSettings(): void {
  effect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    keep('language', language.value);
  });
  const look = (isLight: boolean): void => {
    document.documentElement.dataset['theme'] = isLight ? 'light' : 'dark';
  };
  effect(() => {
    look(!isDark.value);
    keep('theme', theme.value);
  });
  // Paper is light.
  addEventListener('beforeprint', () => look(true));
  addEventListener('afterprint', () => look(!isDark.value));
}
