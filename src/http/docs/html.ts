/** Html is text that stands in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | readonly (Html | string)[];

/** html fills a template; whatever is not Html itself is escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, next, index) => text + written(parts[index - 1] ?? '') + next));
}

/** NONE is nothing. */
export const NONE = new Html('');

function written(part: Part): string {
  if (part instanceof Html) return part.text;
  return typeof part === 'string' ? escaped(part) : part.map(written).join('');
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
