import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { recordDecision } from '../../../src/clickhouse/alerts';
import { type Database } from '../../../src/clickhouse/client';
import { replaceChains } from '../../../src/clickhouse/chains';
import { setGoal } from '../../../src/clickhouse/goals';
import { findFile } from '../../../src/clickhouse/ledger';
import { keepReport } from '../../../src/clickhouse/reports';
import { setExpectation } from '../../../src/clickhouse/expectations';
import { registerShops } from '../../../src/clickhouse/shops';
import { refreshTotals } from '../../../src/clickhouse/totals/refresh';
import { TEMPLATE_COLUMNS } from '../../../src/demo/writers/template';
import { DIMENSIONS, type Dimension } from '../../../src/domain/measures';
import { formatYuan, parseYuan } from '../../../src/domain/money';
import { ALWAYS, type ShopStatement, UNKNOWN_TRAITS } from '../../../src/domain/shop-register';
import { type PaceStanding } from '../../../src/domain/pace-alerts';
import { ROUTES } from '../../../src/http/routes';
import { openTestApi, PASSWORD, type TestApi } from '../../support/api';
import { loadText } from '../../support/load';
import { type TestStore, useStores } from '../../support/store';
import { textOf } from '../../support/template-text';

const SHOPS = [
  ['douyin', '云岫茶行'],
  ['douyin', "O'Brien; DROP TABLE users --"],
  ['kuaishou', '云岫茶行'],
] as const;
const PROVINCES = ['广东省', '内蒙古自治区', ''];
const DAY = '2026-06-05';
const TODAY = '2027-01-01';
const PACE = { key: 'pace/2026/net/all' };
const BEHIND: PaceStanding = {
  state: 'behind',
  since: DAY,
  decidedFor: DAY,
  judged: { state: 'behind', since: DAY, asOf: DAY },
  told: null,
  raisedToday: [],
};

const stores = useStores({ lingers: true });
let store: TestStore;
let api: TestApi;
let operator: string;
let fileId: string;

/** Two hundred orders over two months, two platforms, three shops and three destinations; one row of each file cannot be read. */
beforeEach(async () => {
  store = await stores.open();
  api = await openTestApi(store);
  operator = await api.account('operator', 'operator');
  for (const [index, [platform, shop]] of SHOPS.entries()) {
    const rows = Array.from({ length: 66 }, (_, n) => {
      const day = `2026-0${5 + (n % 2)}-${String(1 + (n % 28)).padStart(2, '0')}`;
      const amount = n === 7 ? 'much' : `${(n * 37) % 500}.${String((n * 13) % 100).padStart(2, '0')}`;
      const refund = n % 5 === 0 && n % 9 !== 0 ? amount : '0.00';
      return `${platform}|${shop}|NO${index}${n}||${day} 10:00:00|${n % 9 === 0 ? '' : `${day} 23:59:59`}|||待发货|1|茶|${PROVINCES[n % 3]}|${amount}|0.00|0.00|${refund}`.split(
        '|',
      );
    });
    const report = await loadText(store, `template-${index}.csv`, textOf([TEMPLATE_COLUMNS, ...rows]));
    expect(report).toMatchObject({ status: 'committed', rows: { rejected: 1 } });
    fileId = report.fileId;
  }
  await refreshTotals(store.db, store.now);
  const decided = { seq: 1, decidedFor: DAY, next: BEHIND, why: 'behind', alerts: [], recipients: [] };
  await recordDecision(store.db, PACE, decided, store.now());
});
afterEach(async () => await api.server.close());

test('every example of the OpenAPI document is answered as it says', async () => {
  const document = (await api.ask('/docs/openapi.json', operator)).json<{
    paths: Record<string, Record<string, { 'x-examples': { path: string; body?: Record<string, unknown> }[] }>>;
  }>();
  const fill = (text: string): string =>
    text
      .replace('{fileId}', fileId)
      .replace('{day}', DAY)
      .replace('{today}', TODAY)
      .replace('{name}', 'operator')
      .replace('{password}', PASSWORD);
  const wrong: string[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const route = ROUTES.find(
        (each) => each.path.replace(/:(\w+)/g, '{$1}') === path && each.method.toLowerCase() === method,
      );
      for (const example of operation['x-examples']) {
        // A token makes no tokens.
        const headers = path === '/v1/tokens' && method === 'post' ? await api.browser('operator') : null;
        const answer = await api.ask(fill(example.path), headers ? '' : operator, {
          method: method.toUpperCase() as 'GET',
          ...(headers && { headers }),
          ...(example.body === undefined ? {} : { payload: JSON.parse(fill(JSON.stringify(example.body))) as object }),
        });
        const fits =
          route?.answer.safeDecode(answer.json()).success === true && answer.statusCode === (route.status ?? 200);
        if (!fits) wrong.push(`${method} ${example.path}: ${answer.statusCode} ${answer.body.slice(0, 200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(ROUTES.filter(({ method, examples }) => method === 'GET' && examples.length === 0)).toEqual([]);
});

interface Group {
  readonly key: readonly string[];
  readonly paidOrders: number;
  readonly gross: string;
  readonly refunded: string;
}

/** One shop moves in the middle of a month and leaves its chain, one is known from then on only, one is not registered. */
const REGISTER: readonly ShopStatement[] = [
  {
    ...{
      platform: 'douyin',
      shop: '云岫茶行',
      validFrom: ALWAYS,
      league: '包头市',
      chain: '羊肉',
      retail: '',
      brand: '云岫',
    },
    ...{ kind: 'goods', rural: 'yes', agricultural: 'yes', liveStream: 'no' },
  },
  {
    ...{
      platform: 'douyin',
      shop: '云岫茶行',
      validFrom: '2026-06-10',
      league: '赤峰市',
      chain: '',
      retail: '',
      brand: '',
    },
    ...{ kind: 'services', rural: 'no', agricultural: '', liveStream: 'yes' },
  },
  {
    ...{
      platform: 'kuaishou',
      shop: '云岫茶行',
      validFrom: '2026-05-15',
      league: '赤峰市',
      chain: '奶粉',
      brand: '云岫',
    },
    ...{ retail: '', kind: '', rural: '', agricultural: 'no', liveStream: '' },
  },
];
const CHAINS = [{ cluster: '肉业', chain: '羊肉' }] as const;

/** What the register says of an order, from the newest statement back. */
const ofRegister = (of: (said: ShopStatement) => string): string => {
  const cases = [...REGISTER]
    .sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
    .map(
      (said) =>
        `platform = '${said.platform}' AND shop = '${said.shop}' AND toDate(paid_at) >= '${said.validFrom}', '${of(said)}'`,
    );
  return `multiIf(${cases.join(', ')}, '')`;
};

const IN_ORDERS: Readonly<Record<Dimension, string>> = {
  league: ofRegister(({ league }) => league),
  cluster: ofRegister(({ chain }) => CHAINS.find((known) => known.chain === chain)?.cluster ?? ''),
  chain: ofRegister(({ chain }) => chain),
  brand: ofRegister(({ brand }) => brand),
  kind: ofRegister(({ kind }) => kind),
  rural: ofRegister(({ rural }) => rural),
  agricultural: ofRegister(({ agricultural }) => agricultural),
  'live-stream': ofRegister(({ liveStream }) => liveStream),
  platform: 'platform',
  shop: 'shop',
  province: 'province',
  day: 'toString(toDate(paid_at))',
  month: "formatDateTime(toDate(paid_at), '%Y-%m')",
};

test('totals are those of the orders, for any filter, grouping, period and size of page', async () => {
  await registerShops(store.db, REGISTER, store.now());
  await replaceChains(store.db, CHAINS, store.now());
  await refreshTotals(store.db, store.now);
  const flag = ['yes', 'no', 'unknown'];
  const values: Readonly<Record<Dimension, readonly string[]>> = {
    league: ['包头市', '赤峰市', 'unknown'],
    cluster: ['肉业', 'unknown'],
    chain: ['羊肉', '奶粉'],
    brand: ['云岫', 'unknown'],
    kind: ['goods', 'services'],
    rural: flag,
    agricultural: flag,
    'live-stream': flag,
    platform: ['douyin', 'kuaishou', 'elsewhere'],
    shop: [...SHOPS.map(([, shop]) => shop), '\\', "' OR 1=1 --"],
    province: ['广东', 'unknown'],
    day: [DAY, '2026-06-06'],
    month: ['2026-05', '2026-06'],
  };
  const filter = fc
    .shuffledSubarray([...DIMENSIONS], { maxLength: 3 })
    .chain((names) =>
      fc.tuple(
        ...names.map((name) => fc.constantFrom(...values[name]).map((value): [Dimension, string] => [name, value])),
      ),
    );
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...DIMENSIONS], { maxLength: 5 }),
      filter,
      fc.constantFrom('2026-05-10', '2026-01-01'),
      fc.integer({ min: 1, max: 40 }),
      async (by, where, from, limit) => {
        expect(await fromApi(by, where, from, limit)).toEqual(await fromOrders(by, where, from));
      },
    ),
    { numRuns: 40 },
  );
});

async function fromApi(
  by: readonly Dimension[],
  where: readonly [Dimension, string][],
  from: string,
  limit: number,
): Promise<Group[]> {
  const groups: Group[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = new URLSearchParams([
      ['by', by.join(',')],
      ['from', from],
      ['to', '2026-12-31'],
      ['limit', String(limit)],
      ...where,
      ...(cursor === '' ? [] : [['cursor', cursor]]),
    ] as [string, string][]);
    const answer = await api.ask(`/v1/totals?${query.toString()}`, operator);
    expect(answer.statusCode).toBe(200);
    const page = answer.json<{
      rows: { dimensions: Record<string, string>; totals: Omit<Group, 'key'> }[];
      total: Omit<Group, 'key'>;
      next: string | null;
    }>();
    const rows = by.length === 0 ? [{ dimensions: {} as Record<string, string>, totals: page.total }] : page.rows;
    for (const { dimensions, totals } of rows) {
      const { paidOrders, gross, refunded } = totals;
      if (paidOrders > 0) groups.push({ key: by.map((name) => dimensions[name] ?? ''), paidOrders, gross, refunded });
    }
    cursor = page.next;
  }
  return groups.sort(byKey);
}

async function fromOrders(
  by: readonly Dimension[],
  where: readonly [Dimension, string][],
  from: string,
): Promise<Group[]> {
  const key = `[${by.map((name) => `toString(${IN_ORDERS[name]})`).join(', ')}]`;
  const kept = where.map(([name], index) => ` AND ${IN_ORDERS[name]} = {value${index}: String}`).join('');
  const rows = await store.db.rows(
    {
      name: 'totals of a test',
      sql: `SELECT ${by.length === 0 ? 'emptyArrayString()' : key} AS key, toUInt32(count()) AS paidOrders, sum(gross) AS gross, sum(refunded) AS refunded
        FROM orders FINAL WHERE paid_at IS NOT NULL AND toDate(paid_at) BETWEEN {from: Date} AND '2026-12-31'${kept} GROUP BY key`,
      row: z.object({ key: z.array(z.string()), paidOrders: z.number(), gross: z.string(), refunded: z.string() }),
    },
    {
      from,
      ...Object.fromEntries(where.map(([, value], index) => [`value${index}`, value === 'unknown' ? '' : value])),
    },
  );
  const yuan = (text: string): string => formatYuan(parseYuan(text));
  return rows
    .map((row) => ({
      key: row.key.map((value) => (value === '' ? 'unknown' : value)),
      paidOrders: row.paidOrders,
      gross: yuan(row.gross),
      refunded: yuan(row.refunded),
    }))
    .sort(byKey);
}

const byKey = (a: Group, b: Group): number => (a.key.join('\n') < b.key.join('\n') ? -1 : 1);

const NASTY = [
  "'",
  '"',
  '\\',
  ';--',
  '{x: String}',
  '../../etc/passwd',
  '%00',
  '\u0000',
  '\t',
  '𠮷',
  '-1',
  '1e9',
  '99999999999999999999',
  'null',
  '[]',
  '\ud800',
  'x'.repeat(3000),
];

test('whatever is sent in any parameter is refused or answered, and never a fault of the server', async () => {
  const names = (shape: z.ZodObject | undefined): string[] => Object.keys(shape?.shape ?? {});
  const value = fc.oneof(
    fc.constantFrom(...NASTY),
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  );
  const asked = fc.constantFrom(...ROUTES).chain((line) =>
    fc.record({
      line: fc.constant(line),
      params: fc.tuple(...names(line.params).map(() => value)),
      query: fc.tuple(...names(line.query).map(() => fc.option(value, { freq: 1 }))),
      body: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom('x', ...names(line.body)), fc.oneof(value, fc.jsonValue())),
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(asked, async ({ line, params, query, body }) => {
      const path = names(line.params).reduce(
        (text, name, index) => text.replace(`:${name}`, encode(params[index] ?? '')),
        line.path,
      );
      const pairs = names(line.query).flatMap((name, index) =>
        query[index] == null ? [] : [`${name}=${encode(query[index])}`],
      );
      const answer = await api.ask(`${path}?${pairs.join('&')}`, operator, {
        method: line.method,
        ...(line.body === undefined
          ? {}
          : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      expect({ path: line.path, ok: answer.statusCode < 500 }).toEqual({ path: line.path, ok: true });
      if (answer.statusCode >= 400) expect(answer.headers['content-type']).toContain('problem+json');
    }),
    { numRuns: 150 },
  );
});

test('whatever has the right form is answered or refused, also at the edges of what there is', async () => {
  const day = fc.constantFrom('1970-01-01', '1970-01-02', '2026-02-28', '2026-06-05', '2149-06-05', '2149-06-06');
  const word = fc.constantFrom('unknown', '云岫茶行', 'douyin', "O'Brien; DROP TABLE users --", '%', '\\');
  const cursorPart = fc.oneof(day, word, fc.constantFrom(0, -1, 1.5, 2 ** 53, '2026-06-05 10:00:00.000', ''));
  const cursor = fc
    .array(cursorPart, { maxLength: 4 })
    .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url'));
  const OF: Readonly<Record<string, fc.Arbitrary<string>>> = {
    ...{ from: day, to: day, day, asOf: day, asKnown: day, since: day, cursor },
    year: fc.constantFrom('1970', '1971', '2026', '2027', '2149'),
    by: fc.uniqueArray(fc.constantFrom(...DIMENSIONS), { maxLength: 4 }).map((names) => names.join(',')),
    limit: fc.constantFrom('1', '2', '1000'),
    running: fc.constantFrom('true', 'false'),
    lines: fc.constantFrom('true', 'false'),
    changes: fc.constantFrom('true', 'false'),
    format: fc.constantFrom('csv', 'xlsx', 'parquet'),
    language: fc.constantFrom('zh', 'en'),
    status: fc.constantFrom('held', 'committed', 'refused'),
    fileId: fc.constantFrom('0'.repeat(64), 'f'.repeat(64)),
  };
  const league = await api.account('of-a-league', 'operator', { league: '包头市' });
  const lines = ROUTES.filter(({ method }) => method === 'GET');
  const asked = fc.constantFrom(...lines).chain((line) => {
    const valuesOf = (shape: z.ZodObject | undefined) =>
      Object.fromEntries(Object.keys(shape?.shape ?? {}).map((name) => [name, OF[name] ?? word]));
    return fc.record({
      line: fc.constant(line),
      as: fc.constantFrom(operator, league),
      params: fc.record(valuesOf(line.params)),
      query: fc.record(valuesOf(line.query), { requiredKeys: [] }),
    });
  });
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(asked, async ({ line, as, params, query }) => {
      const path = line.path.replace(/:(\w+)/g, (_, name: string) => encode(params[name] ?? ''));
      const { statusCode } = await api.ask(
        `${path}?${new URLSearchParams(query as Record<string, string>).toString()}`,
        as,
      );
      statuses.add(statusCode);
      expect({ path, query, ok: statusCode < 500 }).toEqual({ path, query, ok: true });
    }),
    { numRuns: 300 },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 404]));
});

/** A lone surrogate cannot be written in an address. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

test('a parameter that is wrong is named with the reason', async () => {
  const answer = await api.ask('/v1/totals?from=2026-13-01&by=colour&page=2', operator);
  expect(answer.statusCode).toBe(400);
  expect(
    answer
      .json<{ faults: { parameter: string }[] }>()
      .faults.map(({ parameter }) => parameter)
      .sort(),
  ).toEqual(expect.arrayContaining(['by', 'from', 'page']));
});

test('an answer has the same tag until the data changes', async () => {
  const first = await api.ask('/v1/totals?by=platform', operator);
  const etag = String(first.headers.etag);
  const again = { headers: { 'if-none-match': etag } };
  expect((await api.ask('/v1/totals?by=platform', operator, again)).statusCode).toBe(304);
  expect(
    (await api.ask(`/v1/files/${fileId}/withdraw`, operator, { method: 'POST', payload: { reason: 'wrong' } }))
      .statusCode,
  ).toBe(200);
  const later = await api.ask('/v1/totals?by=platform', operator, again);
  expect(later.statusCode).toBe(200);
  expect(later.json<{ rows: unknown[] }>().rows).toHaveLength(1);
});

test('what the first page is drawn from is prepared before anybody asks', async () => {
  const asked: string[] = [];
  const noted: Pick<Database, 'rows'> = {
    rows: async (query, params) => {
      asked.push(query.name);
      return await store.db.rows(query, params);
    },
  };
  const watched = await openTestApi(store.with({ db: Object.assign(Object.create(store.db) as Database, noted) }));
  try {
    await watched.server.prepare();
    expect((await watched.ask('/v1/session', operator)).statusCode).toBe(200);
    asked.length = 0;
    const first = ['/v1/pace', '/v1/completeness', '/v1/nights', '/v1/totals?year=2027&by=platform'];
    const answers = await Promise.all(first.map(async (path) => await watched.ask(path, operator)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect(asked.filter((name) => name !== 'newest blocks')).toEqual([]);
    await watched.ask('/v1/totals?year=2026&by=platform', operator);
    expect(asked).toContain('totals by dimensions');
    // What is complete of a year is known of the years after it as well.
    asked.length = 0;
    for (const year of [2024, 2025, 2026]) await watched.ask(`/v1/totals?year=${year}`, operator);
    expect(asked.filter((name) => name === 'deliveries of shops')).toHaveLength(1);
  } finally {
    await watched.server.close();
  }
});

test('an account that sees one platform gets its figures, shops and files, and nothing else', async () => {
  const limited = await api.account('limited', 'analyst', { platform: 'kuaishou' });
  const rowsOf = async (path: string): Promise<string> => (await api.ask(path, limited)).body;
  expect(await rowsOf('/v1/totals?by=platform,shop')).not.toContain('douyin');
  expect((await api.ask('/v1/totals?platform=douyin', limited)).json()).toMatchObject({
    total: { paidOrders: 0 },
    rows: [],
  });
  expect(await rowsOf('/v1/completeness')).not.toContain('douyin');
  const { files } = (await api.ask('/v1/files?limit=1', limited)).json<{
    files: { fileId: string; platform: string }[];
  }>();
  expect(files.map(({ platform }) => platform)).toEqual(['kuaishou']);
  const all = (await api.ask('/v1/files?platform=douyin', operator)).json<
    typeof Object & { files: { fileId: string }[] }
  >();
  for (const { fileId: foreign } of all.files) {
    expect((await findFile(store.db, foreign))?.platform).toBe('douyin');
    for (const path of [`/v1/files/${foreign}`, `/v1/files/${foreign}/rejects`])
      expect((await api.ask(path, limited)).statusCode).toBe(404);
  }
  expect((await api.ask(`/v1/explain?day=${DAY}&platform=douyin`, limited)).statusCode).toBe(403);
});

test('pages of files stay as they are while new files come', async () => {
  const first = (await api.ask('/v1/files?limit=2', operator)).json<{ files: { fileId: string }[]; next: string }>();
  await loadText(
    store.with({ now: () => new Date(store.now().getTime() + 60_000) }),
    'new.csv',
    textOf([
      TEMPLATE_COLUMNS,
      'douyin|云岫茶行|NEW||2026-06-05 10:00:00|2026-06-05 10:00:30|||待发货|1|茶|广东省|1.00|0.00|0.00|0.00'.split(
        '|',
      ),
    ]),
  );
  const second = (await api.ask(`/v1/files?limit=2&cursor=${first.next}`, operator)).json<{
    files: { fileId: string }[];
    next: null;
  }>();
  expect(second.next).toBeNull();
  const ids = [...first.files, ...second.files].map((each) => each.fileId);
  expect(new Set(ids).size).toBe(3);
});

test('a league sees a shop on the days on which it belonged to it, and one that has not delivered yet', async () => {
  const statement = (shop: string, league: string, validFrom: string): ShopStatement => ({
    ...{ ...UNKNOWN_TRAITS, league },
    ...{ platform: 'kuaishou', shop, validFrom },
  });
  const said = [
    statement('云岫茶行', '包头市', ALWAYS),
    statement('云岫茶行', '赤峰市', '2026-06-01'),
    statement('新店', '包头市', ALWAYS),
  ];
  await registerShops(store.db, said, store.now());
  const expected = { platform: 'kuaishou', shop: '新店', everyDays: 1, since: '2026-06-20' };
  await setExpectation(store.db, expected, { by: 'a test', reason: '' }, store.now());
  await refreshTotals(store.db, store.now);
  const league = await api.account('baotou', 'analyst', { league: '包头市' });
  const explain = async (day: string): Promise<number> =>
    (await api.ask(`/v1/explain?day=${day}&platform=kuaishou&shop=云岫茶行`, league)).statusCode;
  expect([await explain('2026-05-03'), await explain('2026-06-04')]).toEqual([200, 403]);
  // A file is that of whoever sees all of its days; of the days, each is seen by its own league.
  const sold = (day: string): string[] =>
    `kuaishou|云岫茶行|MOVED${day}||${day} 10:00:00|${day} 10:00:30|||待发货|1|茶|广东省|1.00|0.00|0.00|0.00`.split(
      '|',
    );
  const moved = await loadText(store, 'moved.csv', textOf([TEMPLATE_COLUMNS, sold('2026-05-20'), sold('2026-06-02')]));
  const may = await loadText(store, 'may.csv', textOf([TEMPLATE_COLUMNS, sold('2026-05-21')]));
  const june = await loadText(store, 'june.csv', textOf([TEMPLATE_COLUMNS, sold('2026-06-03')]));
  await refreshTotals(store.db, store.now);
  const chifeng = await api.account('chifeng', 'analyst', { league: '赤峰市' });
  for (const [account, file, status] of [
    [league, may, 200],
    [league, june, 404],
    [league, moved, 404],
    [chifeng, may, 404],
    [chifeng, june, 200],
    [operator, moved, 200],
  ] as const) {
    expect((await api.ask(`/v1/files/${file.fileId}`, account)).statusCode).toBe(status);
    expect((await api.ask(`/v1/files/${file.fileId}/rejects`, account)).statusCode).toBe(status);
  }
  const { shops: of } = (await api.ask('/v1/completeness?from=2026-05-30&to=2026-06-02', chifeng)).json<{
    shops: { shop: string; states: string[] }[];
  }>();
  expect(of.find(({ shop }) => shop === '云岫茶行')?.states.map((state) => state === 'not-expected')).toEqual([
    true,
    true,
    false,
    false,
  ]);
  const { shops } = (await api.ask('/v1/completeness?from=2026-06-20&to=2026-06-21', league)).json<{
    shops: { shop: string }[];
  }>();
  expect(shops.map(({ shop }) => shop)).toContain('新店');
});

test('no answer to a league speaks of a shop of another one', async () => {
  const [OTHER, NUMBER] = ['别处的秘密店', 'SECRET20260605'];
  const traits = { ...UNKNOWN_TRAITS, platform: 'douyin', validFrom: ALWAYS };
  const statements = [
    { ...traits, shop: OTHER, league: '呼和浩特市', brand: '别处的秘密品牌', chain: '别处的秘密链' },
    { ...traits, shop: '云岫茶行', league: '包头市' },
  ];
  await registerShops(store.db, statements, store.now());
  const sold = (shop: string, orderId: string, amount: string): string[] =>
    `douyin|${shop}|${orderId}||2026-06-05 10:00:00|2026-06-05 10:00:30|||待发货|1|茶|广东省|${amount}|0.00|0.00|0.00`.split(
      '|',
    );
  await loadText(
    store,
    `${OTHER}.csv`,
    textOf([TEMPLATE_COLUMNS, sold(OTHER, NUMBER, '1.00'), sold(OTHER, NUMBER + 'B', 'much')]),
  );
  // All of its rows were refused: what loaded of the file is of a shop that the league sees.
  const mixed = await loadText(
    store,
    'mixed.csv',
    textOf([TEMPLATE_COLUMNS, sold('云岫茶行', 'NO7770001', '1.00'), sold(OTHER, NUMBER + 'C', 'much')]),
  );
  await refreshTotals(store.db, store.now);
  await keepReport(store.db, () => new Date('2026-06-10T02:00:00+08:00'));
  await setGoal(
    store.db,
    { year: 2026, measure: 'net', amount: 100_000n, setOn: '2026-01-01', scope: { league: '包头市' } },
    store.now(),
  );
  const league = await api.account('baotou', 'operator', { league: '包头市' });
  const fill = (path: string): string =>
    path
      .replace('{fileId}', mixed.fileId)
      .replace('{day}', DAY)
      .replace('{today}', TODAY)
      .replace('{name}', 'operator');
  const asked = ROUTES.filter(({ method }) => method === 'GET').flatMap(({ examples }) =>
    examples.map(({ path }) => fill(path)),
  );
  const more = [
    '/v1/totals?by=shop,brand,chain,province&asKnown=2026-06-20',
    '/v1/growth?by=shop',
    '/v1/growth?by=shop&asKnown=2026-06-20',
    '/v1/logistics?by=shop',
    '/v1/completeness?from=2026-05-30&to=2026-06-12',
    `/v1/files?path=${encodeURIComponent('csv')}`,
    '/v1/totals?by=shop&format=csv',
    '/v1/pace?league=%E5%8C%85%E5%A4%B4%E5%B8%82',
  ];
  const told: string[] = [];
  const answered: number[] = [];
  for (const path of [...asked, ...more]) {
    const { statusCode, body } = await api.ask(path, league);
    answered.push(statusCode);
    if (/秘密|SECRET/.test(body)) told.push(path);
  }
  expect(told).toEqual([]);
  expect(answered.filter((status) => status === 200).length).toBeGreaterThan(asked.length / 2);
  expect((await api.ask('/v1/totals?by=shop', operator)).body).toContain(OTHER);
  const rejects = (as: string) => api.ask(`/v1/files/${mixed.fileId}/rejects`, as);
  expect((await rejects(operator)).body).toContain(NUMBER);
  expect((await rejects(league)).json()).toMatchObject({ rows: [{ line: 3, cells: {} }] });
});

test('what a league sees of a report of the past is a matter of the register of today', async () => {
  const statement = { ...UNKNOWN_TRAITS, platform: 'kuaishou', shop: '云岫茶行', validFrom: ALWAYS };
  await registerShops(store.db, [{ ...statement, league: '包头市' }], new Date('2026-06-01T02:00:00+08:00'));
  await keepReport(store.db, () => new Date('2026-06-10T02:00:00+08:00'));
  const league = await api.account('baotou', 'analyst', { league: '包头市' });
  const orders = async (path: string, as = league): Promise<number> =>
    (await api.ask(path, as)).json<{ total: { paidOrders: number } }>().total.paidOrders;
  const known = '/v1/totals?by=shop&asKnown=2026-06-20';
  const before = await orders(known);
  expect(before).toBeGreaterThan(0);
  await registerShops(store.db, [{ ...statement, league: '赤峰市' }], new Date('2026-06-20T02:00:00+08:00'));
  api.server.doorkeeper.forget();
  expect([await orders(known), await orders('/v1/totals?by=shop')]).toEqual([0, 0]);
  expect(await orders(`${known}&league=包头市`, operator)).toBe(before);
});

test('figures as a report knew them are complete to the day before it at most', async () => {
  await keepReport(store.db, () => new Date('2026-06-10T02:00:00+08:00'));
  const asOf = async (more: string): Promise<string> =>
    (await api.ask(`/v1/totals?from=2026-05-01&to=2026-06-30${more}`, operator)).json<{ asOf: string }>().asOf;
  expect(await asOf('&asKnown=2026-06-20')).toBe('2026-06-09');
  expect((await asOf('')) > '2026-06-09').toBe(true);
});

test('the pace and the completeness as a report knew them say so, and stand on no later day', async () => {
  await keepReport(store.db, () => new Date('2026-06-10T02:00:00+08:00'));
  const pace = async (more: string) => (await api.ask(`/v1/pace?asKnown=2026-06-20${more}`, operator)).json<object>();
  expect(await pace('')).toMatchObject({ requestedAsOf: '2026-06-10', asKnown: { reportedOn: '2026-06-10' } });
  expect(await pace('&asOf=2026-06-09')).toMatchObject({ requestedAsOf: '2026-06-09' });
  // The orders of the store came after that report.
  const completeness = (await api.ask('/v1/completeness?asKnown=2026-06-20', operator)).json<object>();
  expect(completeness).toMatchObject({
    asOf: '2026-06-10',
    to: '2026-06-09',
    asKnown: { reportedOn: '2026-06-10' },
    shops: [],
  });
  expect(await pace('&asOf=2026-06-11')).toMatchObject({ status: 400, faults: [{ parameter: 'asOf' }] });
});

test('a cursor of the audit log that was made up is refused by name', async () => {
  for (const made of ['-000001-01-01 00:00:00', '2026-13-01 00:00:00.000', '2026-01-01T00:00:00Z', 7]) {
    const cursor = Buffer.from(JSON.stringify([made, 0])).toString('base64url');
    const answer = await api.ask(`/v1/audit?cursor=${cursor}`, operator);
    expect([answer.statusCode, answer.json<{ faults: unknown }>().faults]).toMatchObject([
      400,
      [{ in: 'query', parameter: 'cursor' }],
    ]);
  }
});

test('what was asked is written down with who asked', async () => {
  await api.ask('/v1/totals?by=shop', operator);
  await api.server.doorkeeper.close();
  const { entries } = (await api.ask('/v1/audit', operator)).json<{
    entries: { user: string; target: string; status: number }[];
  }>();
  expect(entries).toContainEqual(
    expect.objectContaining({ user: 'operator', target: '/v1/totals?by=shop', status: 200 }),
  );
});
