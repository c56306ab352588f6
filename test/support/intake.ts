import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { takeFingerprint } from '../../src/intake/fingerprint';
import { openTable } from '../../src/intake/open-table';

/** What an export says once it is open: how it was read, and its rows as the engine is sent them when taken apart. */
export interface ReadExport {
  readonly path: string;
  readonly fileId: string;
  readonly bytes: number;
  readonly encoding: string;
  readonly layout: string;
  readonly cut: boolean;
  readonly skippedSheets: readonly string[];
  readonly rows: string;
}

/** IntakeFolder is where a suite writes exports and reads them; `leftovers` is whatever else came to lie on the disk. */
export interface IntakeFolder {
  readonly path: (name: string) => string;
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly read: (path: string, password?: string) => Promise<ReadExport>;
  readonly leftovers: () => string[];
}

/** useIntakeFolder gives a suite a folder, and makes the folder for temporary files one of its own to look into. */
export function useIntakeFolder(): IntakeFolder {
  const root = mkdtempSync(join(tmpdir(), 'paceline-intake-'));
  const [folder, temporary] = [join(root, 'exports'), join(root, 'tmp')];
  mkdirSync(folder);
  mkdirSync(temporary);
  const written = new Set<string>();
  const before = process.env['TMPDIR'];
  beforeAll(() => {
    process.env['TMPDIR'] = temporary;
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(root, { recursive: true, force: true });
  });
  return {
    path: (name) => join(folder, name),
    write: (name, content) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      written.add(path);
      return path;
    },
    read: readExport,
    leftovers: () =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => !written.has(path)),
  };
}

async function readExport(path: string, password?: string): Promise<ReadExport> {
  const file = await takeFingerprint(path, { password });
  const table = await openTable(file, { password });
  try {
    let rows = '';
    for await (const chunk of table.takenApart.open()) rows += String(chunk);
    const { encoding, layout, cut, skippedSheets } = table;
    return {
      path: file.path,
      fileId: file.fileId,
      bytes: file.bytes,
      encoding,
      layout: layout.id,
      cut,
      skippedSheets,
      rows,
    };
  } finally {
    table.close();
  }
}
