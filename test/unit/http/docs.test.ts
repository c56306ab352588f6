import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { docsPage } from '../../../src/http/docs/docs-page';
import { fieldsOf } from '../../../src/http/docs/fields';
import { schemaOf } from '../../../src/http/document';
import { download } from '../../../src/http/route';
import { ROUTES } from '../../../src/http/routes';
import { businessDay, yuan } from '../../../src/http/shapes';

describe('the page of the API', () => {
  const page = docsPage(ROUTES, 'https://paceline.example');

  it('tells of every route, its parameters and its examples, and leads to each by its navigation', () => {
    const anchors = [...page.matchAll(/<article id="([^"]+)"/g)].map(([, id]) => id);
    expect(anchors).toHaveLength(ROUTES.length);
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const id of anchors) expect(page).toContain(`href="#${id}"`);
    const text = page.replace(/<wbr \/>/g, '');
    const names = ROUTES.flatMap(({ path, query, body }) => [
      path,
      ...Object.keys({ ...query?.shape, ...body?.shape }),
    ]);
    expect(names.filter((name) => !text.includes(`<code>${name}</code>`) && !(name in download.shape))).toEqual([]);
  });

  it('has nothing in it that the content security policy keeps from running', () => {
    expect(page).not.toMatch(/<style|style=|onclick|<script>|<script type|https?:\/\/(?!paceline\.example)/);
  });

  it('names an answer’s fields by the way to them, with type and meaning', () => {
    const shape = z.object({
      rows: z.array(z.object({ day: businessDay.nullable(), net: yuan.optional() })).nullable(),
      state: z.enum(['open', 'shut']),
    });
    expect(fieldsOf(schemaOf(shape)).map(({ path, type, required }) => [path, type, required])).toEqual([
      ['rows', 'list of object or null', true],
      ['rows[].day', 'day or null', true],
      ['rows[].net', 'yuan', false],
      ['state', 'open | shut', true],
    ]);
  });

  it('shows what people wrote as text', () => {
    const [route] = ROUTES;
    expect(docsPage([{ ...route!, summary: '<script>alert(1)</script>' }], 'http://x')).not.toContain('<script>alert');
  });
});
