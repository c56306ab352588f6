import autocannon, { type Options, type Result } from 'autocannon';

/** Wanted is one load: how many clients ask without a pause, for how long, and what. */
export interface Wanted {
  readonly url: string;
  readonly token: string;
  readonly clients: number;
  readonly seconds: number;
  /** The same questions again and again, each client beginning at another; or one after the other for ever, none twice. */
  readonly asked: readonly string[] | Iterator<string, never>;
}

/** Answered is what the clients saw. */
export interface Answered {
  /** Of each answer, in milliseconds, ascending. */
  readonly ms: readonly number[];
  readonly seconds: number;
  /** Broken connections, timeouts, and answers other than 200. */
  readonly errors: number;
}

/** answersUnder sends a load and waits for its end. */
export async function answersUnder({ url, token, clients, seconds, asked }: Wanted): Promise<Answered> {
  let begun = 0;
  const ms: number[] = [];
  const options: Options = {
    url,
    connections: clients,
    duration: seconds,
    headers: { authorization: `Bearer ${token}` },
    requests: [{ path: '/' }],
    setupClient: (client) => {
      client.setRequests(
        'next' in asked
          ? [{ setupRequest: (request) => ({ ...request, path: asked.next().value }) }]
          : rotated(asked, Math.floor((begun++ * asked.length) / clients)).map((path) => ({ path })),
      );
    },
  };
  const { errors, non2xx, duration } = await new Promise<Result>((resolve, reject) => {
    const run = autocannon(options, (error: unknown, result) =>
      error == null ? resolve(result) : reject(new Error('autocannon gave up', { cause: error })),
    );
    run.on('response', (_client, _status, _bytes, took) => ms.push(took));
  });
  return { ms: ms.sort((a, b) => a - b), seconds: duration, errors: errors + non2xx };
}

const rotated = <T>(list: readonly T[], by: number): T[] => [...list.slice(by), ...list.slice(0, by)];
