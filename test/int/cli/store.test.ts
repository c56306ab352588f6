/** The commands over a year of a fictional region, as an operator uses them. */
import { isUtf8 } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineLease, leaseEngine } from '../../../src/clickhouse/engine/launch';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { DEMO_DEFAULTS, type DemoRegion, makeDemoRegion } from '../../../src/demo/region';
import { type Totals } from '../../../src/domain/measures';
import { formatYuan, parseYuan } from '../../../src/domain/money';
import { answerOf, type Ended, failureOf, paceline, removeFolders, temporaryFolder } from '../../support/process';

const SCALE_PER_MILLE = 4n;
const { asOf, year } = DEMO_DEFAULTS;
const LEFT_OUT = 'pinduoduo';
const BEFORE_IT_SLIPPED = `${year}-04-30`;
const RECIPIENT = 'bureau@example.invalid';

interface FilesAnswer {
  readonly files: readonly {
    readonly path: string;
    readonly fileId: string;
    readonly status: string;
    readonly error?: { readonly code: string; readonly message: string };
  }[];
}

interface RejectedRow {
  readonly line: number;
  readonly outcome: string;
  readonly reasons: readonly string[];
}

interface Explained {
  readonly files: readonly { readonly fileId: string; readonly path: string; readonly lines: number }[];
  readonly lines: readonly {
    readonly fileId: string;
    readonly line: number;
    readonly orderId: string;
    readonly gross: string;
  }[];
}

const textOf = (bytes: Buffer): string => new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030').decode(bytes);

const home = temporaryFolder();
const surroundings = {
  home,
  env: { PACELINE_CLOCK: `${year}-10-21 09:00:00`, ALERT_TO: RECIPIENT, ALERT_REPORTS: 'none' },
};
let engine: EngineLease;
let region: DemoRegion;
let inbox = '';

beforeAll(async () => {
  region = await makeDemoRegion({
    ...DEMO_DEFAULTS,
    outDir: join(temporaryFolder(), 'inbox'),
    scale: Number(SCALE_PER_MILLE) / 1000,
    yearBefore: false,
  });
  inbox = region.nights[0]?.folder ?? '';
  // Half of its files are one platform's; the night is as true without them, and shorter.
  rmSync(join(inbox, LEFT_OUT), { recursive: true });
  // Held, so that not every command has to start one.
  engine = await leaseEngine(join(home, 'engine'));
}, 120_000);
afterAll(() => {
  engine.release();
  removeFolders();
});

const answer = async <T>(...args: string[]): Promise<T> => await answerOf<T>(args, surroundings);

function sums(totals: Totals): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(totals).map(([name, sum]) => [name, typeof sum === 'bigint' ? formatYuan(sum) : sum]),
  );
}

const everything = () => region.nights[0]?.truth.byPlatformAndMonth ?? [];
const truth = () => everything().filter(({ platform }) => platform !== LEFT_OUT);
const netOf = (rows: ReturnType<typeof everything>): bigint => rows.reduce((sum, { totals }) => sum + totals.net, 0n);

describe('before anything is loaded', () => {
  test('the pace says that there is no data, with the built-in goal of 60 billion yuan net', async () => {
    expect(await answer('pace')).toMatchObject({
      state: 'no-data',
      asOf: null,
      actual: '0.00',
      goal: { year, measure: 'net', amount: '60000000000.00', setOn: null },
      seasonal: { projected: null },
    });
  });

  test('totals, files and verify answer with nothing, and succeed', async () => {
    expect(await answer('totals', '--by', 'platform')).toMatchObject({ asOf: null, rows: [], total: { net: '0.00' } });
    expect(await answer('files')).toEqual({ files: [] });
    expect(await answer('verify')).toEqual({
      ok: true,
      partitions: 0,
      stale: [],
      differences: [],
      coarse: [],
      replicas: [],
    });
  });
});

describe('a goal', () => {
  test('is in force once it is set, and what it was before stays in the history', async () => {
    const set = (amount: string, ...more: string[]) =>
      answer('goal', 'set', '--year', '2030', '--amount', amount, ...more);
    await set('1_000_000');
    const goal = {
      year: 2030,
      scope: {},
      measure: 'gross',
      amount: '1234567890123.45',
      validFrom: '2030-01-01',
      setOn: `${year}-10-21`,
    };
    expect(await set('1,234,567,890,123.45', '--measure', 'gross')).toEqual({ goal });
    const { goals, history } = await answer<{ goals: { year: number }[]; history: unknown[] }>('goal', 'list');
    expect(goals.filter((of) => of.year === 2030)).toEqual([{ ...goal, done: '0.00', splits: [] }]);
    expect(goals.filter((of) => of.year === year)).toMatchObject([{ amount: '60000000000.00' }]);
    expect(history).toMatchObject([{ amount: '1000000.00', measure: 'net' }, goal]);
  });
});

describe('a night on an inbox with a broken file', () => {
  let ended: Ended;
  let night: FilesAnswer & { readonly failed: unknown[]; readonly alerts: unknown[]; readonly pace: { state: string } };

  beforeAll(async () => {
    const amount = formatYuan((region.goal * SCALE_PER_MILLE * netOf(truth())) / (1000n * netOf(everything())));
    await answer('goal', 'set', '--year', String(year), '--amount', amount);
    ended = await paceline(['night', '--inbox', inbox, '--as-of', BEFORE_IT_SLIPPED, '--json'], surroundings);
    night = JSON.parse(ended.stdout) as typeof night;
  }, 120_000);

  test('does not succeed, names the file and why, and loads all the others', () => {
    const broken = region.files.filter(({ kind, night: of }) => kind === 'broken' && of === 1);
    expect(broken).toHaveLength(1);
    expect(ended.code).toBe(1);
    expect(night.failed).toEqual([]);
    const refused = night.files.filter(({ status }) => status !== 'committed' && status !== 'duplicate');
    expect(refused).toMatchObject([{ path: broken[0]?.path, status: 'refused', error: { code: 'file-truncated' } }]);
    expect(night.files).toHaveLength(
      region.files.filter((file) => file.night === 1 && file.platform !== LEFT_OUT).length,
    );
    expect(night.alerts).toEqual([]);
    expect(night.pace.state).toBe('on-track');
  });

  test('shows the figures that the generator knows of, by platform and month', async () => {
    const { rows, total } = await answer<{ rows: unknown[]; total: unknown }>('totals', '--by', 'platform,month');
    const known = truth().map(({ platform, month, totals }) => ({ platform, month, ...sums(totals) }));
    expect(rows).toMatchObject(known.sort((a, b) => (a.platform + a.month < b.platform + b.month ? -1 : 1)));
    expect(rows).toHaveLength(known.length);
    expect(total).toMatchObject({ net: formatYuan(netOf(truth())) });
  });

  test('is told of by the files command, and its totals are borne out by the orders', async () => {
    const { files } = await answer<FilesAnswer>('files');
    // A shop without a new order delivers the same bytes twice: one file.
    const known = new Set(night.files.map(({ fileId }) => fileId));
    expect(new Set(files.map(({ fileId }) => fileId))).toEqual(known);
    expect(files).toHaveLength(known.size);
    expect(files.filter(({ status }) => status !== 'committed')).toMatchObject([{ status: 'refused' }]);
    expect(await answer('verify')).toMatchObject({ ok: true, stale: [], differences: [], coarse: [], replicas: [] });
  });

  test('changes nothing when it is run again, and still does not succeed', async () => {
    const before = await answer('totals', '--by', 'platform,day,shop,province');
    const again = await paceline(['night', '--inbox', inbox, '--as-of', BEFORE_IT_SLIPPED, '--json'], surroundings);
    expect(again.code).toBe(1);
    const { files } = JSON.parse(again.stdout) as FilesAnswer;
    expect(new Set(files.map(({ status }) => status))).toEqual(new Set(['duplicate', 'refused']));
    expect(await answer('totals', '--by', 'platform,day,shop,province')).toEqual(before);
  });

  test('is followed by one mail when the year is behind, and by none when asked again', async () => {
    const outbox = join(home, 'outbox');
    const first = await answer<{ deliveries: { detail: string }[] }>('alert', '--as-of', asOf);
    expect(first).toMatchObject({
      changed: true,
      state: 'behind',
      deliveries: [{ outcome: 'written', recipient: RECIPIENT }],
      lastAlert: { kind: 'pace-behind', raisedFor: asOf },
    });
    const mails = readdirSync(outbox);
    expect(mails.map((name) => join(outbox, name))).toEqual(first.deliveries.map(({ detail }) => detail));
    const mail = readFileSync(join(outbox, mails[0] ?? ''), 'utf8');
    expect(mail).toContain(`To: ${RECIPIENT}`);

    const second = await answer<{ standing: string }>('alert', '--as-of', asOf);
    expect(second).toMatchObject({
      changed: false,
      state: 'behind',
      deliveries: [],
      lastAlert: { kind: 'pace-behind', raisedFor: asOf, deliveries: [{ outcome: 'written', recipient: RECIPIENT }] },
    });
    expect(second.standing).toContain('Nothing changed');
    expect(readdirSync(outbox)).toEqual(mails);
    expect(readFileSync(join(outbox, mails[0] ?? ''), 'utf8')).toBe(mail);
  });

  test('explains a figure by files that add up to it and by lines on which the orders stand', async () => {
    const day = `${year}-06-18`;
    const { rows } = await answer<{ rows: { day: string; platform: string; gross: string }[] }>(
      ...['totals', '--from', day, '--to', day, '--by', 'day,platform'],
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { platform, gross } of rows) {
      const told = await answer<Explained>('explain', '--day', day, '--platform', platform, '--lines');
      expect(told).toMatchObject({ addsUp: true, total: { gross } });
      expect(told.lines.length).toBe(told.files.reduce((sum, { lines }) => sum + lines, 0));
      expect(told.lines.reduce((sum, line) => sum + parseYuan(line.gross), 0n)).toBe(parseYuan(gross));
      for (const { path } of told.files.filter((file) => file.path.endsWith('.csv'))) {
        const { fileId } = told.files.find((file) => file.path === path)!;
        const text = textOf(readFileSync(path)).split('\n');
        const own = told.lines.filter((line) => line.fileId === fileId);
        expect(own.filter(({ line, orderId }) => !text[line - 1]?.includes(orderId))).toEqual([]);
      }
    }
    expect(await failureOf(['explain', '--day', day, '--platform', 'nobody'], surroundings)).toMatchObject({
      code: 'usage',
    });
  });

  test('answers people in text on stdout', async () => {
    for (const [args, words] of [
      [['totals', '--by', 'platform'], /douyin[^]*total[^]*every known shop has delivered/],
      [['pace', '--as-of', asOf], /^BEHIND\.[^]*still needed/],
      [['verify'], /every total of \d+ partitions equals the orders/],
    ] as const) {
      const { code, stdout } = await paceline(args, surroundings);
      expect([code, stdout]).toEqual([0, expect.stringMatching(words)]);
    }
  });
});

describe('a file with bad rows', () => {
  test('is committed, and the rows left out are found again by the beginning of its id', async () => {
    const path = join(packageRoot(), 'fixtures/pinduoduo/bad-rows.csv');
    const expected = JSON.parse(readFileSync(path.replace('.csv', '.expected.json'), 'utf8')) as {
      rejects: { line: number; reasons: string[] }[];
    };
    const env = { ...surroundings.env, PACELINE_MAX_REJECT_SHARE: '1' };
    const { files } = await answerOf<FilesAnswer>(['ingest', path, '--shop', 'another shop'], { home, env });
    expect(files).toMatchObject([{ status: 'committed' }]);
    const id = files[0]?.fileId ?? '';
    const { rows } = await answer<{ rows: RejectedRow[] }>('rejects', id.slice(0, 12));
    const rejected = rows.filter(({ outcome }) => outcome === 'rejected');
    expect(rejected.map(({ line, reasons }) => ({ line, reasons }))).toEqual(expected.rejects);
    expect(rows.filter(({ outcome }) => outcome === 'ignored').flatMap(({ reasons }) => reasons)).toEqual([
      'blank-row',
      'summary-row',
    ]);
  });

  test('is held as a whole when too many are bad, and the command does not succeed', async () => {
    const path = join(packageRoot(), 'fixtures/template/bad-rows.csv');
    const env = { ...surroundings.env, PACELINE_MAX_REJECT_SHARE: '0.01' };
    const before = await answer('totals');
    const ended = await paceline(['ingest', path, '--json'], { home, env });
    expect(ended.code).toBe(1);
    const { files } = JSON.parse(ended.stdout) as FilesAnswer;
    expect(files).toMatchObject([{ status: 'held', error: { code: 'rejects-over-limit' } }]);
    const { rows } = await answer<{ rows: unknown[] }>('rejects', files[0]?.fileId ?? '');
    expect(rows.length).toBeGreaterThan(0);
    expect(await answer('totals')).toEqual(before);
  });

  test('is held when nobody says its shop, and loads once somebody does', async () => {
    const path = join(packageRoot(), 'fixtures/pinduoduo/short-variant.csv');
    const ended = await paceline(['ingest', path, '--json'], surroundings);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ files: [{ status: 'held', error: { code: 'shop-unknown' } }] });
    expect(await answer('ingest', path, '--shop', 'a third shop')).toMatchObject({ files: [{ status: 'committed' }] });
  });

  test('is refused when it is handed in as that of another platform', async () => {
    const path = join(packageRoot(), 'fixtures/pinduoduo/full-variant.csv');
    const args = ['ingest', path, '--shop', 'x', '--platform', 'wechat-shop', '--json'];
    const ended = await paceline(args, surroundings);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      files: [{ status: 'refused', error: { code: 'platform-mismatch' } }],
    });
  });
});

describe('commands that start at the same moment in one fresh home', () => {
  test('all do their work, in one engine', async () => {
    const fresh = { ...surroundings, home: temporaryFolder() };
    const names = ['pinduoduo/full-variant.csv', 'jd/orders-2026.csv', 'wechat-shop/variant-57.csv'];
    const answers = await Promise.all(
      names.map((name) =>
        answerOf<FilesAnswer>(['ingest', join(packageRoot(), 'fixtures', name), '--shop', name], fresh),
      ),
    );
    expect(answers.flatMap(({ files }) => files).map(({ status }) => status)).toEqual(names.map(() => 'committed'));
    expect(await answerOf(['verify'], fresh)).toMatchObject({ ok: true });
  });
});

describe('the template', () => {
  test('loads once its example row is replaced by an order', async () => {
    const path = join(temporaryFolder(), `paceline_douyin_${year}1021020000.csv`);
    const { columns } = await answer<{ columns: { name: string; example: string }[] }>('template', '--out', path);
    const [header = '', example = ''] = readFileSync(path, 'utf8').split('\r\n');
    expect(header).toBe(`\ufeff${columns.map(({ name }) => name).join(',')}`);
    expect(example).toBe(columns.map((column) => column.example).join(','));
    const order = example
      .replace('DY20260101000001', 'DY20261020000042')
      .replace('示例旗舰店', '青禾食品旗舰店')
      .replaceAll('2026-01-01', '2026-10-20')
      .replace('199.00', '88.50');
    writeFileSync(path, `${header}\r\n${order}\r\n`);
    expect(await answer('ingest', path)).toMatchObject({
      files: [
        {
          status: 'committed',
          platform: 'douyin',
          layout: 'template/orders',
          shop: '青禾食品旗舰店',
          snapshotAt: `${year}-10-21 02:00:00`,
          rows: { read: 1, loaded: 1, rejected: 0, ignored: 0 },
          paidOrders: 1,
          gross: '88.50',
          booked: '98.50',
          net: '88.50',
        },
      ],
    });
  });

  test('is printed as csv, or inside one JSON document', async () => {
    const { stdout } = await paceline(['template'], surroundings);
    const { csv } = await answer<{ csv: string }>('template');
    expect(stdout).toBe(csv.replaceAll('\r\n', '\n'));
    expect(stdout.split('\n')[0]).toMatch(/^平台,店铺,订单编号,/);
  });

  test('cannot be written into a folder that is not there, and that is a clear error', async () => {
    const out = join(home, 'nowhere', 'template.csv');
    const failure = await failureOf(['template', '--out', out], surroundings);
    expect(failure.code).not.toBe('internal');
    expect(failure.message).toContain(out);
  });
});

describe('the doctor', () => {
  test('finds a fresh machine fit for work, and says that mails are only written', async () => {
    const { ok, findings } = await answer<{ ok: boolean; findings: { check: string; state: string }[] }>('doctor');
    expect(ok).toBe(true);
    expect(findings.filter(({ state }) => state === 'warning').map(({ check }) => check)).toEqual(['mail']);
  });
});
