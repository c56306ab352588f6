import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ANALYTICS } from '../analytics';

/** engineEndpoint is how a command reaches the engine of a directory while it runs; kept readable by its owner only. */
export const engineEndpoint = z.object({
  pid: z.number().int(),
  url: z.string(),
  user: z.string(),
  password: z.string(),
  /** Blank: an engine that an earlier version started, which has no such user. */
  analystPassword: z.string().default(''),
  controlPort: z.number().int().min(1).max(65_535),
  token: z.string(),
  /** Whoever started the engine is still clearing what earlier ones left: others wait. */
  recovering: z.boolean().default(false),
});
export type EngineEndpoint = Readonly<z.output<typeof engineEndpoint>>;

/** endpointFile is where the running engine of a directory says how to reach it. */
export const endpointFile = (directory: string): string => join(directory, 'endpoint.json');

/** writePrivately writes a file that its owner alone can read, whole or not at all. */
export function writePrivately(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The user that does all work; its password lives as long as the engine. */
export const ENGINE_USER = 'paceline';

/** The user as whom analysts read the views; it may nothing else. */
export const ANALYST_USER = 'analyst';

/** Passwords of the two users. */
export interface EnginePasswords {
  readonly own: string;
  readonly analyst: string;
}

/** newPasswords makes up both; they live as long as the engine. */
export function newPasswords(): EnginePasswords {
  const secret = (): string => randomBytes(24).toString('hex');
  return { own: secret(), analyst: secret() };
}

/**
 * engineUsersXml grants the local session (`default`, which no address can tell from other loopback clients) nothing
 * but what keeps the engine listening, and the working user no table engine that leads out of the engine: with `File` or
 * `URL` it would need no other grant to read what is not its own. An analyst changes no setting: some of them name files.
 * The information schema, by which programs find tables and columns, shows it no more than it may read.
 */
export function engineUsersXml({ own, analyst }: EnginePasswords): string {
  return `<clickhouse>
  <profiles>
    <default>
      <async_insert>0</async_insert>
      <log_queries>0</log_queries>
      <max_memory_usage>0</max_memory_usage>
    </default>
    <${ANALYST_USER}>
      <readonly>1</readonly>
      <log_queries>0</log_queries>
      <max_execution_time>60</max_execution_time>
      <max_memory_usage>1000000000</max_memory_usage>
      <max_threads>2</max_threads>
      <max_concurrent_queries_for_user>8</max_concurrent_queries_for_user>
      <max_result_rows>5000000</max_result_rows>
      <max_result_bytes>2000000000</max_result_bytes>
      <output_format_decimal_trailing_zeros>1</output_format_decimal_trailing_zeros>
      <enable_http_compression>1</enable_http_compression>
      <cancel_http_readonly_queries_on_client_close>1</cancel_http_readonly_queries_on_client_close>
      <do_not_merge_across_partitions_select_final>1</do_not_merge_across_partitions_select_final>
    </${ANALYST_USER}>
  </profiles>
  <quotas>
    <default></default>
    <${ANALYST_USER}>
      <keyed></keyed>
      <interval><duration>3600</duration><queries>5000</queries><execution_time>1200</execution_time></interval>
    </${ANALYST_USER}>
  </quotas>
  <users>
    <default>
      <password></password>
      <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SYSTEM LISTEN ON *.*</query>
        <query>GRANT SELECT ON system.numbers</query>
      </grants>
    </default>
    <${ENGINE_USER}>
      <password>${own}</password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE, DROP, TRUNCATE, OPTIMIZE, SHOW ON *.*</query>
        <query>GRANT TABLE ENGINE ON MergeTree</query>
        <query>GRANT TABLE ENGINE ON ReplacingMergeTree</query>
      </grants>
    </${ENGINE_USER}>
    <${ANALYST_USER}>
      <password>${analyst}</password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>${ANALYST_USER}</profile>
      <quota>${ANALYST_USER}</quota>
      <grants>
        <query>GRANT SELECT ON ${ANALYTICS}*.*</query>
        <query>GRANT SELECT ON information_schema.*</query>
        <query>GRANT SELECT ON INFORMATION_SCHEMA.*</query>
      </grants>
    </${ANALYST_USER}>
  </users>
</clickhouse>
`;
}

/**
 * engineConfigXml keeps the engine quiet (a parse error in a log could quote a cell), durable on power loss, and deaf to
 * requests without the password of one of the two users. `default` has none, and in this build the function `file()`, which no
 * grant covers, reads whatever the process may read: whoever reached that user could read the password from disk.
 */
export function engineConfigXml(usersFile: string, { own, analyst }: EnginePasswords): string {
  const rule = (user: string, password: string): string => `<rule>
      <headers><Authorization>Basic ${Buffer.from(`${user}:${password}`).toString('base64')}</Authorization></headers>
      <handler><type>dynamic_query_handler</type><query_param_name>query</query_param_name></handler>
    </rule>`;
  return `<clickhouse>
  <users_config>${usersFile}</users_config>
  <logger><level>none</level></logger>
  <http_handlers>
    ${rule(ENGINE_USER, own)}
    ${rule(ANALYST_USER, analyst)}
  </http_handlers>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
</clickhouse>
`;
}
