import { type Context } from '../../src/operations/context';
import { type WaitingAlert } from '../../src/operations/operations';
import { raiseAlerts } from '../../src/operations/raise-alerts';
import { raiseReports } from '../../src/operations/raise-reports';

/** raiseAll does what the pace and the report job of a night do, and lists what is to be delivered. */
export async function raiseAll(context: Context): Promise<WaitingAlert[]> {
  const { alerts } = await raiseAlerts(context, {});
  return [...alerts, ...(await raiseReports(context, {}))];
}
