import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { catalog, jobIdOf, type JobRequest } from '../../../src/queue/contracts';
import { readFailure, writeFailure } from '../../../src/queue/failure';
import { fileOf, reportOf } from '../../int/queue/samples';

const text = fc.string({ minLength: 1, unit: 'binary' });
const nightId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const asOf = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));
const dated = { requiredKeys: ['nightId'] as ['nightId'] };

const requests: fc.Arbitrary<JobRequest> = fc.oneof(
  fc.record({
    name: fc.constant('night' as const),
    payload: fc.record({ nightId, inbox: text, asOf }, { requiredKeys: ['nightId', 'inbox'] }),
  }),
  fc.record({
    name: fc.constant('ingest' as const),
    payload: fc.record({ nightId, path: text, platform: text, shop: text }, { requiredKeys: ['nightId', 'path'] }),
  }),
  fc.record({ name: fc.constant('totals' as const), payload: fc.record({ nightId, asOf }, dated) }),
  fc.record({ name: fc.constant('pace' as const), payload: fc.record({ nightId, asOf }, dated) }),
  fc.record({ name: fc.constant('alert' as const), payload: fc.record({ nightId, alertId: text, recipient: text }) }),
);

test('every payload survives the queue, and has an id that BullMQ accepts', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const wire: unknown = JSON.parse(JSON.stringify(request.payload));
      expect(catalog[request.name].payload.parse(wire)).toEqual(request.payload);
      expect(jobIdOf(request)).toMatch(/^[a-z]+-[A-Za-z0-9._-]{1,200}$/);
    }),
  );
});

test('jobs have the same id only when they are the same work', () => {
  fc.assert(
    fc.property(nightId, text, text, text, text, (night, a, b, c, d) => {
      const idOf = (alertId: string, recipient: string) =>
        jobIdOf({ name: 'alert', payload: { nightId: night, alertId, recipient } });
      expect(idOf(a, b) === idOf(c, d)).toBe(a === c && b === d);
      const pathId = (path: string) => jobIdOf({ name: 'ingest', payload: { nightId: night, path } });
      expect(pathId(a) === pathId(b)).toBe(a === b);
    }),
  );
});

test('money in results crosses the queue to the fen', () => {
  const amount = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });
  fc.assert(
    fc.property(amount, amount, (net, gap) => {
      const file = { ...fileOf('/a.csv'), figures: { ...fileOf('/a.csv').figures, net } };
      const report = { ...reportOf(), seasonal: { ...reportOf().seasonal, gap } };
      const pace = { report, standing: 's', alerts: [], recipients: [] };
      const cross = <R>(schema: z.ZodType<R>, value: R): R =>
        schema.parse(JSON.parse(JSON.stringify(z.encode(schema, value))));
      expect(cross(catalog.ingest.result, file)).toEqual(file);
      expect(cross(catalog.pace.result, pace)).toEqual(pace);
    }),
  );
});

test('a failure is read back as it was written', () => {
  const line = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\nWhat to do: '));
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/), line, line, (code, message, advice) => {
      expect(readFailure(writeFailure({ code, message, advice }))).toEqual({ code, message, advice });
    }),
  );
});
