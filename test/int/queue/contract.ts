import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { handlersFor } from '../../../jobs/worker';
import { terminal, transient } from '../../../src/errors';
import { silentLogger } from '../../../src/log';
import { type Operations } from '../../../src/operations/operations';
import { type QueueBackend } from '../../../src/queue/backend';
import { openQueueBackend, type QueueSettings } from '../../../src/queue/open';
import { jobIdOf, type JobRequest, type Payloads, type RequestOf } from '../../../src/queue/contracts';
import { jobsToDo } from '../../../src/queue/jobs-to-do';
import { type NightProgress, runNight } from '../../../src/queue/night';
import { type ClockPace, keepNights } from '../../../src/queue/night-clock';
import { startWorker, type WorkerRun } from '../../../src/queue/worker';
import { endCrews, journalOf, startCrew, until } from './processes';
import { fileOf, operationsWith } from './samples';

// Tests share a queue: each has a night of its own.
const night = { nightId: '', inbox: '/inbox' };
const ingestOf = (path: string): RequestOf<'ingest'> => ({ name: 'ingest', payload: { nightId: night.nightId, path } });
const totalsOf = (nightId: string): RequestOf<'totals'> => ({ name: 'totals', payload: { nightId } });
const paths = (count: number) => Array.from({ length: count }, (_, i) => ({ path: `/inbox/${i}.csv` }));

/**
 * queueContract is what every backend must do. `fresh` gives the settings of a queue that nobody has used; opening
 * them again gives the same queue.
 */
export function queueContract(kind: QueueBackend['kind'], fresh: () => Promise<QueueSettings>): void {
  const workers: WorkerRun[] = [];
  const scratch = mkdtempSync(join(tmpdir(), 'paceline-queue-'));
  let queue: QueueBackend;
  let nights = 0;
  beforeAll(async () => {
    queue = await openQueueBackend(await fresh(), silentLogger);
  });
  beforeEach(() => {
    night.nightId = `2026-10-${String(++nights).padStart(2, '0')}`;
  });
  afterEach(async () => {
    endCrews();
    await Promise.all(workers.splice(0).map((worker) => worker.close(5000)));
  });
  afterAll(async () => {
    await queue.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const work = (own: Partial<Operations>): WorkerRun => {
    const worker = startWorker(queue, handlersFor(operationsWith(own)), silentLogger, {
      lockMs: 1000,
      stalledCheckMs: 300,
    });
    workers.push(worker);
    return worker;
  };
  const ended = async (request: JobRequest) => {
    await until(async () => (await queue.look(request)).state !== 'pending');
    return queue.look(request);
  };

  describe(`the ${kind} queue`, () => {
    test('refuses a payload that does not parse at once and for good, and names the field', async () => {
      let calls = 0;
      work({ ingestFile: ({ path }) => Promise.resolve(fileOf(path + String(calls++))) });
      const old = {
        name: 'ingest',
        payload: { nightId: night.nightId, path: '/a.csv', shop: 7 },
      } as unknown as JobRequest;
      await queue.enqueue([old]);
      const sighting = await ended(old);
      expect(sighting).toMatchObject({ state: 'failed', failure: { code: 'queue-payload-invalid' } });
      expect(JSON.stringify(sighting)).toContain('shop: ');
      expect(calls).toBe(0);
    });

    test('tries a transient error again, waiting twice as long each time', async () => {
      const times: number[] = [];
      work({
        ingestFile: ({ path }) => {
          times.push(Date.now());
          if (times.length < 3) throw transient('store-unreachable', 'the engine restarts');
          return Promise.resolve(fileOf(path));
        },
      });
      await queue.enqueue([ingestOf('/a.csv')]);
      expect(await ended(ingestOf('/a.csv'))).toMatchObject({ state: 'completed', result: { path: '/a.csv' } });
      const [first = 0, second = 0, third = 0] = times;
      expect(times).toHaveLength(3);
      expect(second - first).toBeGreaterThanOrEqual(950);
      expect(third - second).toBeGreaterThanOrEqual(1950);
    });

    test('does not try a terminal error again, and keeps its code, message and advice', async () => {
      let calls = 0;
      work({
        ingestFile: () => {
          calls++;
          throw terminal('store-refused', 'wrong password: for user x', 'Set CLICKHOUSE_PASSWORD.');
        },
      });
      await queue.enqueue([ingestOf('/a.csv')]);
      expect(await ended(ingestOf('/a.csv'))).toEqual({
        state: 'failed',
        failure: { code: 'store-refused', message: 'wrong password: for user x', advice: 'Set CLICKHOUSE_PASSWORD.' },
      });
      await wait(1200);
      expect(calls).toBe(1);
    });

    test('does the same work once however often it is asked for, also after it has ended', async () => {
      const seen: string[] = [];
      await queue.enqueue([ingestOf('/a.csv'), ingestOf('/a.csv'), ingestOf('/b.csv')]);
      await queue.enqueue([ingestOf('/a.csv')]);
      work({
        ingestFile: ({ path }) => {
          seen.push(path);
          return Promise.resolve(fileOf(path));
        },
      });
      await ended(ingestOf('/a.csv'));
      await ended(ingestOf('/b.csv'));
      await queue.enqueue([ingestOf('/a.csv')]);
      await wait(300);
      expect(seen.sort()).toEqual(['/a.csv', '/b.csv']);
    });

    test('runs a night: files in parallel, then one totals, one pace and one alert for each recipient', async () => {
      const steps: string[] = [];
      let busy = 0;
      let busiest = 0;
      work({
        findFiles: () => Promise.resolve(paths(20)),
        async ingestFile({ path }) {
          busiest = Math.max(busiest, ++busy);
          await wait(30);
          busy--;
          steps.push('ingest');
          if (path.endsWith('/7.csv')) throw terminal('file-unreadable', 'no right to read 7.csv', 'Give it.');
          return fileOf(path);
        },
        refreshTotals: () => {
          steps.push('totals');
          return Promise.resolve({ partitions: 12 });
        },
        async raiseAlerts(input) {
          steps.push(`pace ${input.asOf}`);
          return operationsWith().raiseAlerts(input);
        },
        raiseReports: (input) => {
          steps.push(`report ${input.asOf}`);
          return Promise.resolve([{ alertId: 'week', kind: 'report-week', recipients: ['one@bureau.example'] }]);
        },
        async deliverAlert(input) {
          steps.push('alert');
          return operationsWith().deliverAlert(input);
        },
      });
      const told: NightProgress[] = [];
      const result = await runNight(queue, { ...night, asOf: '2026-09-30' }, { onProgress: (p) => told.push(p) });

      expect(steps.slice(0, 22)).toEqual([...Array<string>(20).fill('ingest'), 'totals', 'pace 2026-09-30']);
      // Reports wait for no mail of the pace, and no mail for them.
      expect(steps.slice(22).sort()).toEqual(['alert', 'alert', 'alert', 'report 2026-09-30']);
      expect(busiest).toBe(4);
      expect(result.files).toHaveLength(19);
      expect(result.files[0]).toEqual(fileOf('/inbox/0.csv'));
      expect(result.totals).toEqual({ partitions: 12 });
      expect(result.pace?.actual).toBe(4_000_000_000_001n);
      expect(result.alerts.map(({ alertId, recipient }) => `${alertId} ${recipient}`)).toEqual([
        'net:2026:pace-behind:2026-09-30 one@bureau.example',
        'net:2026:pace-behind:2026-09-30 two@bureau.example',
        'week one@bureau.example',
      ]);
      expect(result.failed).toEqual([
        {
          job: 'ingest',
          subject: '/inbox/7.csv',
          code: 'file-unreadable',
          message: 'no right to read 7.csv',
          advice: 'Give it.',
        },
      ]);
      expect(told.at(-1)).toEqual({
        nightId: night.nightId,
        step: 'done',
        filesDone: 20,
        filesFailed: 1,
        filesTotal: 20,
      });
      expect(told.map((each) => each.filesDone)).toEqual(told.map((each) => each.filesDone).sort((a, b) => a - b));
    });

    test('loads the files of a night before those of a backfill that were queued earlier', async () => {
      const seen: string[] = [];
      const { nightId } = night;
      const old = { from: '2026-01-01', to: '2026-01-31' };
      let atRest = false;
      const operations: Partial<Operations> = {
        findArchived: (days) => Promise.resolve(paths(9).map(({ path }) => ({ path: path + days.from }))),
        findFiles: () => Promise.resolve(paths(9)),
        async ingestFile({ path }) {
          await until(() => atRest);
          seen.push(path);
          return fileOf(path);
        },
      };
      const worker = startWorker(queue, handlersFor(operationsWith(operations)), silentLogger, {
        concurrency: { ingest: 1 },
      });
      workers.push(worker);
      const backfill = runNight(queue, { nightId: `${nightId}-back`, inbox: '/inbox', archived: old });
      await until(async () => (await queue.look(totalsOf(`${nightId}-back`))).state === 'pending');
      const tonight = runNight(queue, night);
      await until(async () => (await queue.look(totalsOf(nightId))).state === 'pending');
      atRest = true;
      expect((await tonight).files).toHaveLength(9);
      expect((await backfill).files).toHaveLength(9);
      // One of the backfill was at work when the night began.
      expect(seen.slice(1, 10).every((path) => path.endsWith('.csv'))).toBe(true);
    });

    test('keeps house after every night of an inbox, and not after a backfill', async () => {
      let kept = 0;
      work({
        keepHouse: () => Promise.resolve({ keptRowsDropped: ++kept, heldDropped: 0, daysOfOriginalsDropped: 0 }),
      });
      const job = (nightId: string): RequestOf<'housekeeping'> => ({ name: 'housekeeping', payload: { nightId } });
      const archived = { from: '2026-10-01', to: '2026-10-02' };
      await runNight(queue, { nightId: `${night.nightId}-back`, inbox: '/inbox', archived });
      expect(await queue.look(job(`${night.nightId}-back`))).toEqual({ state: 'missing' });
      await runNight(queue, night);
      await runNight(queue, { nightId: `${night.nightId}-due`, inbox: '/inbox', due: '2026-10-01' });
      for (const nightId of [night.nightId, `${night.nightId}-due`]) {
        expect(await ended(job(nightId))).toMatchObject({ state: 'completed' });
      }
      expect(kept).toBe(2);
    });

    test('tells those who are to be told although somebody else is missing, and such a night has failed', async () => {
      const told: string[] = [];
      const ended: string[] = [];
      const failure = terminal('no-recipients', 'nobody is there to be told');
      work({
        raiseAlerts: async (day) => ({ ...(await operationsWith({}).raiseAlerts(day)), failure }),
        recordNight: ({ nightId }) => Promise.resolve(void ended.push(nightId)),
        deliverAlert: async (request) => {
          told.push(request.recipient);
          return await operationsWith({}).deliverAlert(request);
        },
      });
      const { failed, pace } = await runNight(queue, night);
      expect([pace, failed]).toMatchObject([null, [{ job: 'pace', code: 'no-recipients' }]]);
      await until(() => told.length > 0);
      const report = { name: 'report', payload: { nightId: night.nightId } } as const;
      await until(async () => (await queue.look(report)).state === 'completed');
      expect(ended).toEqual([]);
    });

    test('tells what the pace calls for although the reports fail, and such a night has failed', async () => {
      const told: string[] = [];
      const ended: string[] = [];
      work({
        raiseReports: () => Promise.reject(terminal('goal-missing', 'no goal of that year')),
        recordNight: ({ nightId }) => Promise.resolve(void ended.push(nightId)),
        deliverAlert: async (request) => {
          told.push(request.recipient);
          return await operationsWith({}).deliverAlert(request);
        },
      });
      const { failed, pace } = await runNight(queue, night);
      expect([pace?.state, failed]).toMatchObject(['behind', [{ job: 'report', code: 'goal-missing' }]]);
      expect([told.sort(), ended]).toEqual([['one@bureau.example', 'two@bureau.example'], []]);
    });

    test('counts the jobs that wait, are at work, have failed and are done', async () => {
      const settings = await fresh();
      const own = await openQueueBackend(settings, silentLogger);
      const counts = async (name: string) =>
        Object.fromEntries(
          (await own.depths()).flatMap(({ queue: kind, state, jobs }) => (kind === name ? [[state, jobs]] : [])),
        );
      await own.enqueueJoin([ingestOf('/a.csv'), ingestOf('/b.csv')], totalsOf(night.nightId));
      expect(await counts('ingest')).toEqual({ waiting: 2, active: 0, delayed: 0, failed: 0, completed: 0 });
      expect((await jobsToDo(own)).map(({ state, subject }) => [state, subject]).sort()).toEqual([
        ['waiting', ''],
        ['waiting', '/a.csv'],
        ['waiting', '/b.csv'],
      ]);
      expect(await counts('totals')).toEqual({ waiting: 1, active: 0, delayed: 0, failed: 0, completed: 0 });
      let atRest = false;
      const operations: Partial<Operations> = {
        async ingestFile({ path }) {
          await until(() => atRest);
          if (path === '/b.csv') throw terminal('file-unreadable', 'no');
          return fileOf(path);
        },
      };
      const worker = startWorker(own, handlersFor(operationsWith(operations)), silentLogger);
      await until(async () => (await counts('ingest'))['active'] === 2);
      atRest = true;
      await until(async () => (await own.look(totalsOf(night.nightId))).state === 'completed');
      expect(await counts('ingest')).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 1, completed: 1 });
      expect((await jobsToDo(own)).filter(({ queue: kind }) => kind === 'ingest')).toMatchObject([
        {
          ...{ state: 'failed', nightId: night.nightId, subject: '/b.csv', attempts: 1 },
          failure: { code: 'file-unreadable', message: 'no' },
        },
      ]);
      await worker.close(5000);
      await own.close();
    });

    test('keeps with a job how far it is, and what became of its attempts', async () => {
      const own = await openQueueBackend(await fresh(), silentLogger);
      await own.enqueueJoin([ingestOf('/a.csv')], totalsOf(night.nightId));
      const progress = { rows: 7, bytes: 70, bytesTotal: 100 };
      let attempts = 0;
      let seen = false;
      const operations: Partial<Operations> = {
        async ingestFile({ path, onProgress }) {
          attempts += 1;
          if (attempts === 1) throw transient('store-unreachable', 'away');
          onProgress?.(progress);
          await until(() => seen);
          return fileOf(path);
        },
      };
      const worker = startWorker(own, handlersFor(operationsWith(operations)), silentLogger);
      await until(async () => (await jobsToDo(own)).some((job) => job.progress?.rows === progress.rows));
      expect((await jobsToDo(own)).find(({ queue: kind }) => kind === 'ingest')).toMatchObject({
        progress,
        attempts: 1,
      });
      seen = true;
      await until(async () => (await own.look(totalsOf(night.nightId))).state === 'completed');
      expect(await own.notesOf('ingest', jobIdOf(ingestOf('/a.csv')))).toEqual([
        expect.stringMatching(/^attempt 1 failed after \d+ ms: away \[store-unreachable\]$/),
        expect.stringMatching(/^attempt 2 done in \d+ ms$/),
      ]);
      await worker.close(5000);
      await own.close();
    });

    test('ends a night without files, or in which every file fails, with totals and pace all the same', async () => {
      work({
        findFiles: (inbox) => Promise.resolve(inbox === '/empty' ? [] : paths(3)),
        ingestFile: () => Promise.reject(terminal('file-unreadable', 'no')),
      });
      const empty = await runNight(queue, { nightId: 'empty', inbox: '/empty' });
      expect(empty).toMatchObject({ files: [], totals: { partitions: 1 }, failed: [] });
      const broken = await runNight(queue, { nightId: 'broken', inbox: '/broken' });
      expect(broken).toMatchObject({ files: [], totals: { partitions: 1 } });
      expect(broken.failed.map((each) => each.subject).sort()).toEqual(paths(3).map((each) => each.path));
    });

    test('ends a night at the step that failed for good, and reports it', async () => {
      work({ refreshTotals: () => Promise.reject(terminal('disk-full', 'no space left', 'Make room.')) });
      const result = await runNight(queue, night);
      expect(result).toMatchObject({ totals: null, pace: null, alerts: [] });
      expect(result.files.map((each) => each.path)).toEqual(['/inbox/a.csv']);
      expect(result.failed).toMatchObject([{ job: 'totals', code: 'disk-full', subject: night.nightId }]);
    });

    test('runs a night that is asked for twice once, and gives both the same result', async () => {
      let walks = 0;
      work({
        findFiles: () => {
          walks++;
          return Promise.resolve(paths(3));
        },
      });
      const [one, two] = await Promise.all([runNight(queue, night), runNight(queue, night)]);
      expect(two).toEqual(one);
      expect(await runNight(queue, { ...night, inbox: '/other' })).toEqual(one);
      expect(walks).toBe(1);
    });

    test('joins once although the same join is asked for again after some of its jobs have failed', async () => {
      let totals = 0;
      work({
        ingestFile: ({ path }) =>
          path === '/b.csv' ? Promise.reject(terminal('file-unreadable', 'no')) : Promise.resolve(fileOf(path)),
        refreshTotals: () => Promise.resolve({ partitions: ++totals }),
      });
      const each = [ingestOf('/a.csv'), ingestOf('/b.csv')];
      const then: JobRequest = { name: 'totals', payload: { nightId: night.nightId } };
      await queue.enqueueJoin(each, then);
      await ended(ingestOf('/b.csv'));
      await queue.enqueueJoin(each, then);
      await ended(then);
      await queue.enqueueJoin(each, then);
      await wait(300);
      expect(await queue.look(then)).toEqual({ state: 'completed', result: { partitions: 1 } });
      expect(await queue.lookJoin(then)).toEqual({ done: 2, failed: 1, total: 2 });
    });

    test('closes after the jobs at work, or when the deadline has come', async () => {
      const finish: (() => void)[] = [];
      const worker = work({
        ingestFile: async ({ path }) => {
          await new Promise<void>((done) => finish.push(done));
          return fileOf(path);
        },
      });
      await queue.enqueue([ingestOf('/a.csv')]);
      await until(() => finish.length === 1);
      expect(await worker.close(100)).toBe('abandoned');
      finish[0]?.();
      expect(await worker.close(5000)).toBe('drained');
      expect(await queue.look(ingestOf('/a.csv'))).toMatchObject({ state: 'completed' });
    });

    test('gives the job of a worker that was killed to the next one', async () => {
      const settings = await fresh();
      const journal = join(scratch, `${kind}-killed`);
      const orders = { queue: settings, journal, files: ['/inbox/a.csv', '/inbox/hang.csv'] };
      const first = startCrew(orders, '--night', JSON.stringify(night));
      await until(() => journalOf(journal).length === 2);
      await wait(200); // lets the first file be completed
      first.child.kill('SIGKILL');
      expect(await first.ended).toBe('SIGKILL');

      const second = startCrew(orders, '--night', JSON.stringify(night));
      expect(await second.ended).toBe(0);
      const last = second.messages.at(-1);
      expect(last).toMatchObject({ event: 'result', result: { failed: [], totals: { partitions: 1 } } });
      expect(last?.event === 'result' && last.result.files).toHaveLength(2);
      expect(journalOf(journal).sort()).toEqual(['/inbox/a.csv', '/inbox/hang.csv', '/inbox/hang.csv', 'totals']);
    });

    test('queues successors once when a worker dies between them and the completion of its job', async () => {
      const settings = await fresh();
      const journal = join(scratch, `${kind}-died`);
      const orders = { queue: settings, journal, files: ['/inbox/a.csv', '/inbox/b.csv'] };
      const first = startCrew({ ...orders, dieAfterFanOut: true }, '--night', JSON.stringify(night));
      expect(await first.ended).toBe('SIGKILL');

      // The second walk finds other files: what the first one queued counts.
      const second = startCrew({ ...orders, files: ['/inbox/late.csv'] }, '--night', JSON.stringify(night));
      expect(await second.ended).toBe(0);
      const last = second.messages.at(-1);
      expect(last?.event === 'result' && last.result.files.map((each) => each.path)).toEqual(orders.files);
      const done = journalOf(journal);
      expect(done.filter((line) => line === 'totals')).toHaveLength(1);
      expect(done).not.toContain('/inbox/late.csv');
    });

    test('serves until it is told to stop, and finishes what is at work first', async () => {
      const settings = await fresh();
      const journal = join(scratch, `${kind}-stopped`);
      const crew = startCrew(
        { queue: settings, journal, files: ['/inbox/a.csv'], slowMs: 500 },
        '--night',
        JSON.stringify(night),
      );
      await until(() => journalOf(journal).length === 1);
      crew.child.kill('SIGTERM');
      expect(await crew.ended).toBe(1);
      expect(crew.messages.at(-1)).toMatchObject({ event: 'error', error: { code: 'night-failed' } });
      const again = await openQueueBackend(settings, silentLogger);
      expect(await again.look(ingestOf('/inbox/a.csv'))).toMatchObject({ state: 'completed' });
      await again.close();
    });

    describe('keeps the nights', () => {
      const SOON = { lookMs: 20, retryMs: 100, longestMs: 60_000 };
      const stops: AbortController[] = [];
      const clocks: Promise<void>[] = [];
      afterEach(async () => {
        stops.splice(0).forEach((stop) => stop.abort());
        await Promise.all(clocks.splice(0));
      });

      /** A store that remembers which nights have ended, and clocks that ask it. */
      const keeper = (day: string) => {
        const ended: string[] = [];
        const requests: Payloads['night'][] = [];
        let now = `${day}T02:29:00+08:00`;
        return {
          ended,
          requests,
          recordNight: ({ nightId }: { nightId: string }) => Promise.resolve(void ended.push(nightId)),
          clock: (time: string) => (now = `${day}T${time}:00+08:00`),
          keep: (backend: QueueBackend, pace: Partial<ClockPace> = {}) => {
            const stop = new AbortController();
            stops.push(stop);
            const schedule = {
              inbox: '/inbox',
              at: '02:30',
              now: () => new Date(now),
              isDone: (due: string) => Promise.resolve(due < day || ended.some((id) => id.startsWith(due))),
              takeRequest: () => Promise.resolve(requests.shift() ?? null),
            };
            clocks.push(keepNights(backend, schedule, silentLogger, stop.signal, { ...SOON, ...pace }));
          },
        };
      };

      test('each once when its time has come, however many clocks keep it', async () => {
        const nights = keeper('2027-01-01');
        work({ recordNight: nights.recordNight });
        for (let clock = 0; clock < 3; clock += 1) nights.keep(queue);
        await wait(200);
        expect(nights.ended).toEqual([]);
        nights.clock('02:30');
        await until(() => nights.ended.length > 0);
        nights.clock('14:00');
        await wait(300);
        expect(nights.ended).toEqual(['2027-01-01']);
      });

      test('again, when files could not be loaded, and beside one that hangs', async () => {
        const nights = keeper('2027-01-04');
        let loads = 0;
        work({
          recordNight: nights.recordNight,
          findFiles: () => Promise.resolve(paths(1)),
          ingestFile: async ({ path }) => {
            loads += 1;
            if (loads === 1) await until(() => loads > 2);
            if (loads === 2) throw terminal('internal', 'the store was away');
            return fileOf(path);
          },
        });
        nights.clock('03:00');
        nights.keep(queue, { longestMs: 500 });
        await until(() => nights.ended.length >= 3);
        await wait(300);
        expect(nights.ended.sort()).toEqual(['2027-01-04', '2027-01-04.2', '2027-01-04.3']);
      });

      test('late, when nothing ran at their time, and anew when the queue has lost its memory', async () => {
        const nights = keeper('2027-01-02');
        // Queued in a queue that is then gone, with nobody at work.
        const lost = await openQueueBackend(await fresh(), silentLogger);
        nights.clock('09:00');
        nights.keep(lost);
        await until(
          async () =>
            (await lost.look({ name: 'night', payload: { nightId: '2027-01-02', inbox: '' } })).state === 'pending',
        );
        stops.splice(0).forEach((stop) => stop.abort());
        await Promise.all(clocks.splice(0));
        await lost.close();
        work({ recordNight: nights.recordNight });
        nights.keep(queue);
        await until(() => nights.ended.length > 0);
        expect(nights.ended).toEqual(['2027-01-02']);
      });

      test('again after one that failed, under an id of its own', async () => {
        const nights = keeper('2027-01-03');
        let tries = 0;
        work({
          findFiles: () => {
            if (++tries < 3) throw terminal('file-unreadable', 'the inbox is not mounted');
            return Promise.resolve([]);
          },
          recordNight: nights.recordNight,
        });
        nights.clock('02:31');
        nights.keep(queue);
        await until(() => nights.ended.length > 0);
        expect(nights.ended).toEqual(['2027-01-03.3']);
        expect(tries).toBe(3);
      });

      test('in their time, while a backfill that was asked for goes on', async () => {
        const nights = keeper('2027-01-05');
        let isLet = false;
        work({
          recordNight: nights.recordNight,
          findArchived: () => Promise.resolve(paths(1)),
          findFiles: () => Promise.resolve([]),
          ingestFile: async ({ path }) => {
            await until(() => isLet);
            return fileOf(path);
          },
        });
        nights.keep(queue);
        nights.requests.push({
          nightId: 'backfill',
          inbox: '/inbox',
          archived: { from: '2026-01-01', to: '2026-12-31' },
        });
        await until(async () => (await queue.look(totalsOf('backfill'))).state === 'pending');
        nights.clock('02:30');
        await until(() => nights.ended.length > 0);
        expect(nights.ended).toEqual(['2027-01-05']);
        isLet = true;
        expect(await ended(totalsOf('backfill'))).toMatchObject({ state: 'completed' });
      });

      test('and one that somebody asks for', async () => {
        const nights = keeper('2027-01-04');
        work({ recordNight: nights.recordNight });
        nights.keep(queue);
        nights.requests.push({ nightId: 'asked', inbox: '/inbox' });
        await until(() => nights.ended.length > 0);
        expect(nights.ended).toEqual(['asked']);
      });
    });
  });
}
