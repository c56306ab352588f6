/**
 * A ClickHouse server as somebody else would run one: a fixed port, a fixed user, ended by a kill alone; with more users, by
 * their XML, it asks each for its password alone.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataType, load, open } from 'ffi-rs';
import { engineConfigXml, engineUsersXml, newPasswords, writePrivately } from '../../src/clickhouse/engine/files';
import { tryResolveLibchdb } from 'chdb/libchdb';

const [directory = '', port = '', password = '', moreUsers = ''] = process.argv.slice(2);
const library = tryResolveLibchdb({ env: {} })?.path ?? '';
const users = join(directory, 'users.xml');
const config = join(directory, 'config.xml');
mkdirSync(directory, { recursive: true });
const passwords = { ...newPasswords(), own: password };
writePrivately(users, engineUsersXml(passwords).replace('</users>', `${moreUsers}</users>`));
const own = engineConfigXml(users, passwords);
writePrivately(config, moreUsers === '' ? own : own.replace(/<http_handlers>[^]*<\/http_handlers>/, ''));
open({ library: 'chdb', path: library });
const argv = [
  'clickhouse',
  `--path=${join(directory, 'data')}`,
  `--http_port=${port}`,
  '--listen_host=127.0.0.1',
  `--config-file=${config}`,
  '--multiquery',
  '--query=SYSTEM START LISTEN HTTP; SELECT sleepEachRow(3) FROM system.numbers SETTINGS max_block_size = 1 FORMAT Null',
];
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.I32,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
});
