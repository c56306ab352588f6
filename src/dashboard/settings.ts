import { computed, effect, signal } from '@preact/signals';
import { keep, kept } from './kept';
import { textsEn } from './texts-en';
import { type Texts, textsZh } from './texts-zh';

/** The languages that a reader can choose; kept in the browser. */
export type Language = 'zh' | 'en';

export const language = signal<Language>(kept('language') === 'en' ? 'en' : 'zh');

const TEXTS: Readonly<Record<Language, Texts>> = { zh: textsZh, en: textsEn };
/** t has the words of the language chosen. */
export const t = computed(() => TEXTS[language.value]);

/** showLanguage keeps the document in step with the language that is chosen. */
export function showLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    keep('language', language.value);
  });
}
