const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** escapeHtml makes any text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A shade has a property and two colours: the light one is written inline, the dark one by a class. */
interface Shade {
  readonly property: 'background-color' | 'color' | 'border-color';
  readonly light: string;
  readonly dark: string;
}

/**
 * SHADES are the colours of a mail. Programs that know no `prefers-color-scheme` show the inline light ones; the class
 * of a shade overrides them in the dark.
 */
const SHADES = {
  page: { property: 'background-color', light: '#eef1f5', dark: '#0f1419' },
  card: { property: 'background-color', light: '#ffffff', dark: '#1a2129' },
  tint: { property: 'background-color', light: '#f6f8fa', dark: '#222b35' },
  track: { property: 'background-color', light: '#e7ebf0', dark: '#2c3642' },
  ink: { property: 'color', light: '#1c2733', dark: '#e8ecf1' },
  soft: { property: 'color', light: '#566372', dark: '#a3afbd' },
  link: { property: 'color', light: '#1f5fa8', dark: '#8ab8f0' },
  line: { property: 'border-color', light: '#dfe4ea', dark: '#313c48' },
  banner: { property: 'background-color', light: '#1d3557', dark: '#16273f' },
  bannerInk: { property: 'color', light: '#ffffff', dark: '#f2f5f9' },
  bannerSoft: { property: 'color', light: '#c6d2e2', dark: '#aebccf' },
  behindInk: { property: 'color', light: '#a4161a', dark: '#ff8a85' },
  behindFill: { property: 'background-color', light: '#b3261e', dark: '#e5645d' },
  recoveredInk: { property: 'color', light: '#1b6b43', dark: '#6fd39b' },
  recoveredFill: { property: 'background-color', light: '#23804f', dark: '#4bb07c' },
  missingInk: { property: 'color', light: '#8a5300', dark: '#f2b45a' },
  missingFill: { property: 'background-color', light: '#c27a09', dark: '#dd9a35' },
  expectedFill: { property: 'background-color', light: '#47648a', dark: '#7f9cc4' },
  projectedFill: { property: 'background-color', light: '#8ba2c1', dark: '#5d7695' },
  referenceFill: { property: 'background-color', light: '#bcc5cf', dark: '#4d5967' },
  goalFill: { property: 'background-color', light: '#1d3557', dark: '#a9bfdd' },
} as const satisfies Record<string, Shade>;

/** ShadeName names a colour of SHADES. */
export type ShadeName = keyof typeof SHADES;

/** paint writes the class and style attributes of an element: shades by name, then any other inline CSS. */
export function paint(shades: readonly ShadeName[], css = ''): string {
  const inline = shades.map((name) => `${SHADES[name].property}:${SHADES[name].light};`).join('');
  const classes = shades.length === 0 ? '' : `class="${shades.join(' ')}" `;
  return `${classes}style="${inline}${css}"`;
}

/** darkCss lists the overrides of every shade, to be put inside a dark `prefers-color-scheme` query. */
export function darkCss(): string {
  return Object.entries<Shade>(SHADES)
    .map(([name, shade]) => `.${name}{${shade.property}:${shade.dark}!important}`)
    .join('');
}
