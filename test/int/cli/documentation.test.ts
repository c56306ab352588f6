import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { VARIABLES } from '../../../src/config-variables';
import { COMMANDS } from './commands';

const readme = (): string => readFileSync(join(packageRoot(), 'README.md'), 'utf8');

const plain = (text: string): string => text.replaceAll('`', '').replaceAll('’', "'");

describe('README.md', () => {
  test.each(COMMANDS)('shows the command %s', (name) => {
    expect(readme()).toMatch(new RegExp(`\\bpaceline ${name}\\b|\`${name}\\b`));
  });

  test.each(VARIABLES)('has a row for the variable $name, with its default', ({ name, byDefault }) => {
    const rows = readme()
      .split('\n')
      .filter((line) => new RegExp(`^\\| \`${name}\` +\\|`).test(line));
    expect(rows).toHaveLength(1);
    expect(plain(rows[0] ?? '')).toContain(plain(byDefault));
  });

  test('documents no variable that is not read', () => {
    const rows = [...readme().matchAll(/^\|\s*`([A-Z][A-Z0-9_]+)`/gm)].map((match) => match[1]);
    expect(rows.filter((name) => !VARIABLES.some((variable) => variable.name === name))).toEqual([]);
  });
});
