import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DatabaseLocation } from '../../src/clickhouse/client';
import { endpointFile, engineEndpoint } from '../../src/clickhouse/engine/files';
import { type Running, startPaceline } from '../support/process';
import { CutWire, EngineServer, freePort, PostOffice, RedisServer } from './supplies';

/** Role is what one process of a deployment does. */
export type Role = 'all' | 'worker' | 'scheduler' | 'api';

/** RECIPIENTS are told of every alert. */
export const RECIPIENTS: readonly string[] = ['bureau@example.invalid', 'office@example.invalid'];

/** Short, so that it ends within a trial. */
export const ARCHIVE_DAYS = 10;

const RESTART_AFTER_MS = 200;
const STOP_WITHIN_MS = 30_000;

/** A process that is started again when it ends without having been told to, as a supervisor would. */
class Member {
  readonly said: Record<string, unknown>[] = [];
  private running: Running | null = null;
  private wanted = false;

  constructor(
    readonly role: Role,
    private readonly begin: () => Running,
  ) {}

  start(): void {
    this.wanted = true;
    const running = this.begin();
    this.running = running;
    let rest = '';
    running.child.stderr?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.said.push(lineOf(line));
    });
    void running.ended.then(async () => {
      await wait(RESTART_AFTER_MS);
      if (this.wanted && this.running === running) this.start();
    });
  }

  /** Its children (an embedded engine) live in groups of their own and are not meant. */
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' = 'SIGKILL'): void {
    this.running?.child.kill(signal);
  }

  /** stop asks it to end, and says whether it did in time. */
  async stop(): Promise<boolean> {
    this.wanted = false;
    const { running } = this;
    if (!running) return true;
    running.child.kill('SIGTERM');
    const inTime = await Promise.race([running.ended.then(() => true), wait(STOP_WITHIN_MS, false, { ref: false })]);
    if (!inTime) running.kill();
    return inTime;
  }
}

function lineOf(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { level: 'raw', msg: line };
  }
}

/** Profile is how Paceline is deployed: one process with all in it, or two workers, two schedulers and an API over servers. */
export type Profile = 'embedded' | 'server';

interface Servers {
  readonly engine: EngineServer;
  readonly redis: RedisServer;
  readonly wire: CutWire;
  readonly apiPort: number;
}

/** Deployment is Paceline at work, with everything around it that can fail. */
export class Deployment {
  members: Member[] = [];
  private clock = '';

  private constructor(
    readonly profile: Profile,
    readonly home: string,
    readonly post: PostOffice,
    readonly servers: Servers | null,
  ) {}

  static async set(profile: Profile, home: string, apart: string): Promise<Deployment> {
    const post = new PostOffice(await freePort());
    await post.open();
    if (profile === 'embedded') return new Deployment(profile, home, post, null);
    const engine = new EngineServer(join(apart, 'clickhouse'), await freePort());
    const redis = new RedisServer(join(apart, 'redis'), await freePort());
    const wire = new CutWire(await freePort(), engine.port);
    await Promise.all([engine.start(), redis.start(), wire.open()]);
    return new Deployment(profile, home, post, { engine, redis, wire, apiPort: await freePort() });
  }

  get inbox(): string {
    return join(this.home, 'inbox');
  }

  /** start sets every process to work, at a standing clock. */
  start(clock: string): void {
    this.clock = clock;
    const roles: Role[] = this.servers ? ['worker', 'worker', 'scheduler', 'scheduler', 'api'] : ['all'];
    this.members = roles.map((role) => new Member(role, () => this.run(role)));
    for (const member of this.members) member.start();
  }

  private run(role: Role): Running {
    const { servers, home, clock } = this;
    const env = {
      PACELINE_CLOCK: clock,
      PACELINE_METRICS_LISTEN: 'off',
      PACELINE_HTTP_PORT: role === 'api' && servers ? String(servers.apiPort) : 'off',
      PACELINE_USUAL_FACTOR: '50',
      PACELINE_ARCHIVE_DAYS: String(ARCHIVE_DAYS),
      PACE_MIN_DAYS: '1',
      ALERT_TO: RECIPIENTS.join(','),
      MAIL_FROM: 'paceline@example.invalid',
      SMTP_URL: `smtp://127.0.0.1:${this.post.port}`,
      ...(servers && {
        REDIS_URL: `redis://127.0.0.1:${servers.redis.port}`,
        CLICKHOUSE_URL: servers.engine.urlAt(servers.wire.port),
      }),
    };
    return startPaceline(role === 'all' ? ['start'] : ['start', role], { home, env });
  }

  /** apiAnswers says whether the API is there. */
  async apiAnswers(): Promise<boolean> {
    const url = `http://127.0.0.1:${this.servers?.apiPort}/v1/health`;
    return await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** stop ends all processes, and says whether they did so in time. */
  async stop(): Promise<boolean> {
    const ended = await Promise.all(this.members.map((member) => member.stop()));
    return ended.every(Boolean);
  }

  /** close ends everything around them too. */
  async close(): Promise<void> {
    this.servers?.wire.close();
    this.servers?.engine.kill();
    this.servers?.redis.kill();
    await this.post.close();
  }

  /** database is where the store can be looked at, past the wire; null while the engine is down. */
  database(): DatabaseLocation | null {
    if (this.servers) {
      const url = new URL(this.servers.engine.urlAt(this.servers.engine.port));
      const { username: user, password } = url;
      return { url: url.origin, user, password, database: 'paceline' };
    }
    const file = endpointFile(join(this.home, 'engine'));
    if (!existsSync(file)) return null;
    const { url, user, password } = engineEndpoint.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { url, user, password, database: 'paceline' };
  }

  /** killEngine kills the engine; one apart is started again, an embedded one by whoever needs it. */
  async killEngine(): Promise<void> {
    if (this.servers) {
      await this.servers.engine.restart();
      return;
    }
    const file = endpointFile(join(this.home, 'engine'));
    if (!existsSync(file)) return;
    const { pid } = engineEndpoint.parse(JSON.parse(readFileSync(file, 'utf8')));
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** said lists what all processes have logged since the start. */
  said(): Record<string, unknown>[] {
    return this.members.flatMap(({ said }) => said);
  }
}
