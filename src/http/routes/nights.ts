import { z } from 'zod';
import { latestNights } from '../../clickhouse/nights';
import { nightProgress } from '../../queue/night';
import { type AnyRoute, route } from '../route';
import { businessDay, instant } from '../shapes';

const LATEST = 30;

export const nightRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/nights',
    summary: 'The nights that ended last, newest first, and how far the one has come that is under way',
    rule: { who: 'viewer', limited: 'unconcerned' },
    restsOn: 'data',
    alsoOn: (around) => around.nightUnderWay(),
    answer: z.object({
      running: nightProgress.nullable(),
      nights: z.array(
        z.object({
          nightId: z.string(),
          due: businessDay,
          byClock: z.boolean().meta({ description: 'The night of that day, not one that somebody asked for.' }),
          endedAt: instant,
        }),
      ),
    }),
    examples: [{ path: '/v1/nights' }],
    handle: async ({ context, around }) => {
      const [running, nights] = await Promise.all([around.nightUnderWay(), latestNights(context.db, LATEST)]);
      return { running, nights };
    },
  }),
];
