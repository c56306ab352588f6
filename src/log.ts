import { AsyncLocalStorage } from 'node:async_hooks';
import { type DestinationStream, pino } from 'pino';

/** A line of the log: what happened, with values (never a cell of a file). */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Logger is what operations write to; entry points decide where lines go (stderr for commands). */
export interface Logger {
  /** Steps of the machinery, shown nowhere by default. */
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** silentLogger drops everything, for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const fieldsOfWork = new AsyncLocalStorage<LogFields>();

/** loggedWith does some work; whatever serviceLogger writes meanwhile for it bears the fields, such as the ids of its job. */
export function loggedWith<T>(fields: LogFields, work: () => T): T {
  return fieldsOfWork.run({ ...fieldsOfWork.getStore(), ...fields }, work);
}

/** serviceLogger writes one JSON document an event, with its time: for processes that run for weeks. */
export function serviceLogger(out: DestinationStream): Logger {
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      mixin: () => ({ ...fieldsOfWork.getStore() }),
    },
    out,
  );
  const writer =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void =>
      log[level](fields, message);
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
}

/** lineLogger writes one line an event, `[level: ]message (name=value, …)`, as commands do on stderr. */
export function lineLogger(out: { write(text: string): unknown }): Logger {
  const writer =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      const values = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`));
      out.write(`${level}${message}${values.length > 0 ? ` (${values.join(', ')})` : ''}\n`);
    };
  return { debug: () => undefined, info: writer(''), warn: writer('warning: '), error: writer('error: ') };
}
