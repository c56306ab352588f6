import { type z } from 'zod';
import { FORMATS } from '../../tables/table';
import { schemaOf } from '../document';
import { type AnyRoute, download, type Example, isTable } from '../route';
import { type Rule } from '../rule';
import { filters, UNKNOWN } from '../shapes';
import { type Field, fieldsOf } from './fields';
import { anchorOf } from './groups';
import { type Html, html, NONE } from './html';

/** routeSection is all that one route takes, does and answers. */
export function routeSection(route: AnyRoute, origin: string): Html {
  const { method, path, summary, status = 200, answer } = route;
  return html`<article id="${anchorOf(route)}" class="card">
    <header>
      <h3>
        <span class="method ${method.toLowerCase()}">${method}</span>
        <a class="self" href="#${anchorOf(route)}"><code>${path}</code></a>
      </h3>
    </header>
    <p>${summary}.</p>
    <ul class="chips" aria-label="Who may, and how">
      ${chipsOf(route).map(([tone, words]) => html`<li class="chip ${tone}">${words}</li>`)}
    </ul>
    ${fields('In the path', fieldsOfShape(route.params))} ${fields('Parameters', ownQuery(route))}
    ${fields('Body, as JSON', fieldsOfShape(route.body))}
    <details>
      <summary>Answer ${String(status)}: ${shapeWords(answer)}</summary>
      ${fields('', fieldsOf(schemaOf(answer)))}
    </details>
    ${examplesOf(route, origin)}
  </article>`;
}

const WHO: Readonly<Record<Rule['who'], string>> = {
  anyone: 'anyone',
  viewer: 'viewers, analysts, operators',
  analyst: 'analysts, operators',
  operator: 'operators',
};

function chipsOf(route: AnyRoute): (readonly [tone: string, words: string])[] {
  const { rule, restsOn, perMinute } = route;
  return [
    [rule.who === 'anyone' ? 'good' : 'accent', `for ${WHO[rule.who]}`],
    ...(rule.who !== 'anyone' && rule.limited === 'narrowed'
      ? ([['calm', 'a limited account gets the figures of its part']] as const)
      : []),
    ...(rule.limited === 'refused' ? ([['warn', 'not for limited accounts']] as const) : []),
    ...(restsOn === undefined ? [] : ([['calm', 'ETag']] as const)),
    ...(isTable(route) ? ([['calm', `as a file: ${FORMATS.join(', ')}`]] as const) : []),
    ...(perMinute === undefined ? [] : ([['calm', `${perMinute} a minute`]] as const)),
  ];
}

const fieldsOfShape = (shape: z.ZodType | undefined): Field[] => (shape === undefined ? [] : fieldsOf(schemaOf(shape)));

/** What every table takes to become a file is told once, at the head of the page; filters are many and alike. */
function ownQuery(route: AnyRoute): Field[] {
  const all = fieldsOfShape(route.query).filter(({ path }) => !isTable(route) || !(path in download.shape));
  const filtered = all.filter(({ path }) => path in filters.shape);
  const [first] = filtered;
  if (first === undefined || filtered.length < 2) return all;
  const together: Field = {
    ...first,
    path: filtered.map(({ path }) => path).join(', '),
    description: `Rows are kept to this value of the dimension; "${UNKNOWN}" for what is not known.`,
  };
  return all.flatMap((field) => (field === first ? [together] : filtered.includes(field) ? [] : [field]));
}

function shapeWords(answer: z.ZodType): string {
  const top = fieldsOf(schemaOf(answer)).filter(({ path }) => !/[.[]/.test(path));
  return top.map(({ path }) => path).join(', ');
}

function fields(title: string, list: readonly Field[]): Html {
  if (list.length === 0) return NONE;
  return html`${title === '' ? NONE : html`<h4>${title}</h4>`}
    <table class="fields">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${list.map(
          ({ path, type, required, description }) =>
            html`<tr>
              <th scope="row">
                ${path.split(', ').map((name, index) => html`${index === 0 ? '' : ', '}<code>${breakable(name)}</code>`)}
              </th>
              <td class="type">${type}${required ? NONE : html` <span class="quiet">optional</span>`}</td>
              <td>${description}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

/** A long path may break behind its dots. */
const breakable = (path: string): Html[] =>
  path.split('.').map((part, index) => html`${index === 0 ? '' : '.'}<wbr />${part}`);

function examplesOf({ method, examples }: AnyRoute, origin: string): Html {
  if (examples.length === 0) return NONE;
  return html`<h4>${examples.length === 1 ? 'Example' : 'Examples'}</h4>
    <ul class="examples">
      ${examples.map((example) => html`<li>${method === 'GET' ? asked(example) : sent(method, example, origin)}</li>`)}
    </ul>`;
}

/** Whoever is signed in may follow it. */
const asked = ({ path }: Example): Html =>
  path.includes('{') ? html`<code>${path}</code>` : html`<a href="${path}"><code>${path}</code></a>`;

const sent = (method: string, { path, body }: Example, origin: string): Html =>
  html`<pre><code>curl -X ${method} ${origin}${path} \\
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '${JSON.stringify(body ?? {})}'</code></pre>`;
