import { ClickHouseError } from '@clickhouse/client';
import { PipelineError, terminal, transient } from '../errors';

/** Codes of the engine (src/Common/ErrorCodes.cpp there), numbers because names and words change. */
const CODE = {
  TABLE_ALREADY_EXISTS: 57,
  UNKNOWN_TABLE: 60,
  TIMEOUT_EXCEEDED: 159,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  SOCKET_TIMEOUT: 209,
  NETWORK_ERROR: 210,
  MEMORY_LIMIT_EXCEEDED: 241,
  TABLE_IS_READ_ONLY: 242,
  NOT_ENOUGH_SPACE: 243,
  TOO_MANY_PARTS: 252,
  ALL_CONNECTION_TRIES_FAILED: 279,
  QUERY_WAS_CANCELLED: 394,
  ACCESS_DENIED: 497,
  AUTHENTICATION_FAILED: 516,
} as const;

const TRANSIENT = new Set<number>([
  CODE.TIMEOUT_EXCEEDED,
  CODE.TOO_MANY_SIMULTANEOUS_QUERIES,
  CODE.SOCKET_TIMEOUT,
  CODE.NETWORK_ERROR,
  CODE.MEMORY_LIMIT_EXCEEDED,
  CODE.TABLE_IS_READ_ONLY,
  CODE.TOO_MANY_PARTS,
  CODE.QUERY_WAS_CANCELLED,
]);

/** Codes with which the engine refuses the text of a file: what a parser of csv, numbers and times can say. */
const PARSE_CODES = new Set<number>([6, 26, 27, 33, 38, 41, 53, 72, 117, 131, 636]);

/** isParseRefusal says whether an error means that the engine could not read the bytes it was given. */
export function isParseRefusal(error: unknown): boolean {
  return error instanceof PipelineError && error.context['parse'] === true;
}

/** isMissingTable says whether an error means that a table is not there (any more). */
export function isMissingTable(error: unknown): boolean {
  return error instanceof PipelineError && error.context['engineCode'] === CODE.UNKNOWN_TABLE;
}

/** isTakenName says whether an error means that a table of the wanted name is there already. */
export function isTakenName(error: unknown): boolean {
  return error instanceof PipelineError && error.context['engineCode'] === CODE.TABLE_ALREADY_EXISTS;
}

/**
 * mapStoreError turns whatever the client threw into a PipelineError. The engine's own words are kept only for
 * statements without a body, since those about a body can quote a cell.
 */
export function mapStoreError(
  error: unknown,
  statement: string,
  carriesRows: boolean,
  place = 'ClickHouse',
): PipelineError {
  if (error instanceof PipelineError) return error;
  if (error instanceof ClickHouseError) return mapEngineError(error, statement, carriesRows, place);
  const reason = error instanceof Error ? error.message : String(error);
  return transient(
    'store-unreachable',
    `${place} did not answer "${statement}": ${carriesRows ? 'the connection was lost' : reason}`,
    'Check that the server runs and that its address (CLICKHOUSE_URL, CLICKHOUSE_SHARDS) is right, then run the command again; nothing is half-loaded.',
    { statement },
    error,
  );
}

function mapEngineError(error: ClickHouseError, statement: string, carriesRows: boolean, place: string): PipelineError {
  const code = Number(error.code);
  const context = { engineCode: code, engineType: error.type ?? '', statement };
  if (code === CODE.NOT_ENOUGH_SPACE || error.message.includes('No space left on device')) {
    return transient(
      'disk-full',
      `${place} has no disk space left for "${statement}"`,
      'Free some space on the disk of PACELINE_HOME (or of the server), then run the command again; nothing is half-loaded.',
      context,
    );
  }
  if (code === CODE.AUTHENTICATION_FAILED || code === CODE.ACCESS_DENIED) {
    return terminal(
      'store-refused',
      `${place} refused "${statement}" (${error.type ?? code})`,
      'Check the user, the password and the grants in CLICKHOUSE_URL.',
      context,
    );
  }
  const words = carriesRows ? '' : `: ${error.message.slice(0, 600)}`;
  const message = `${place} failed on "${statement}" with code ${code} ${error.type ?? ''}${words}`;
  if (code === CODE.ALL_CONNECTION_TRIES_FAILED) {
    return transient(
      'store-unreachable',
      message,
      'A shard of the cluster does not answer: see that all of them run, then run the command again; nothing is half-loaded.',
      context,
    );
  }
  if (TRANSIENT.has(code)) return transient('store-query-failed', message, 'Run the command again.', context);
  return terminal('store-query-failed', message, 'Report this with the code and the command.', {
    ...context,
    parse: carriesRows && PARSE_CODES.has(code),
  });
}
