import { afterAll, expect, test } from '@jest/globals';
import { PGlite } from '@electric-sql/pglite';
import { join } from 'node:path';
import { type TemplateRow } from '../../../src/demo/writers/template';
import { answerOf, removeFolders, temporaryFolder } from '../../support/process';
import { writeExport } from '../../support/write-export';

afterAll(removeFolders);

/** When each file of a night was at work, in milliseconds since 1970. */
interface AtWork {
  readonly began: number;
  readonly ended: number;
}

const FILES = 6;

async function nightOf(setting: string): Promise<AtWork[]> {
  const home = temporaryFolder();
  const inbox = join(temporaryFolder(), 'inbox');
  for (let file = 1; file <= FILES; file++) {
    const row: TemplateRow = {
      ...{ platform: 'meituan', shop: `${file}店`, orderId: `MT2026060100${file}`, lineId: '', status: '待发货' },
      ...{ createdAt: '2026-06-01 10:00:00', paidAt: '2026-06-01 10:01:00', shippedAt: '', completedAt: '' },
      ...{ quantity: 1, title: '茶', province: '', paid: 100, postage: 0, subsidy: 0, refunded: 0 },
    };
    await writeExport(inbox, `2026-06-02 08:00:0${file}`, { platform: 'template', of: 'meituan', rows: [row] });
  }
  const env = {
    PACELINE_CLOCK: '2026-06-03 09:00:00',
    ALERT_TO: 'bureau@example.invalid',
    PACELINE_FILES_AT_ONCE: setting,
  };
  const { files } = await answerOf<{ files: { status: string }[] }>(['night', '--inbox', inbox], { home, env });
  expect(files.map(({ status }) => status)).toEqual(Array.from({ length: FILES }, () => 'committed'));
  const queue = await PGlite.create(join(home, 'queue', 'pg'));
  try {
    const { rows } = await queue.query<AtWork>(
      `SELECT processed_at_ms AS began, finished_at_ms AS ended FROM bullmq.job WHERE queue LIKE '%ingest' ORDER BY began`,
    );
    expect(rows).toHaveLength(FILES);
    return rows;
  } finally {
    await queue.close();
  }
}

const mostAtOnce = (files: readonly AtWork[]): number =>
  Math.max(...files.map(({ began }) => files.filter((of) => of.began <= began && began < of.ended).length));

test('a worker loads four files at the same time, or as many as it is told to', async () => {
  expect(mostAtOnce(await nightOf(''))).toBe(4);
  expect(mostAtOnce(await nightOf('1'))).toBe(1);
}, 120_000);
