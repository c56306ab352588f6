import { z } from 'zod';
import { type AnyRoute, route } from '../route';

export const healthRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/health',
    summary: 'Whether the server answers and reaches its store',
    rule: { who: 'anyone', limited: 'unconcerned' },
    answer: z.object({
      store: z.enum(['ok', 'unreachable']),
      setup: z.boolean().meta({ description: 'Nobody can sign in yet: the first account is still to be made.' }),
    }),
    examples: [{ path: '/v1/health' }],
    handle: async ({ context, around }) => ({
      store: (await context.db.ping()) ? ('ok' as const) : ('unreachable' as const),
      setup: (await around.doorkeeper.setupSecret()) !== null,
    }),
  }),
];
