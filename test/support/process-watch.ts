/** Looking at an engine from outside while a command is at work on it, without holding it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endpointFile, engineEndpoint } from '../../src/clickhouse/engine/files';

/** Phase is how far an ingest has come, as its traces in the store tell. */
export type Phase = 'starting' | 'opening' | 'staging' | 'committing' | 'refreshing' | 'published';

const seen = z.object({ staging: z.coerce.number(), status: z.string(), rollups: z.coerce.number() });

const LOOK = `SELECT (SELECT count() FROM system.tables WHERE database = 'paceline' AND name LIKE 'staging\\_%') AS staging,
  (SELECT argMax(status, (at, seq)) FROM paceline.files WHERE path = {path: String}) AS status,
  (SELECT count() FROM paceline.rollups WHERE at >= (SELECT max(at) FROM paceline.files WHERE path = {path: String} AND status = 'committed')) AS rollups
  FORMAT JSONEachRow`;

/** phaseOf looks once; null when the engine did not answer, since it is just starting or just ending. */
export async function phaseOf(home: string, path: string): Promise<Phase | null> {
  try {
    const endpoint = engineEndpoint.parse(JSON.parse(readFileSync(endpointFile(join(home, 'engine')), 'utf8')));
    const credentials = Buffer.from(`${endpoint.user}:${endpoint.password}`).toString('base64');
    const url = `${endpoint.url}/?${new URLSearchParams({ param_path: path }).toString()}`;
    const reply = await fetch(url, { method: 'POST', body: LOOK, headers: { authorization: `Basic ${credentials}` } });
    // Before the migrations have made the tables.
    if (reply.status !== 200) return 'opening';
    const { staging, status, rollups } = seen.parse(JSON.parse(await reply.text()));
    if (status === 'committing') return 'committing';
    if (status === 'committed') return rollups > 0 ? 'published' : 'refreshing';
    return staging > 0 ? 'staging' : 'opening';
  } catch {
    return null;
  }
}
