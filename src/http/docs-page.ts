import { type AnyRoute } from './route';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** docsPage lists the routes for people; the OpenAPI document beside it says the shapes. */
export function docsPage(routes: readonly AnyRoute[]): string {
  const rows = routes.map(
    ({ method, path, summary, rule, examples }) =>
      `<tr><td><code>${method}</code></td><td><code>${escaped(path)}</code></td><td>${escaped(summary)}</td><td>${rule.who}</td><td>${examples
        .filter(() => method === 'GET')
        .map((example) => `<code>${escaped(example.path)}</code>`)
        .join('<br>')}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Paceline API</title>
<h1>Paceline API</h1>
<p>The whole of it as OpenAPI 3.1: <a href="/docs/openapi.json">openapi.json</a>. Sign in with a cookie, or send <code>Authorization: Bearer</code> and a token.</p>
<table><tr><th>Method</th><th>Path</th><th>What</th><th>For</th><th>Examples</th></tr>
${rows.join('\n')}
</table></html>
`;
}
