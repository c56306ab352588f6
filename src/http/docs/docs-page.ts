import { type AnyRoute } from '../route';
import { anchorOf, type Group, groupsOf } from './groups';
import { type Html, html } from './html';
import { introduction } from './introduction';
import { routeSection } from './route-section';

/** docsPage is the documentation of a route table for people; the OpenAPI document beside it says the same to programs. `origin` is where it is served. */
export function docsPage(routes: readonly AnyRoute[], origin: string): string {
  const groups = groupsOf(routes);
  return html`<!doctype html>
    <html lang="en" data-theme="light">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>API · Paceline</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/docs.css" />
        <script src="/docs.js"></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/">
            <img src="/icon.svg" alt="" width="28" height="28" />
            <span>Paceline<small>API, version 1</small></span>
          </a>
          <div class="tools">
            <input type="search" id="find" placeholder="Find a route" aria-label="Find a route" />
            <button type="button" id="look" title="Look: as the system, light, dark"></button>
          </div>
          ${navigation(groups)}
        </header>
        <main id="content" tabindex="-1">
          ${introduction(origin)} ${groups.map((group) => groupSection(group, origin))}
          <p class="none" id="none" hidden>No route has this in its name or summary.</p>
        </main>
      </body>
    </html> `.text;
}

const placeOf = (group: Group): string => group.title.toLowerCase();

const navigation = (groups: readonly Group[]): Html =>
  html`<nav aria-label="Routes">
    <a class="group" href="#start">Start</a>
    ${groups.map(
      (group) =>
        html`<a class="group" href="#${placeOf(group)}">${group.title}</a> ${group.routes.map(
            (route) =>
              html`<a class="to" href="#${anchorOf(route)}"
                ><span class="method ${route.method.toLowerCase()}">${route.method}</span
                >${route.path.replace('/v1/', '')}</a
              >`,
          )}`,
    )}
  </nav>`;

const groupSection = (group: Group, origin: string): Html =>
  html`<section id="${placeOf(group)}">
    <h2>${group.title}</h2>
    <p class="quiet">${group.about}</p>
    ${group.routes.map((route) => routeSection(route, origin))}
  </section>`;
