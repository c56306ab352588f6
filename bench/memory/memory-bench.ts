import { mkdir, rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { bulkExportName, writeBulkPinduoduo } from '../../src/demo/bulk';
import { PINDUODUO_FULL } from '../../src/demo/writers/pinduoduo';
import { type Bench, type BenchOptions, type BenchResult } from '../bench';
import { runIngest } from '../ingest-command';
import { inTemporaryFolder } from '../temporary-folder';
import { type Export, type Loaded, memoryReport, memoryText } from './report';
import { writeWechatExport } from '../wechat-export';

/** Of 496 bytes each, 0.4 and 4.4 GB. */
const CSV_ROWS = { small: 806_000, large: 8_870_000 } as const;
const XLSX_ROWS = 500_000;
const YEAR = 2025;

/** The large csv, its rows in the store, and room for the engine's merges. */
const BYTES_NEEDED = 8e9;

interface Case {
  readonly id: Loaded['id'];
  /** Writes the export into a folder. */
  readonly write: (folder: string, scale: number) => Promise<Export>;
}

const CASES: readonly Case[] = [
  { id: 'csvSmall', write: (folder, scale) => writeCsv(folder, Math.round(CSV_ROWS.small * scale)) },
  { id: 'csvLarge', write: (folder, scale) => writeCsv(folder, Math.round(CSV_ROWS.large * scale)) },
  { id: 'xlsx', write: (folder, scale) => writeWechatExport(folder, Math.round(XLSX_ROWS * scale)) },
];

/** benchMemory loads one export after the other, each into a store of its own, which goes before the next one comes. */
export const benchMemory: Bench = (options) =>
  inTemporaryFolder(BYTES_NEEDED * options.scale, (folder) => measureIn(folder, options));

async function measureIn(folder: string, { scale, progress }: BenchOptions): Promise<BenchResult> {
  const [loadBefore = 0] = loadavg();
  const loads: Loaded[] = [];
  for (const { id, write } of CASES) {
    const place = join(folder, id);
    await mkdir(place);
    progress(`${id}: making the export`);
    const made = await write(place, scale);
    progress(`${id}: loading ${made.rows} rows`);
    const run = await runIngest(made.file, 'bench', join(place, 'home'));
    if (run.loaded !== made.rows || run.gross !== made.gross) {
      throw new Error(`${id} has ${made.rows} rows and ${made.gross} fen; loaded were ${run.loaded} and ${run.gross}`);
    }
    const [node, engine] = [run.node, run.engine].map((use) => use?.peakMemoryMiB.toFixed(0) ?? '?');
    progress(`${id}: took ${run.seconds.toFixed(1)} s; peaks: Node ${node} MiB, engine ${engine} MiB`);
    loads.push({ id, of: made, run });
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  }
  const report = memoryReport(loads, [
    'One run of the whole command for each export, its rows and gross sum checked; peaks are of resident memory, which for the engine counts what it maps of its program.',
    'Rates are of the whole command, start of Node and engine included. Every cell of the sheet counts, also those that the platform’s description does not read.',
    `${cpus().length} cores, load ${loadBefore.toFixed(1)} at the start: where others are at work the rates suffer and the peaks hardly.`,
  ]);
  return { report, text: memoryText(report) };
}

async function writeCsv(folder: string, rows: number): Promise<Export> {
  const file = join(folder, bulkExportName(YEAR));
  const { bytes, figures } = await writeBulkPinduoduo({ path: file, rows, seed: 1, year: YEAR });
  return { file, bytes, rows, cells: rows * PINDUODUO_FULL.length, gross: figures.gross };
}
