import { join } from 'node:path';

/** EngineEndpoint is how a command reaches the engine of a directory while it runs; kept readable by its owner only. */
export interface EngineEndpoint {
  readonly pid: number;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly controlPort: number;
  readonly token: string;
}

/** endpointFile is where the running engine of a directory says how to reach it. */
export const endpointFile = (directory: string): string => join(directory, 'endpoint.json');

/**
 * engineUsersXml grants the local session (`default`, which no address can tell from other loopback clients) nothing
 * but what keeps the engine listening; all work is done by a user whose password lives as long as the engine.
 */
export function engineUsersXml(password: string): string {
  return `<clickhouse>
  <profiles>
    <default>
      <async_insert>0</async_insert>
      <log_queries>0</log_queries>
      <max_memory_usage>0</max_memory_usage>
    </default>
  </profiles>
  <quotas><default></default></quotas>
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
    <paceline>
      <password>${password}</password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE, DROP, TRUNCATE, OPTIMIZE, SHOW, KILL QUERY, SYSTEM MERGES, TABLE ENGINE ON *.*</query>
      </grants>
    </paceline>
  </users>
</clickhouse>
`;
}

/** engineConfigXml keeps the engine quiet (a parse error in a log could quote a cell) and durable on power loss. */
export function engineConfigXml(usersFile: string): string {
  return `<clickhouse>
  <users_config>${usersFile}</users_config>
  <logger><level>none</level></logger>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
</clickhouse>
`;
}
