import { z } from 'zod';
import { latestNights } from '../../clickhouse/nights';
import { isLimited } from '../../domain/access';
import { nightProgress } from '../../queue/night';
import { signedIn } from '../caller';
import { type AnyRoute, route } from '../route';
import { businessDay, instant } from '../shapes';

const LATEST = 30;

export const nightRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/nights',
    summary: 'The nights that ended last, newest first, and how far the one has come that is under way',
    rule: { who: 'viewer', limited: 'narrowed' },
    restsOn: 'data',
    alsoOn: (around) => around.nightUnderWay(),
    answer: z.object({
      running: nightProgress
        .nullable()
        .meta({ description: 'Null as well for accounts of a part of the region: it counts the files of all.' }),
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
    handle: async ({ context, caller, around }) => {
      const [running, nights] = await Promise.all([around.nightUnderWay(), latestNights(context.db, LATEST)]);
      return { running: isLimited(signedIn(caller).account.limit) ? null : running, nights };
    },
  }),
];
