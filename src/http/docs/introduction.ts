import { FORMATS } from '../../tables/table';
import { type Html, html } from './html';

/** introduction is what holds of every route. */
export function introduction(origin: string): Html {
  return html`<section id="start">
    <h1>Paceline API</h1>
    <p class="quiet">
      Online retail sales against an annual goal. All of it as OpenAPI 3.1:
      <a href="/docs/openapi.json">openapi.json</a>
    </p>
    <div class="card">
      <h3>The first question</h3>
      <p>
        Make a token under <a href="/#/accounts">users and tokens</a>, or let an operator do it:
        <code>npx paceline tokens add &lt;account&gt;</code>. It goes into a header; a browser that is signed in needs
        none.
      </p>
      <pre><code>curl -H "Authorization: Bearer $TOKEN" "${origin}/v1/totals?year=2026&by=platform,month"</code></pre>
      <pre><code>import requests
answer = requests.get("${origin}/v1/totals", params={"year": 2026, "by": "platform,month"},
                      headers={"Authorization": f"Bearer {token}"}).json()
for row in answer["rows"]:
    print(row["dimensions"], row["totals"]["net"])</code></pre>
    </div>
    <div class="card">
      <h3>What holds of every route</h3>
      <dl class="rules">
        <dt>Money</dt>
        <dd>
          A text in yuan with two decimals, exact to the fen: <code>"60000000000.00"</code>. Read it as a decimal, not
          as a float.
        </dd>
        <dt>Days</dt>
        <dd>
          Calendar days of Asia/Shanghai, <code>YYYY-MM-DD</code>; an order belongs to the day on which it was paid.
          Moments are UTC, ISO 8601.
        </dd>
        <dt>Accounts</dt>
        <dd>
          A viewer reads figures, an analyst also files and rows, an operator decides and administers. A limited account
          sees some shops, such as those of a league.
        </dd>
        <dt>Files</dt>
        <dd>
          Where it says “as a file”,
          <code>format=</code>${FORMATS.map((format, index) => html`${index === 0 ? '' : ', '}<code>${format}</code>`)}
          gives the whole table as a download, with titles in the language of <code>language=zh</code> or
          <code>en</code>.
        </dd>
        <dt>Pages</dt>
        <dd>
          A list with <code>next</code> goes on with <code>cursor=</code> and what stood there; <code>null</code> is the
          end. <code>limit=</code> is how many rows a page has, 1000 at most. Growth and logistics answer up to 100,000
          rows in all, totals any number: as a file they come as they are read.
        </dd>
        <dt>ETag</dt>
        <dd>
          Changes only when the data does: send it as <code>If-None-Match</code>, and an answer that you have costs
          nothing (304).
        </dd>
        <dt>Changes</dt>
        <dd>
          A browser’s requests that change something need the header <code>X-Paceline: 1</code>; programs with a token
          do not.
        </dd>
        <dt>Problems</dt>
        <dd>
          RFC 9457: <code>status</code>, <code>code</code>, <code>detail</code>, <code>advice</code>, and
          <code>faults</code> with each parameter that is wrong. 400 asked wrongly, 401 not signed in, 403 not for this
          account, 404 not there, 429 too often, 503 no store.
        </dd>
      </dl>
    </div>
  </section>`;
}
