import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type FastifyRequest } from 'fastify';
import { type AuditEntry, recordAudit } from '../clickhouse/accounts';
import { dataVersion, type DataVersion } from '../clickhouse/queries/data-version';
import { engineTime } from '../clickhouse/time';
import { type Logger } from '../log';
import { hasAccounts, sessionOf, tokenOf } from '../operations/accounts';
import { type Context } from '../operations/context';
import { type Caller, nameOf } from './caller';
import { secretIn } from './cookie';
import { refusal } from './problem';

/** Store gives work the store as it is open now. */
export interface Store {
  use<T>(work: (context: Context) => Promise<T>): Promise<T>;
}

/** Doorkeeper knows who comes, lets nobody guess passwords, and writes down what was asked. */
export interface Doorkeeper {
  /** callerOf is whoever a request comes from: the token in its header, else the session in its cookie. */
  callerOf(request: Pick<FastifyRequest, 'headers'>): Promise<Caller>;
  /** version is that of the data and of access, as it was at most a second ago. */
  version(): Promise<DataVersion>;
  /** forget makes the next request be looked up anew: what was said of access has just changed here. */
  forget(): void;
  /** attempt counts a try at a name's password before it is made. @throws Refusal 429 when there were too many */
  attempt(name: string, address: string): void;
  /** succeeded forgets the tries at a name from an address. */
  succeeded(name: string, address: string): void;
  /** setupSecret is what the first account is made with; null once there is one. */
  setupSecret(): Promise<string | null>;
  /** isSetupSecret compares in constant time. */
  isSetupSecret(offered: string): Promise<boolean>;
  /** audit writes down what was asked; of the same question of the same caller once an hour. */
  audit(entry: Omit<AuditEntry, 'at' | 'user' | 'token'>, caller: Caller): void;
  /** close writes down what is not yet. */
  close(): Promise<void>;
}

/** A version is good for so long; it is asked for anew before, while answers go on resting on it. */
const VERSION_FOR_MS = 1_000;
const VERSION_ANEW_MS = 500;
const AUDIT_EVERY_MS = 1_000;
/** Of the audit log: what waits to be written, and reads of an hour that are written down already. */
const MOST_ENTRIES = 10_000;
const HOUR_MS = 3_600_000;
/** Callers that are remembered, for as long as nothing is said of access, and no longer than a minute. */
const MOST_CALLERS = 1_000;
const CALLER_FOR_MS = 60_000;

/** Wrong passwords of a name from one address, and from all, within the time after which they are forgotten. */
const ATTEMPTS = { perAddress: 5, perName: 30, withinMs: 15 * 60_000, most: 10_000 } as const;

/** openDoorkeeper keeps the door of a store. */
export function openDoorkeeper(store: Store, log: Logger, now: () => Date): Doorkeeper {
  const callers = new Map<string, { readonly caller: Caller; readonly access: string; readonly at: number }>();
  const attempts = new Map<string, { count: number; readonly since: number }>();
  let asked: AskedVersion | null = null;
  let next: AskedVersion | null = null;
  let secret: string | null = randomBytes(24).toString('base64url');
  let entries: AuditEntry[] = [];
  let last = 0;
  let seen = { hour: 0, keys: new Set<string>() };
  let writing: Promise<void> = Promise.resolve();

  const askVersion = (): AskedVersion => {
    const asking = { version: store.use(({ db }) => dataVersion(db)), at: performance.now() };
    next = asking;
    asking.version.then(
      () => {
        // Of a time before something changed here it says nothing any more.
        if (next !== asking) return;
        [asked, next] = [asking, null];
      },
      () => {
        if (next === asking) next = null;
      },
    );
    return asking;
  };
  const version = (): Promise<DataVersion> => {
    const age = asked === null ? Infinity : performance.now() - asked.at;
    if (asked === null || age > VERSION_FOR_MS) return (next ?? askVersion()).version;
    if (age > VERSION_ANEW_MS && next === null) askVersion();
    return asked.version;
  };
  const forget = (): void => {
    asked = null;
    next = null;
    callers.clear();
  };
  const flush = (): Promise<void> => {
    const batch = entries;
    entries = [];
    if (batch.length > 0) {
      writing = writing
        .then(async () => await store.use(({ db }) => recordAudit(db, batch)))
        .catch((error: unknown) => {
          log.error('the audit log could not be written', { entries: batch.length, error: String(error) });
          // They are tried again; only what is more than memory should hold is let go of, the newest first.
          entries = [...batch, ...entries].slice(0, MOST_ENTRIES);
        });
    }
    return writing;
  };
  const timer = setInterval(() => void flush(), AUDIT_EVERY_MS);
  /** A page that asks every few seconds would bury what was changed. */
  const isWritten = ({ address, detail, ...entry }: Omit<AuditEntry, 'at'>): boolean => {
    if (entry.method !== 'GET' || !entry.route.startsWith('/v1/')) return false;
    // Nobody's addresses are whatever somebody made up.
    const { user, route, target } = entry;
    const key = JSON.stringify([address, detail, { ...entry, target: user === '' ? route : target }]);
    const hour = Math.floor(now().getTime() / HOUR_MS);
    if (seen.hour !== hour || seen.keys.size >= MOST_ENTRIES) seen = { hour, keys: new Set() };
    if (seen.keys.has(key)) return true;
    seen.keys.add(key);
    return false;
  };
  timer.unref();

  const count = (key: string, most: number): void => {
    const at = performance.now();
    const known = attempts.get(key);
    const current = known && at - known.since <= ATTEMPTS.withinMs ? known : { count: 0, since: at };
    if (current.count >= most) {
      throw refusal(429, 'too-many-attempts', 'There were too many wrong passwords.', 'Wait a quarter of an hour.');
    }
    current.count += 1;
    attempts.delete(key);
    attempts.set(key, current);
    for (const oldest of attempts.keys()) {
      if (attempts.size <= ATTEMPTS.most) break;
      attempts.delete(oldest);
    }
  };

  return {
    version,
    forget,
    callerOf: async (request) => {
      const presented = credentialsOf(request);
      if (presented === null) return { via: 'nobody' };
      const { access } = await version();
      const key = `${presented.via} ${presented.secret}`;
      const known = callers.get(key);
      if (known?.access === access && performance.now() - known.at < CALLER_FOR_MS) return known.caller;
      const found = await store.use((context) =>
        presented.via === 'token' ? tokenOf(context, presented.secret) : sessionOf(context, presented.secret),
      );
      const caller: Caller = found === null ? { via: 'nobody' } : { via: presented.via, ...found };
      if (callers.size >= MOST_CALLERS) callers.clear();
      if (found !== null) callers.set(key, { caller, access, at: performance.now() });
      return caller;
    },
    attempt: (name, address) => {
      count(`${address} ${name}`, ATTEMPTS.perAddress);
      count(`* ${name}`, ATTEMPTS.perName);
    },
    succeeded: (name, address) => {
      attempts.delete(`${address} ${name}`);
      attempts.delete(`* ${name}`);
    },
    setupSecret: async () => {
      if (secret !== null && (await store.use(hasAccounts))) secret = null;
      return secret;
    },
    isSetupSecret: async (offered) => {
      if (secret !== null && (await store.use(hasAccounts))) secret = null;
      if (secret === null) return false;
      const [a, b] = [Buffer.from(secret), Buffer.from(offered)];
      return a.length === b.length && timingSafeEqual(a, b);
    },
    audit: (entry, caller) => {
      const written = { ...entry, user: nameOf(caller), token: caller.via === 'token' ? caller.id : '' };
      if (isWritten(written)) return;
      // In the order in which they were answered, also those of one millisecond.
      last = Math.max(now().getTime(), last + 1);
      entries.push({ ...written, at: engineTime(new Date(last)) });
    },
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

interface AskedVersion {
  readonly version: Promise<DataVersion>;
  readonly at: number;
}

interface Presented {
  readonly via: 'session' | 'token';
  readonly secret: string;
}

function credentialsOf(request: Pick<FastifyRequest, 'headers'>): Presented | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, token] = /^Bearer ([\w-]{1,200})$/i.exec(authorization) ?? [];
    return token === undefined ? null : { via: 'token', secret: token };
  }
  const secret = secretIn(request.headers.cookie);
  return secret === null ? null : { via: 'session', secret };
}
