/**
 * A ClickHouse server as somebody else would run one: a fixed port, a fixed user, ended by a kill alone; as a packaged
 * server, it tells of itself by grants alone. With more users, by their XML, it asks each for its password alone. With a
 * native port, and clusters by their XML, it is a server of these.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataType, load, open } from 'ffi-rs';
import { engineConfigXml, engineUsersXml, newPasswords, writePrivately } from '../../src/clickhouse/engine/files';
import { tryResolveLibchdb } from 'chdb/libchdb';

const [directory = '', port = '', password = '', moreUsers = '', nativePort = '', clusters = ''] =
  process.argv.slice(2);
const library = tryResolveLibchdb({ env: {} })?.path ?? '';
const users = join(directory, 'users.xml');
const config = join(directory, 'config.xml');
mkdirSync(directory, { recursive: true });
const passwords = { ...newPasswords(), own: password };
const LAST_GRANT = '<query>GRANT TABLE ENGINE ON ReplacingMergeTree</query>';
const grants = nativePort === '' ? [] : ['REMOTE ON *.*', 'TABLE ENGINE ON Distributed'];
writePrivately(
  users,
  engineUsersXml(passwords)
    .replace('</users>', `${moreUsers}</users>`)
    .replace(LAST_GRANT, [LAST_GRANT, ...grants.map((grant) => `<query>GRANT ${grant}</query>`)].join('')),
);
const own = engineConfigXml(users, passwords).replace(
  '</clickhouse>',
  `<remote_servers>${clusters}</remote_servers>
  <access_control_improvements><select_from_system_db_requires_grant>true</select_from_system_db_requires_grant></access_control_improvements>
</clickhouse>`,
);
writePrivately(config, moreUsers === '' ? own : own.replace(/<http_handlers>[^]*<\/http_handlers>/, ''));
open({ library: 'chdb', path: library });
const argv = [
  'clickhouse',
  `--path=${join(directory, 'data')}`,
  `--http_port=${port}`,
  '--listen_host=127.0.0.1',
  `--config-file=${config}`,
  '--multiquery',
  ...(nativePort === '' ? [] : [`--tcp_port=${nativePort}`]),
  `--query=${nativePort === '' ? '' : 'SYSTEM START LISTEN TCP;'} SYSTEM START LISTEN HTTP; SELECT sleepEachRow(3) FROM system.numbers SETTINGS max_block_size = 1 FORMAT Null`,
];
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.I32,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
});
