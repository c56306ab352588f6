import { EventEmitter } from 'node:events';
import { type PGlite } from '@electric-sql/pglite';

interface Rows<R> {
  rows: R[];
}

/**
 * PgliteClient makes one embedded database look like a client of node-postgres, as far as BullMQ looks. All clients
 * share the database's only session: queries queue up behind each other, and a transaction of one is a transaction
 * of all. BullMQ opens none outside its migrations; every command of it is a single statement.
 */
class PgliteClient extends EventEmitter {
  readonly #database: PGlite;
  readonly #stop: () => void;

  constructor(database: PGlite) {
    super();
    this.#database = database;
    this.#stop = database.onNotification((channel, payload) => this.emit('notification', { channel, payload }));
  }

  query<R>(text: string, params?: readonly unknown[]): Promise<Rows<R>> {
    return queryOn<R>(this.#database, text, params);
  }

  release(): void {
    this.#stop();
  }
}

/** PglitePool makes an embedded database look like a pool of node-postgres. */
export class PglitePool extends EventEmitter {
  // A session inside the process cannot be lost unnoticed: lets idle workers wait for a notification, without polling.
  readonly options = { keepAlive: true };
  readonly #database: PGlite;

  constructor(database: PGlite) {
    super();
    this.#database = database;
    this.setMaxListeners(0); // every queue and worker listens for errors
  }

  query<R>(text: string, params?: readonly unknown[]): Promise<Rows<R>> {
    return queryOn<R>(this.#database, text, params);
  }

  connect(): Promise<PgliteClient> {
    return Promise.resolve(new PgliteClient(this.#database));
  }

  /** end does nothing: who opened the database closes it. */
  end(): Promise<void> {
    return Promise.resolve();
  }
}

async function queryOn<R>(database: PGlite, text: string, params?: readonly unknown[]): Promise<Rows<R>> {
  if (params && params.length > 0) return database.query<R>(text, [...params]);
  // Without parameters there may be several statements (migrations); the last one's rows count.
  const results = await database.exec(text);
  return { rows: (results.at(-1)?.rows ?? []) as R[] };
}
