import { extname } from 'node:path';
import { notATable, unsafe } from './faults';
import { type ZipPart } from './zip';

/** Endings that an export can have; other files in a folder (notes, manifests) are none of Paceline's business. */
const EXPORT_ENDINGS = new Set(['.csv', '.txt', '.tsv', '.xlsx', '.xls', '.zip', '.gz', '.zst']);

/** hasExportEnding says whether a file may be an export by its name. */
export const hasExportEnding = (name: string): boolean => EXPORT_ENDINGS.has(extname(name).toLowerCase());

/** What packers and platforms add to the exports of an archive. */
const ADDED = /(^|\/)(__MACOSX\/|\.|(read[ _-]?me|licen[cs]e|使用说明|导出说明|说明|须知)[^/]*\.txt$)/i;

/** Members of an archive: those that may be exports, and the names of the others. */
export interface Members {
  readonly found: readonly ZipPart[];
  readonly skipped: readonly string[];
}

const UNIX = 3;
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * exportMembers sorts an archive's members by their names.
 * @throws PipelineError `archive-unsafe` for links, names that lead out of the archive or stand twice;
 * `file-not-a-table` when none can be an export
 */
export function exportMembers(archive: string, parts: readonly ZipPart[]): Members {
  const seen = new Set<string>();
  for (const { name, entry } of parts) {
    const [madeBy, mode] = [entry.versionMadeBy >>> 8, entry.externalFileAttributes >>> 16];
    if (madeBy === UNIX && (mode & FILE_TYPE) === SYMBOLIC_LINK) throw unsafe(archive, 'it holds a symbolic link');
    if (/^\/|^[A-Za-z]:|(^|\/)\.\.(\/|$)|\0/.test(name)) throw unsafe(archive, 'a name in it leads out of it');
    if (seen.has(name)) throw unsafe(archive, 'it holds two members of the same name');
    seen.add(name);
  }
  const files = parts.filter(({ name }) => !name.endsWith('/'));
  const isExport = ({ name }: ZipPart): boolean => hasExportEnding(name) && !ADDED.test(name);
  const found = files.filter(isExport);
  if (found.length === 0) {
    throw notATable(archive, 'a zip archive but not an xlsx workbook, and holds no export');
  }
  return { found, skipped: files.filter((part) => !isExport(part)).map(({ name }) => name) };
}
