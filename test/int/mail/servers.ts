import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A server that the tests started: where it listens, what it took, how to end it. */
export interface TestServer {
  readonly url: string;
  /** The messages it answered 250 to, as they came. */
  readonly accepted: string[];
  /** How many times it was given content, whatever it answered. */
  contents(): number;
  close(): Promise<void>;
}

/** smtpReply is an error that makes smtp-server answer with a code and a text. */
export function smtpReply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** startSmtpServer starts a real SMTP server on a loopback port; `judge` may refuse the content. */
export async function startSmtpServer(
  options: SMTPServerOptions & { judge?: (content: string) => Error | null | Promise<Error | null> } = {},
): Promise<TestServer> {
  const accepted: string[] = [];
  let contents = 0;
  const { judge, ...rest } = options;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onData: (stream, _session, done) => {
      const take = async (content: string): Promise<void> => {
        contents += 1;
        const refusal = (await judge?.(content)) ?? null;
        if (refusal === null) accepted.push(content);
        done(refusal);
      };
      // A client may hang up instead of sending any content.
      void text(stream).then(take, () => undefined);
    },
    ...rest,
  });
  server.on('error', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    accepted,
    contents: () => contents,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** What a scripted server does by step: answer with a text, `hang-up`, or `silence`; a step that is not named is answered as a server should. */
export type Script = Partial<
  Record<'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'first-bytes' | 'content', string>
>;

/** startScriptedServer starts a bare server that misbehaves at the steps given, which smtp-server would not do. */
export async function startScriptedServer(script: Script): Promise<TestServer> {
  const accepted: string[] = [];
  const sockets = new Set<Socket>();
  let contents = 0;
  const act = (socket: Socket, step: keyof Script, usual: string): void => {
    const does = script[step] ?? usual;
    if (does === 'hang-up') socket.destroy();
    else if (does !== 'silence') socket.write(`${does}\r\n`);
  };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let buffer = '';
    let inContent = false;
    act(socket, 'greeting', '220 test');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      buffer += chunk;
      while (!socket.destroyed) {
        if (inContent) {
          if (script['first-bytes'] !== undefined) {
            act(socket, 'first-bytes', '');
            return;
          }
          const end = buffer.indexOf('\r\n.\r\n');
          if (end < 0) return;
          contents += 1;
          if (script.content === undefined) accepted.push(buffer.slice(0, end));
          buffer = buffer.slice(end + 5);
          inContent = false;
          act(socket, 'content', '250 queued');
          continue;
        }
        const end = buffer.indexOf('\r\n');
        if (end < 0) return;
        const verb = buffer.slice(0, 4).toUpperCase();
        buffer = buffer.slice(end + 2);
        if (verb === 'QUIT') return void socket.end('221 bye\r\n');
        if (verb === 'DATA') {
          inContent = script.DATA === undefined;
          act(socket, 'DATA', '354 go on');
        } else act(socket, verb as 'EHLO' | 'MAIL' | 'RCPT', '250 ok');
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    contents: () => contents,
    close: () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => closed());
      }),
  };
}
