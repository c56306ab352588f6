/** What operators say of alerts and recipients, by the commands that they say it with. */
import { beforeEach, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { addAlertCommands } from '../../../src/cli/commands/alert-words';
import { addRecipientsCommands } from '../../../src/cli/commands/recipients';
import { type Io } from '../../../src/cli/io';
import { DEFAULT_ALERT_SETTINGS } from '../../../src/domain/alert-settings';
import { instantOf } from '../../../src/domain/calendar';
import { silentLogger } from '../../../src/log';
import { deliverAlert } from '../../../src/operations/deliver-alert';
import { deliverEachMorning } from '../../support/ledger';
import { raiseAll } from '../../support/raise-all';
import { type TestStore, useStores } from '../../support/store';

const stores = useStores();
const TO = 'office@commerce.example.cn';
const ROBOTS = [{ name: 'office', maker: 'wecom', url: 'https://example.invalid/?key=topsecret', secret: '' }] as const;
let store: TestStore;
beforeEach(async () => {
  const settings = { alerts: { ...DEFAULT_ALERT_SETTINGS, to: [TO], robots: ROBOTS, reports: [] } };
  store = await stores.open({ now: '2026-06-10 09:00:00', settings });
});

const on = (day: string): TestStore => store.with({ now: () => new Date(instantOf(`${day} 09:00:00`)) });

/** Runs a command as the command line does, and gives its JSON and its text. */
async function command(at: TestStore, ...argv: string[]): Promise<{ document: unknown; text: string }> {
  const answers: { document: unknown; text: string }[] = [];
  const io: Io = {
    json: false,
    showsProgress: false,
    answer: (document, text) => answers.push({ document, text: text() }),
    note: () => undefined,
    progress: () => undefined,
    log: silentLogger,
  };
  const program = new Command('paceline').exitOverride();
  const run = async (_: boolean, use: (io: Io, context: TestStore) => Promise<boolean>): Promise<void> => {
    await use(io, at);
  };
  addAlertCommands(program.command('alert'), run);
  addRecipientsCommands(program.command('recipients'), run);
  await program.parseAsync(argv, { from: 'user' });
  return answers[0]!;
}

async function told(at: TestStore): Promise<string[]> {
  const alerts = await raiseAll(at);
  for (const { alertId, recipients } of alerts) {
    for (const recipient of recipients) await deliverAlert(at, { alertId, recipient });
  }
  return alerts.map(({ kind }) => kind);
}

test('a goal that is behind is acknowledged until a day, with who and why, and reminded of after it', async () => {
  await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-27');
  expect(await told(on('2026-06-10'))).toEqual(['pace-behind']);
  const until = ['--until', '2026-06-24'];
  const said = await command(on('2026-06-11'), 'alert', 'ack', 'pace/2026/net/all', '--reason', ' 已约谈 ', ...until);
  expect(said.document).toMatchObject({ word: 'ack', spell: '2026-06-10', until: '2026-06-24', reason: '已约谈' });
  const list = await command(on('2026-06-17'), 'alert', 'list');
  expect(list.document).toMatchObject({
    asOf: '2026-06-17',
    words: [{ word: 'ack', by: expect.stringMatching(/./), reason: '已约谈' }],
    alerts: [{ kind: 'pace-behind', recipients: [{ recipient: TO, outcome: 'written' }] }],
  });
  expect(list.text).toMatch(/pace\/2026\/net\/all: ack by .+ until 2026-06-24: 已约谈/);
  expect(await told(on('2026-06-18'))).toEqual([]);
  expect(await told(on('2026-06-25'))).toEqual(['pace-reminder']);
});

test('a mute ends by the word of an operator, who must name it as it was said', async () => {
  await deliverEachMorning(store, '甲', '2026-06-01', '2026-06-10');
  const why = ['--reason', '核对中'];
  await command(store, 'alert', 'mute', 'pace', ...why, '--until', '2026-06-30');
  expect(await told(on('2026-06-10'))).toEqual([]);
  await expect(command(store, 'alert', 'unmute', 'pace/2026/net/all', ...why)).rejects.toMatchObject({
    code: 'alert-state',
  });
  await command(store, 'alert', 'unmute', 'pace', ...why);
  expect(await told(on('2026-06-10'))).toEqual(['pace-behind']);
});

test.each([
  ['alert', 'mute', 'weather', '--until', '2026-06-30'],
  ['alert', 'mute', 'pace', '--until', '2026-06-09'],
  ['alert', 'mute', 'pace', '--until', 'tomorrow'],
])('%s %s %s %s %s is refused', async (...argv) => {
  await expect(command(store, ...argv, '--reason', 'x')).rejects.toMatchObject({ code: 'usage' });
});

test('only a goal that is behind can be acknowledged', async () => {
  const until = ['--reason', 'x', '--until', '2026-06-30'];
  await expect(command(store, 'alert', 'ack', 'pace/2026/net/all', ...until)).rejects.toMatchObject({
    code: 'alert-state',
  });
});

test('recipients are added and removed by kind and goal, and a robot only under a name that is set up', async () => {
  await command(store, 'recipients', 'add', 'data@example.cn', '--kind', 'data');
  await command(store, 'recipients', 'add', 'robot:office', '--scope', '*');
  const list = await command(store, 'recipients', 'list');
  expect(list.document).toEqual({
    recipients: [
      { recipient: 'data@example.cn', kind: 'data', scope: '' },
      { recipient: 'robot:office', kind: 'all', scope: '*' },
    ],
    byDefault: [TO],
  });
  expect(JSON.stringify(list)).not.toContain('topsecret');
  await command(store, 'recipients', 'remove', 'data@example.cn', '--kind', 'data');
  const again = command(store, 'recipients', 'remove', 'data@example.cn', '--kind', 'data');
  await expect(again).rejects.toMatchObject({ code: 'nothing-found' });
  for (const wrong of ['nobody', 'robot:stranger']) {
    await expect(command(store, 'recipients', 'add', wrong)).rejects.toMatchObject({ code: 'usage' });
  }
  await expect(command(store, 'recipients', 'add', 'a@b.cn', '--kind', 'all,data')).rejects.toMatchObject({
    code: 'usage',
  });
});
