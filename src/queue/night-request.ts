import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalog, type Payloads } from './contracts';

/** Beside the embedded queue, which only one process can have open: the one that keeps the nights takes it from here. */
const requestFile = (dataDir: string): string => join(dataDir, 'night-request.json');

/** requestNight asks the process that has the embedded queue open to run a night now. */
export async function requestNight(dataDir: string, night: Payloads['night']): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const draft = `${requestFile(dataDir)}.${process.pid}`;
  await writeFile(draft, JSON.stringify(night));
  await rename(draft, requestFile(dataDir));
}

/** isNightRequested says whether a night was asked for and not taken yet. */
export async function isNightRequested(dataDir: string): Promise<boolean> {
  return await access(requestFile(dataDir)).then(
    () => true,
    () => false,
  );
}

/** takeNightRequest gives the night that was asked for, once; null when there is none, or none that can be read. */
export async function takeNightRequest(dataDir: string): Promise<Payloads['night'] | null> {
  const taken = `${requestFile(dataDir)}.taken`;
  try {
    await rename(requestFile(dataDir), taken);
    return catalog.night.payload.parse(JSON.parse(await readFile(taken, 'utf8')));
  } catch {
    return null;
  } finally {
    await rm(taken, { force: true });
  }
}
