/** COMMANDS are all that the command line offers, in the order of its help. */
export const COMMANDS = [
  'demo',
  'ingest',
  'night',
  'totals',
  'pace',
  'backtest',
  'alert',
  'goal set',
  'goal list',
  'files',
  'rejects',
  'verify',
  'template',
  'doctor',
] as const;
