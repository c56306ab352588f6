import { partitionStates } from '../clickhouse/totals/partitions';
import { type DimensionFilter } from '../domain/measures';
import { terminal } from '../errors';
import { type Context } from '../operations/context';
import { platformIdOf, PLATFORMS } from '../platforms/registry';
import { filterOf } from './question';

/**
 * knownPlatform is the id of a platform by itself or by a name. Platforms that deliver by the template are known by what
 * they have delivered.
 * @throws PipelineError `usage`, which lists them
 */
export async function knownPlatform({ db }: Context, text: string): Promise<string> {
  const id = platformIdOf(text);
  const delivered = (await partitionStates(db)).map(({ platform }) => platform);
  const known = new Set([...PLATFORMS.map((platform) => platform.id), ...delivered]);
  if (id !== null && known.has(id)) return id;
  throw terminal('usage', `there is no platform "${text}"`, `Choose from ${[...known].sort().join(', ')}.`);
}

/** knownFilter reads conditions as filterOf does. @throws PipelineError `usage` also for a platform that nobody knows */
export async function knownFilter(context: Context, conditions: readonly string[]): Promise<DimensionFilter> {
  const filter = filterOf(conditions);
  if (filter.platform !== undefined && filter.platform !== '') await knownPlatform(context, filter.platform);
  return filter;
}
