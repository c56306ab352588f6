/** A ClickHouse server with a user from its file: this build takes none by SQL. */
import { join } from 'node:path';
import { freePort } from '../../faults/supplies';
import { built, type Running, startNode, temporaryFolder, until } from '../../support/process';
import { listens } from './holders';

/** Login is a user with a password. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** The server's own user, which may do what the embedded engine's may. */
export const OWN: Login = { user: 'paceline', password: 'own-password' };

/** startServer starts a server that knows one more user, with these rights, and gives its address once it listens. */
export async function startServer(
  { user, password }: Login,
  {
    profile,
    grants,
    rows = '',
  }: { readonly profile: string; readonly grants: readonly string[]; readonly rows?: string },
): Promise<{ readonly server: Running; readonly url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const xml = `<${user}><password>${password}</password><networks><ip>127.0.0.1</ip></networks>
    <profile>${profile}</profile><quota>${profile}</quota>${rows}
    <grants>${grants.map((grant) => `<query>${grant}</query>`).join('')}</grants></${user}>`;
  const script = built('test/faults/engine-server.js');
  const server = startNode([script, join(temporaryFolder(), 'server'), String(port), OWN.password, xml]);
  await until(() => listens(url), 30_000);
  return { server, url };
}
