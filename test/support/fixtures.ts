import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { formatYuan } from '../../src/domain/money';
import { type FileReport } from '../../src/domain/order-file';

/** The folder of fixtures: `<platform>/<case>.csv|xlsx` beside `<case>.expected.json`. */
export const FIXTURES = join(__dirname, '../../fixtures');

const figures = z.strictObject({
  paidOrders: z.number(),
  gross: z.string(),
  booked: z.string(),
  refunded: z.string(),
  net: z.string(),
});
const rows = z.strictObject({ read: z.number(), loaded: z.number(), rejected: z.number(), ignored: z.number() });
const expected = z.strictObject({
  shop: z.string().nullable(),
  expect: z.strictObject({
    platform: z.string(),
    layout: z.string(),
    encoding: z.string(),
    snapshotAt: z.string(),
    rows,
    ...figures.shape,
  }),
  rejects: z.array(z.strictObject({ line: z.number(), reasons: z.array(z.string()) })),
});

/** CORPUS holds files that broke a reader once: nothing is expected of them but a clear answer and a whole account. */
export const CORPUS = join(FIXTURES, 'corpus');

/** Figures of a file as the expected JSON writes them: money in yuan. */
export type ExpectedFigures = z.output<typeof figures>;

/** Fixture is an export made by the project with what a correct reading of it gives. */
export interface Fixture extends z.output<typeof expected> {
  /** `<platform>/<file name>`. */
  readonly id: string;
  readonly path: string;
  readonly name: string;
}

/** listFixtures finds every pair; dropping one in adds a test. @throws when a file lacks its pair */
export function listFixtures(): Fixture[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'corpus')
    .flatMap(({ name }) => fixturesOf(name));
}

function fixturesOf(platform: string): Fixture[] {
  const names = readdirSync(join(FIXTURES, platform)).sort();
  const lonely = names.filter((name) => {
    const base = name.replace(/(\.expected\.json|\.[a-z]+)$/, '');
    return name.endsWith('.expected.json')
      ? !names.some((other) => other !== name && other.replace(extname(other), '') === base)
      : !names.includes(`${base}.expected.json`);
  });
  if (lonely.length > 0) throw new Error(`fixtures/${platform}: no pair for ${lonely.join(', ')}`);
  return names
    .filter((name) => !name.endsWith('.expected.json'))
    .map((name) => {
      const path = join(FIXTURES, platform, name);
      const pair = path.replace(/\.[a-z]+$/, '.expected.json');
      return { ...expected.parse(JSON.parse(readFileSync(pair, 'utf8'))), id: `${platform}/${name}`, path, name };
    });
}

/** reportOf writes a file's report as an expected JSON does. */
export function reportOf(report: FileReport): Omit<Fixture['expect'], keyof ExpectedFigures> & ExpectedFigures {
  return {
    platform: report.platform ?? '',
    layout: report.layout ?? '',
    encoding: report.encoding ?? '',
    snapshotAt: report.snapshotAt ?? '',
    rows: report.rows,
    ...figuresOf(report),
  };
}

/** figuresOf picks the figures that an expected JSON holds. */
export function figuresOf({ figures }: FileReport): ExpectedFigures {
  return {
    paidOrders: figures.paidOrders,
    gross: formatYuan(figures.gross),
    booked: formatYuan(figures.booked),
    refunded: formatYuan(figures.refunded),
    net: formatYuan(figures.net),
  };
}

/** realExport is a path in the folder of real exports beside the project; null where that folder is not. */
export function realExport(path: string): string | null {
  const found = join(__dirname, '../../../shared/exports', path);
  return existsSync(found) ? found : null;
}
