import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { ENGINE_USER } from '../../src/clickhouse/engine/files';
import { built, until } from '../support/process';

/** freePort asks the system for a port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A program that is killed and started again under the same address, which is free only once the old one has ended. */
abstract class Supply {
  private child: ChildProcess | null = null;
  private ended: Promise<unknown> = Promise.resolve();
  private restarted: Promise<void> = Promise.resolve();

  protected abstract spawn(): ChildProcess;
  protected abstract answers(): boolean | Promise<boolean>;

  async start(): Promise<void> {
    await this.ended;
    const child = this.spawn();
    this.child = child;
    this.ended = once(child, 'exit');
    await until(() => this.answers(), 30_000);
  }

  kill(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  /** Two faults of one night may ask for it at once: they take turns. */
  async restart(meanwhile: () => void = () => undefined): Promise<void> {
    this.restarted = this.restarted.then(async () => {
      this.kill();
      await this.ended;
      meanwhile();
      await this.start();
    });
    await this.restarted;
  }
}

/** EngineServer is a ClickHouse server apart from Paceline. */
export class EngineServer extends Supply {
  static readonly PASSWORD = 'of-the-harness';
  /** The clusters that it knows from its next start on, as XML. */
  clusters = '';

  constructor(
    private readonly folder: string,
    readonly port: number,
    /** The port at which other servers reach it. */
    readonly nativePort?: number,
  ) {
    super();
  }

  get url(): string {
    return this.urlAt(this.port);
  }

  urlAt(port: number): string {
    return `http://${ENGINE_USER}:${EngineServer.PASSWORD}@127.0.0.1:${port}`;
  }

  protected spawn(): ChildProcess {
    const script = built('test/faults/engine-server.js');
    const among = this.nativePort === undefined ? [] : ['', String(this.nativePort), this.clusters];
    const args = [script, this.folder, String(this.port), EngineServer.PASSWORD, ...among];
    return spawn(process.execPath, args, { stdio: 'ignore' });
  }

  protected async answers(): Promise<boolean> {
    const authorization = `Basic ${Buffer.from(`${ENGINE_USER}:${EngineServer.PASSWORD}`).toString('base64')}`;
    return await fetch(`http://127.0.0.1:${this.port}/?query=SELECT+1`, { headers: { authorization } }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

/** RedisServer keeps every job on disk, until it is made to forget them. */
export class RedisServer extends Supply {
  constructor(
    private readonly folder: string,
    readonly port: number,
  ) {
    super();
    mkdirSync(folder, { recursive: true });
  }

  protected spawn(): ChildProcess {
    const options = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    return spawn('redis-server', ['--port', String(this.port), '--dir', this.folder, ...options], { stdio: 'ignore' });
  }

  protected answers(): boolean {
    const said = spawnSync('redis-cli', ['-p', String(this.port), 'ping'], { encoding: 'utf8' }).stdout;
    return said.includes('PONG');
  }

  async forget(): Promise<void> {
    await this.restart(() => rmSync(join(this.folder, 'appendonlydir'), { recursive: true, force: true }));
  }
}

/** A moment at which a wire is cut: when a pattern has gone to the server, or when its answer comes back. */
export interface Cut {
  readonly pattern: RegExp;
  readonly when: 'asked' | 'answered';
  readonly forMs: number;
}

/** CutWire is the network between Paceline and a server. */
export class CutWire {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;
  private next: { readonly cut: Cut; readonly done: () => void } | null = null;
  private isCut = false;

  constructor(
    readonly port: number,
    private readonly to: number,
  ) {}

  async open(): Promise<void> {
    const server = createServer((socket) => {
      if (this.isCut) socket.destroy();
      else this.join(socket);
    });
    this.server = server;
    await new Promise<void>((listening) => server.listen(this.port, '127.0.0.1', listening));
  }

  /** forget gives up waiting for the moment of a cut. */
  forget(): void {
    this.next?.done();
    this.next = null;
  }

  close(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /**
   * cutAt waits for the moment, cuts all connections then, and refuses new ones for a while. The next one that is asked
   * for takes its place.
   */
  async cutAt(cut: Cut): Promise<void> {
    this.next?.done();
    await new Promise<void>((done) => (this.next = { cut, done }));
  }

  private join(client: Socket): void {
    const server = connect(this.to, '127.0.0.1');
    let isAsked = false;
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    }
    client.on('data', (bytes) => {
      const { cut } = this.next ?? {};
      if (cut && !isAsked) isAsked = cut.pattern.test(statementIn(bytes));
      if (cut?.when === 'asked' && isAsked) this.cut();
      else server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (isAsked && this.next?.cut.when === 'answered') this.cut();
      else client.write(bytes);
    });
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }

  private cut(): void {
    const { next } = this;
    this.next = null;
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
    setTimeout(() => (this.isCut = false), next?.cut.forMs ?? 0);
    next?.done();
  }
}

/** The beginning of a request; a statement in its address has its blanks as `+`. */
function statementIn(bytes: Buffer): string {
  return bytes.subarray(0, 4096).toString('latin1').replaceAll('+', ' ');
}

/** What a post office does with the next mails. */
export type Mood = 'open' | 'busy' | 'hangs-up';

/** PostOffice is an SMTP server that counts what it took, by message and recipient. */
export class PostOffice {
  /** Mails that it took, whether it could say so or not: `<message-id> <recipient>`. */
  readonly taken: string[] = [];
  /** How many of the next mails meet a mood other than `open`. */
  private moods: Mood[] = [];
  private server: SMTPServer | null = null;

  constructor(readonly port: number) {}

  meet(...moods: Mood[]): void {
    this.moods = moods;
  }

  async open(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      onData: (stream, session, done) => {
        void text(stream).then((content) => {
          const mood = this.moods.shift() ?? 'open';
          if (mood === 'busy') {
            done(Object.assign(new Error('try again later'), { responseCode: 451 }));
            return;
          }
          const id = /^message-id:\s*(\S+)/im.exec(content)?.[1] ?? '';
          this.taken.push(...session.envelope.rcptTo.map(({ address }) => `${id} ${address}`));
          if (mood === 'open') done(null);
          else hangUp(server, session.id);
        });
      },
    });
    server.on('error', () => undefined);
    this.server = server;
    await new Promise<void>((listening) => server.listen(this.port, '127.0.0.1', () => listening()));
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = null;
    await new Promise<void>((closed) => (server ? server.close(() => closed()) : closed()));
  }
}

/** smtp-server has no way of its own to go away without a word. */
function hangUp(server: SMTPServer, sessionId: string): void {
  const { connections } = server as unknown as { connections: Set<{ id: string; _socket: Socket }> };
  for (const connection of connections) if (connection.id === sessionId) connection._socket.destroy();
}
