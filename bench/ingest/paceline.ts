import { runIngest } from '../ingest-command';
import { type Contestant, type Measured, requireTruth, type Workload, WrongAnswer } from './contestant';

/** paceline is the command as a user runs it, from the start of its process to its end. */
export const paceline: Contestant = {
  id: 'paceline',
  means:
    'the command "paceline ingest", whole: Node and engine start, schema, fingerprint, staging, verifying, commit, totals',
  run: measure,
};

async function measure(workload: Workload, folder: string): Promise<Measured> {
  const { truth } = workload;
  const run = await runIngest(workload.file, 'bench', folder);
  requireTruth('paceline', workload, { rows: run.loaded, gross: run.gross });
  if (run.rejected !== truth.rejected) {
    throw new WrongAnswer(`paceline rejected ${run.rejected} rows; the export has ${truth.rejected} bad ones`);
  }
  if (run.paidOrders !== truth.paidOrders) {
    throw new WrongAnswer(`paceline counted ${run.paidOrders} paid orders of ${truth.paidOrders}`);
  }
  const apart = run.untilEngineReady === null ? {} : { pacelineUntilEngineReady: run.untilEngineReady };
  return { seconds: run.seconds, apart, node: run.node, engine: run.engine };
}
