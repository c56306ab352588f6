import { z } from 'zod';
import { jobToDo } from '../../queue/jobs-to-do';
import { type AnyRoute, route } from '../route';

export const queueRoutes: readonly AnyRoute[] = [
  route({
    method: 'GET',
    path: '/v1/queue',
    summary: 'The jobs that are at work, wait or have failed, with why; what failed is tried again by the next night',
    rule: { who: 'operator', limited: 'refused' },
    answer: z.object({
      jobs: z
        .array(jobToDo)
        .readonly()
        .nullable()
        .meta({ description: 'Null from "start api" without a Redis: the queue belongs to another process.' }),
    }),
    examples: [{ path: '/v1/queue' }],
    handle: async ({ around }) => ({ jobs: await around.jobs() }),
  }),
];
