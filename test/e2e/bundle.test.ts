import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { textsZh } from '../../src/dashboard/texts-zh';

test('a browser is sent less than 400 kB of scripts, compressed', () => {
  const folder = join(__dirname, '../../dist/dashboard/assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js.gz'));
  const bytes = scripts.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(400_000);
});

test('whatever the API refuses has a headline of its own in both languages', () => {
  const folder = join(__dirname, '../../src/http');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const code = /refusal\(\s*\d{3},\s*'([a-z-]+)'|^ {2}'?([a-z-]+)'?: 4\d\d,$/gm;
  const codes = sources.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(code)].map(([, refused, status]) => refused ?? status),
  );
  expect(codes).toEqual(expect.arrayContaining(['setup-over', 'usage']));
  expect(Object.keys(textsZh.problems)).toEqual(expect.arrayContaining(codes));
});
