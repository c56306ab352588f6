import { computed, effect, signal } from '@preact/signals';
import { keep, kept } from './kept';

/** The looks that a reader can choose; kept in the browser. */
export type Theme = 'auto' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

export const theme = signal<Theme>(THEMES.find((each) => each === kept('theme')) ?? 'auto');

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const dark = signal(systemIsDark.matches);
systemIsDark.addEventListener('change', ({ matches }) => (dark.value = matches));
/** isDark says which of the two looks is on. */
export const isDark = computed(() => theme.value === 'dark' || (theme.value === 'auto' && dark.value));

/** nextTheme is what the switch changes to. */
export const nextTheme = (now: Theme): Theme => THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'auto';

/** showTheme keeps the document in step with the look that is chosen. */
export function showTheme(): void {
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
