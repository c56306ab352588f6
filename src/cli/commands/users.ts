import { type Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { listAccounts } from '../../clickhouse/accounts';
import { type Limit, LIMIT_DIMENSIONS, type Role, ROLES } from '../../domain/access';
import { terminal } from '../../errors';
import { addAccount, changeAccount, removeAccount } from '../../operations/accounts';
import { type Context } from '../../operations/context';
import { type Io, table } from '../io';
import { userName } from './decide';

interface AddOptions {
  readonly role: string;
  readonly only: readonly string[];
}

/** usersAdd makes an account with a password that is shown once. */
export async function usersAdd(io: Io, context: Context, name: string, options: AddOptions): Promise<boolean> {
  const account = { name, role: roleNamed(options.role), limit: limitOf(options.only) };
  const password = newPassword();
  await addAccount(context, { ...account, password }, userName());
  io.answer({ user: account, password }, () => `${name} may sign in as ${account.role} with the password ${password}`);
  return true;
}

/** usersList prints the accounts. */
export async function usersList(io: Io, context: Context): Promise<boolean> {
  const users = (await listAccounts(context.db)).map(({ name, role, limit }) => ({ name, role, limit }));
  io.answer({ users }, () =>
    users.length === 0
      ? 'nobody can sign in yet; "npx paceline start" prints a link for the first account'
      : table(
          ['name', 'role', 'sees'],
          users.map(({ name, role, limit }) => [name, role, limitText(limit)]),
          [],
        ),
  );
  return true;
}

/** usersReset gives an account another password and ends its sessions. */
export async function usersReset(io: Io, context: Context, name: string): Promise<boolean> {
  const password = newPassword();
  await changeAccount(context, name, { password }, userName());
  io.answer({ name, password }, () => `${name} may sign in with the password ${password}; every session has ended`);
  return true;
}

/** usersRemove removes an account with its sessions and tokens. */
export async function usersRemove(io: Io, context: Context, name: string): Promise<boolean> {
  await removeAccount(context, name, userName());
  io.answer({ removed: name }, () => `${name} can no longer sign in`);
  return true;
}

const newPassword = (): string => randomBytes(12).toString('base64url');

function roleNamed(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role) return role;
  throw terminal('usage', `"${text}" is not a role`, `Choose from ${ROLES.join(', ')}.`);
}

function limitOf(conditions: readonly string[]): Limit {
  return Object.fromEntries(
    conditions.map((condition) => {
      const [, name, value] = /^([a-z-]+)=(.+)$/.exec(condition) ?? [];
      const dimension = LIMIT_DIMENSIONS.find((known) => known === name);
      if (dimension !== undefined && value !== undefined) return [dimension, value];
      throw terminal(
        'usage',
        `"${condition}" limits nothing`,
        `Write it like platform=taobao; choose from ${LIMIT_DIMENSIONS.join(', ')}.`,
      );
    }),
  );
}

const limitText = (limit: Limit): string =>
  Object.entries(limit)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ') || 'everything';

/** What runs a command with a store and sets the exit code. */
type Run = (json: boolean, use: (io: Io, context: Context) => Promise<boolean>) => Promise<void>;

/** addUsersCommands adds `users add`, `users list`, `users reset` and `users remove`. */
export function addUsersCommands(users: Command, run: Run): void {
  const command = (name: string, description: string): Command =>
    users.command(name).description(description).option('--json', 'one JSON document on stdout, logs on stderr');
  command('add', 'make an account; its password is shown once')
    .argument('<name>')
    .option('--role <role>', ROLES.join(', '), 'viewer')
    .option('--only <dimension=value>', 'the account sees these shops only, such as platform=taobao', collected, [])
    .action(async (name: string, { json = false, ...options }: AddOptions & { json?: boolean }) =>
      run(json, (io, context) => usersAdd(io, context, name, options)),
    );
  command('list', 'every account').action(async ({ json = false }: { json?: boolean }) => run(json, usersList));
  command('reset', 'give an account another password, which ends its sessions')
    .argument('<name>')
    .action(async (name: string, { json = false }: { json?: boolean }) =>
      run(json, (io, context) => usersReset(io, context, name)),
    );
  command('remove', 'remove an account with its sessions and tokens')
    .argument('<name>')
    .action(async (name: string, { json = false }: { json?: boolean }) =>
      run(json, (io, context) => usersRemove(io, context, name)),
    );
}

const collected = (value: string, before: readonly string[]): string[] => [...before, value];
