import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/clickhouse/package-root';
import { type Figures } from '../../../src/operations/figures';
import { metricsOf } from '../../../src/operations/metrics-of';
import { observe, type Surroundings } from '../../../src/operations/observe';
import { exposition } from '../../../src/telemetry/exposition';
import { reportBehind } from '../mail/alerts';

const FIGURES: Figures = {
  loads: [{ platform: 'douyin', files: 3, rowsLoaded: 100, rowsRejected: 2, bytes: 4096 }],
  filesByStatus: [{ kind: 'held', number: 1 }],
  mailsByOutcome: [{ kind: 'delivered', number: 2 }],
  lastCommitAt: 1_800_000_000,
  lastNightAt: 1_800_000_100,
  platforms: [
    { platform: 'douyin', shops: 2, late: 1, lagDays: 3 },
    { platform: 'jd', shops: 1, late: 1, lagDays: null },
  ],
  pace: { ...reportBehind, forecast: { chance: 0.25 } as never },
};
const DEPTHS = [{ queue: 'ingest', state: 'failed', jobs: 4 }];
const process = { startedAt: 1_800_000_000, residentBytes: 1 << 27 };

describe('what a process tells', () => {
  test('is in the form of Prometheus, with money to the fen', () => {
    const text = exposition(metricsOf({ ...process, figures: FIGURES, depths: DEPTHS, nightDone: true }));
    for (const line of [
      'paceline_night_done 1',
      'paceline_loaded_rows_total{platform="douyin"} 100',
      'paceline_rejected_rows_total{platform="douyin"} 2',
      'paceline_platform_lag_days{platform="douyin"} 3',
      'paceline_platform_late_shops{platform="jd"} 1',
      'paceline_queue_jobs{queue="ingest",state="failed"} 4',
      'paceline_mails_total{outcome="delivered"} 2',
      '# TYPE paceline_mails_total counter',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^paceline_pace_goal_yuan\{year="\d{4}",measure="\w+"\} \d+\.\d\d$/m);
    expect(text).not.toContain('paceline_platform_lag_days{platform="jd"}');
    expect(
      exposition([{ name: 'a', type: 'gauge', help: 'h\n\\', samples: [{ labels: { l: '"\\\n' }, value: 1 }] }]),
    ).toBe('# HELP a h\\n\\\\\n# TYPE a gauge\na{l="\\"\\\\\\n"} 1\n');
  });

  test('leaves out what is not known, instead of saying zero', () => {
    const text = exposition(metricsOf({ ...process, figures: null, depths: null, nightDone: null }));
    expect(text).toContain('paceline_store_up 0\n');
    expect(text).toContain('paceline_queue_up 0\n');
    expect(text).not.toMatch(/paceline_(night_done|queue_jobs|pace)/);
    expect(exposition(metricsOf({ ...process, figures: null, nightDone: null }))).not.toContain('queue');
  });

  test('is all that the alert rules and the dashboard ask for', () => {
    const known = metricsOf({ ...process, figures: FIGURES, depths: DEPTHS, nightDone: true }).map(({ name }) => name);
    const folder = join(packageRoot(), 'docs/operation');
    const files = readdirSync(folder).filter((name) => /\.(yml|json)$/.test(name));
    expect(files).toHaveLength(2);
    for (const file of files) {
      const asked = readFileSync(join(folder, file), 'utf8').match(/\bpaceline_[a-z_]+\b/g) ?? [];
      expect(asked.length).toBeGreaterThan(5);
      expect(asked.filter((name) => !known.includes(name))).toEqual([]);
    }
  });
});

describe('a process is ready', () => {
  const at = (now: string, own: Partial<Surroundings> = {}) =>
    observe({
      figures: () => Promise.resolve(FIGURES),
      reachStore: () => Promise.resolve(),
      depths: () => Promise.resolve(DEPTHS),
      isNightDone: () => Promise.resolve(false),
      now: () => new Date(`${now}+08:00`),
      nightAt: '02:30',
      ...own,
    }).readiness();

  test('while the night that is due has its time, and not after it', async () => {
    expect(await at('2026-06-10T05:29:00')).toMatchObject({ ready: true });
    expect(await at('2026-06-10T05:31:00')).toEqual({
      ready: false,
      parts: { store: 'ok', queue: 'ok', lastNight: '2026-06-10 is not done' },
    });
    expect(await at('2026-06-10T05:31:00', { isNightDone: () => Promise.resolve(true) })).toMatchObject({
      ready: true,
    });
    expect(await at('2026-06-10T02:29:00')).toMatchObject({ ready: false });
  });

  test('only when store and queue answer, each of which is named', async () => {
    const gone = () => Promise.reject(new Error('gone'));
    expect(await at('2026-06-10T03:00:00', { isNightDone: gone })).toEqual({
      ready: false,
      parts: { store: 'gone', queue: 'ok', lastNight: 'unknown' },
    });
    expect(await at('2026-06-10T03:00:00', { depths: gone })).toMatchObject({ ready: false, parts: { queue: 'gone' } });
    expect(await at('2026-06-10T03:00:00', { depths: null })).toEqual({
      ready: true,
      parts: { store: 'ok', lastNight: '2026-06-10 is not done yet' },
    });
    expect(await at('2026-06-10T03:00:00', { reachStore: gone })).toEqual({
      ready: false,
      parts: { store: 'gone', queue: 'ok', lastNight: '2026-06-10 is not done yet' },
    });
  });

  test('and figures are asked for once, however many ask at once, and again after they failed', async () => {
    let asked = 0;
    const telemetry = observe({
      figures: () => (++asked === 1 ? Promise.reject(new Error('gone')) : Promise.resolve(FIGURES)),
      reachStore: () => Promise.resolve(),
      depths: () => Promise.resolve(DEPTHS),
      isNightDone: () => Promise.resolve(true),
      now: () => new Date(),
      nightAt: '02:30',
    });
    const isUp = async () => (await telemetry.metrics()).find(({ name }) => name === 'paceline_store_up')?.samples[0];
    expect(await isUp()).toEqual({ value: 0 });
    expect(await Promise.all([isUp(), isUp(), isUp()])).toEqual(Array(3).fill({ value: 1 }));
    expect(asked).toBe(2);
  });
});
