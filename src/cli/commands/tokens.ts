import { type Command } from 'commander';
import { listAccounts, listTokens } from '../../clickhouse/accounts';
import { type Account, type Role, ROLES } from '../../domain/access';
import { terminal } from '../../errors';
import { makeToken, revokeToken } from '../../operations/accounts';
import { type Context } from '../../operations/context';
import { type Io, table } from '../io';
import { userName } from './decide';
import { roleNamed } from './users';

interface AddOptions {
  readonly label: string;
  readonly role?: string;
  readonly days: string;
}

/** accountNamed @throws PipelineError `nothing-found` */
export async function accountNamed({ db }: Context, name: string): Promise<Account> {
  const account = (await listAccounts(db)).find((known) => known.name === name);
  if (account) return account;
  throw terminal('nothing-found', `there is no account "${name}"`, 'See "npx paceline users list".');
}

/** daysOf reads how long a token is good. @throws PipelineError `usage` */
export function daysOf(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 366) return Number(text);
  throw terminal('usage', `"${text}" is no number of days`, 'A token is good for 1 to 366 days.');
}

/** tokensAdd makes a token for an account, which is shown once. */
async function tokensAdd(io: Io, context: Context, name: string, { label, role, days }: AddOptions): Promise<boolean> {
  const account = await accountNamed(context, name);
  const wanted: Role = role === undefined ? account.role : roleNamed(role);
  const made = await makeToken(context, account, { label, role: wanted, days: daysOf(days) });
  io.answer(made, () => `${made.token}\n\nIt is shown once. Programs send it as "Authorization: Bearer …".`);
  return true;
}

/** tokensList prints every token, without what makes it work. */
async function tokensList(io: Io, context: Context): Promise<boolean> {
  const tokens = await listTokens(context.db, '');
  io.answer({ tokens }, () =>
    tokens.length === 0
      ? 'there are no tokens'
      : table(
          ['id', 'user', 'label', 'role', 'expires (UTC)', 'last used (UTC)', 'revoked'],
          tokens.map(({ id, user, label, role, expiresAt, lastUsedAt, revoked }) => [
            id,
            user,
            label,
            role,
            expiresAt.slice(0, 16),
            lastUsedAt?.slice(0, 16) ?? '-',
            revoked ? 'yes' : '',
          ]),
          [],
        ),
  );
  return true;
}

/** tokensRevoke ends a token. */
async function tokensRevoke(io: Io, context: Context, id: string): Promise<boolean> {
  await revokeToken(context, id, userName());
  io.answer({ revoked: id }, () => `${id} is no longer good`);
  return true;
}

/** What runs a command with a store and sets the exit code. */
type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;

/** addTokensCommands adds `tokens add`, `tokens list` and `tokens revoke`. */
export function addTokensCommands(tokens: Command, run: Run): void {
  const command = (name: string, description: string): Command =>
    tokens.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');
  command('add', 'make a token for an account; it is shown once')
    .argument('<account>')
    .option('--label <text>', 'what it is for', 'command line')
    .option('--role <role>', `no more than this of what the account may do: ${ROLES.join(', ')}`)
    .option('--days <n>', 'how long it is good, up to 366', '90')
    .action(async (name: string, { json = false, ...options }: AddOptions & { json?: boolean }) =>
      run(json, (io, context) => tokensAdd(io, context, name, options)),
    );
  command('list', 'every token').action(async ({ json = false }: { json?: boolean }) => run(json, tokensList));
  command('revoke', 'end a token')
    .argument('<id>', 'as "paceline tokens list" shows it')
    .action(async (id: string, { json = false }: { json?: boolean }) =>
      run(json, (io, context) => tokensRevoke(io, context, id)),
    );
}
