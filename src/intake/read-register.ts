import { type Chain } from '../domain/chains';
import { type BusinessDay, isBusinessDay } from '../domain/calendar';
import { LEAGUES, leagueNamed } from '../domain/leagues';
import { oneLine } from '../domain/text-columns';
import { type ShopStatement, type YesNo } from '../domain/shop-register';
import { terminal } from '../errors';
import { PLATFORM_NAMES, platformIdOf } from '../platforms/registry';
import { faultsError, readSmallTable, type SmallTable, type TableFault, type TableRow } from './small-table';

/** One column of a csv of the register as its documentation says it. */
export interface RegisterColumn {
  readonly name: string;
  readonly chinese: string;
  readonly required: boolean;
  readonly meaning: string;
}

/** SHOP_COLUMNS are the columns of a csv of shops; a header names them in English or Chinese, in any order. */
export const SHOP_COLUMNS = [
  { name: 'platform', chinese: '平台', required: true, meaning: 'its id or Chinese name' },
  { name: 'shop', chinese: '店铺', required: true, meaning: 'as files are handed in under it' },
  { name: 'valid from', chinese: '生效日期', required: true, meaning: 'the first day that the row speaks of' },
  { name: 'league', chinese: '盟市', required: false, meaning: 'one of the twelve leagues and cities' },
  { name: 'chain', chinese: '产业链', required: false, meaning: 'one of the table of chains' },
  { name: 'brand', chinese: '品牌', required: false, meaning: 'any name' },
  { name: 'kind', chinese: '商品或服务', required: false, meaning: 'goods, services; 商品, 服务' },
  { name: 'retail', chinese: '零售', required: false, meaning: 'yes, no; 是, 否' },
  { name: 'rural', chinese: '农村', required: false, meaning: 'yes, no; 是, 否' },
  { name: 'agricultural', chinese: '农产品', required: false, meaning: 'yes, no; 是, 否' },
  { name: 'live-stream', chinese: '直播', required: false, meaning: 'yes, no; 是, 否' },
] as const satisfies readonly RegisterColumn[];

/** CHAIN_COLUMNS are those of a csv of industry chains. */
export const CHAIN_COLUMNS = [
  { name: 'cluster', chinese: '产业集群', required: true, meaning: 'any name' },
  { name: 'chain', chinese: '产业链', required: true, meaning: 'any name, once' },
] as const satisfies readonly RegisterColumn[];

type NameOf<Columns extends readonly RegisterColumn[]> = Columns[number]['name'];

/**
 * readShops reads a csv of shops, in the order of their days, so that of one shop the later day is said later.
 * @throws PipelineError `file-unreadable`, `file-empty`, `file-not-a-table` with every fault by line and column
 */
export async function readShops(path: string, chains: readonly Chain[]): Promise<ShopStatement[]> {
  const reader = await openRegister(path, SHOP_COLUMNS);
  const said = new Map<string, number>();
  const statements = reader.table.rows.map((row): ShopStatement => {
    const platform = reader.given(
      row,
      'platform',
      `Write the id or the name of a platform: ${PLATFORM_NAMES}.`,
      platformIdOf,
    );
    const shop = reader.given(row, 'shop', 'Write the shop as its files are handed in.', (text) => text);
    const validFrom = reader.given(row, 'valid from', 'Write a day like 2026-01-01.', dayIn);
    const key = [platform, shop, validFrom].join('\u0000');
    const before = said.get(key);
    if (before !== undefined)
      reader.fault(row, 'valid from', `Line ${before} says what holds of this shop from this day.`);
    said.set(key, row.line);
    const yesNo = (name: NameOf<typeof SHOP_COLUMNS>): YesNo =>
      reader.choice(row, name, 'Write yes or no (是, 否), or leave it blank.', YES_NO);
    return {
      platform,
      shop,
      validFrom,
      league: reader.maybe(row, 'league', `Choose from ${LEAGUES.join('、')}.`, leagueNamed),
      chain: reader.maybe(row, 'chain', chainAdvice(chains), (text) =>
        chains.some(({ chain }) => chain === text) ? text : null,
      ),
      brand: reader.maybe(row, 'brand', '', (text) => oneLine(text)),
      kind: reader.choice(row, 'kind', 'Write goods or services (商品, 服务), or leave it blank.', KINDS),
      retail: yesNo('retail'),
      rural: yesNo('rural'),
      agricultural: yesNo('agricultural'),
      liveStream: yesNo('live-stream'),
    };
  });
  reader.refuseFaults();
  return statements.sort((a, b) => (a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0));
}

/**
 * readChains reads a csv of industry chains and their clusters.
 * @throws PipelineError as readShops does
 */
export async function readChains(path: string): Promise<Chain[]> {
  const reader = await openRegister(path, CHAIN_COLUMNS);
  const lines = new Map<string, number>();
  const chains = reader.table.rows.map((row): Chain => {
    const cluster = reader.given(row, 'cluster', 'Write the cluster of the chain.', (text) => oneLine(text));
    const chain = reader.given(row, 'chain', 'Write the name of the chain.', (text) => oneLine(text));
    const before = lines.get(chain);
    if (before !== undefined) reader.fault(row, 'chain', `It stands in line ${before} already.`);
    lines.set(chain, row.line);
    return { cluster, chain };
  });
  reader.refuseFaults();
  return chains;
}

function chainAdvice(chains: readonly Chain[]): string {
  if (chains.length === 0)
    return 'There is no table of chains yet: "npx paceline chains import <csv>", or leave it blank.';
  return `Choose from ${chains.map(({ chain }) => chain).join('、')}, or import a table of chains that has it.`;
}

const YES_NO = { yes: 'yes', no: 'no', 是: 'yes', 否: 'no' } as const;
const KINDS = { goods: 'goods', services: 'services', 商品: 'goods', 服务: 'services' } as const;

/** A day as people and spreadsheets write it: 2026-01-31, 2026/1/31; null for anything else. */
export function dayIn(text: string): BusinessDay | null {
  const [, year = '', month = '', day = ''] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text) ?? [];
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isBusinessDay(written) ? written : null;
}

/** RegisterReader takes cells of a table by the names of its columns and gathers what cannot be read. */
class RegisterReader<Name extends string> {
  private readonly faults: TableFault[] = [];

  constructor(
    readonly table: SmallTable,
    private readonly places: ReadonlyMap<string, { readonly index: number; readonly header: string }>,
  ) {}

  private text(row: TableRow, name: Name): string {
    const cell = (row.cells[this.places.get(name)?.index ?? -1] ?? '').trim();
    // "shops list --export" puts an apostrophe before what a spreadsheet would take for a formula.
    return cell.replace(/^'(?=[=+\-@＝＋－＠])/, '');
  }

  fault(row: TableRow, name: Name, advice: string): void {
    const column = this.places.get(name)?.header ?? name;
    this.faults.push({ line: row.line, column, cell: this.text(row, name), advice });
  }

  /** A cell that must be filled. */
  given(row: TableRow, name: Name, advice: string, read: (text: string) => string | null): string {
    const text = this.text(row, name);
    const value = text === '' ? null : read(text);
    if (value === null || value === '') this.fault(row, name, advice);
    return value ?? '';
  }

  /** A cell that may be blank. */
  maybe(row: TableRow, name: Name, advice: string, read: (text: string) => string | null): string {
    return this.text(row, name) === '' ? '' : this.given(row, name, advice, read);
  }

  /** A cell that may be blank or one of several words, in any case. */
  choice<Value extends string>(
    row: TableRow,
    name: Name,
    advice: string,
    values: Readonly<Record<string, Value>>,
  ): Value | '' {
    const text = this.text(row, name).toLowerCase();
    if (text === '') return '';
    const value = Object.entries(values).find(([word]) => word === text)?.[1];
    if (value === undefined) this.fault(row, name, advice);
    return value ?? '';
  }

  refuseFaults(): void {
    if (this.faults.length > 0) throw faultsError(this.table.path, this.faults);
  }
}

async function openRegister<const Columns extends readonly RegisterColumn[]>(
  path: string,
  columns: Columns,
): Promise<RegisterReader<NameOf<Columns>>> {
  const table = await readSmallTable(path, 'Give it a header and a line for each entry.');
  const places = new Map<string, { index: number; header: string }>();
  for (const [index, cell] of table.header.cells.entries()) {
    const header = cell.trim();
    const column = columns.find(({ name, chinese }) => name === header.toLowerCase() || chinese === header);
    const wrong =
      column === undefined
        ? `"${header}" is not a column of it`
        : places.has(column.name)
          ? `the column "${header}" stands there twice`
          : null;
    if (wrong !== null) throw headerError(table, wrong, columns);
    if (column) places.set(column.name, { index, header });
  }
  const missing = columns.filter(({ name, required }) => required && !places.has(name));
  if (missing.length > 0) {
    const names = missing.map(({ name, chinese }) => `"${name}" (${chinese})`).join(', ');
    throw headerError(table, `the header lacks ${names}`, columns);
  }
  return new RegisterReader(table, places);
}

const headerError = ({ path, header }: SmallTable, wrong: string, columns: readonly RegisterColumn[]) =>
  terminal(
    'file-not-a-table',
    `${path}, line ${header.line}: ${wrong}`,
    `The columns are ${columns.map(({ name, chinese }) => `${name} (${chinese})`).join(', ')}.`,
    { path, line: header.line },
  );
