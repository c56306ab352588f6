import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Robot } from '../domain/recipients';
import { type PipelineError, terminal, transient } from '../errors';
import { type DeliveryResult } from './deliver';

/** RobotMessage is what a group robot posts: a title for lists and notices, and the text as Markdown. */
export interface RobotMessage {
  readonly title: string;
  readonly markdown: string;
}

const ANSWER_MS = 30_000;

/** Answers that say "not now": both makers limit the messages of a minute (DingTalk 130101, 410100; WeCom 45009), -1 is busy. */
const NOT_NOW: ReadonlySet<number> = new Set([-1, 130101, 410100, 45009]);
/** Statuses of HTTP that say the same. */
const LATER: ReadonlySet<number> = new Set([429, 503]);
/** Nothing was sent: no connection came about. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/;

/**
 * postToRobot hands one message to a group robot and tells how it ended: `delivered` only after an answer with error code
 * 0, `unknown` when none came or it makes no sense. `beforeContent` is awaited just before anything leaves; its error is thrown.
 * @throws PipelineError transient `mail-unreachable` when nothing was taken. No error holds the address or the secret.
 */
export async function postToRobot(
  robot: Robot,
  message: RobotMessage,
  now: Date,
  beforeContent: () => Promise<void>,
): Promise<DeliveryResult> {
  await beforeContent();
  let response: Response;
  let body: string;
  try {
    response = await fetch(signedUrl(robot, now), {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(bodyOf(robot, message)),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    body = await response.text();
  } catch (error) {
    // The message of the error is left out: it may name the address.
    const code = codeOf(error);
    if (NOT_SENT.test(code)) throw unreachable(robot, `no connection (${code})`);
    return { outcome: 'unknown', detail: `no answer (${code})` };
  }
  return verdictOf(robot, response.status, body);
}

/** DingTalk: base64 of HMAC-SHA256 over "timestamp\nsecret", keyed with the secret, beside the timestamp in milliseconds. */
export function signedUrl({ maker, url, secret }: Robot, now: Date): string {
  if (maker !== 'dingtalk' || secret === '') return url;
  const signed = new URL(url);
  const timestamp = String(now.getTime());
  signed.searchParams.set('timestamp', timestamp);
  signed.searchParams.set('sign', createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'));
  return signed.href;
}

function bodyOf({ maker }: Robot, { title, markdown }: RobotMessage): unknown {
  return maker === 'dingtalk'
    ? { msgtype: 'markdown', markdown: { title, text: markdown } }
    : { msgtype: 'markdown', markdown: { content: markdown } };
}

const answer = z.object({ errcode: z.number(), errmsg: z.string().default('') });

function verdictOf(robot: Robot, status: number, body: string): DeliveryResult {
  if (LATER.has(status)) throw unreachable(robot, `HTTP ${status}`);
  if (status >= 300 && status < 500) return { outcome: 'refused', detail: `HTTP ${status}` };
  const said = answer.safeParse(parsed(body)).data;
  if (status >= 500 || said === undefined)
    return { outcome: 'unknown', detail: `HTTP ${status}, no answer of a robot` };
  // What a server says may repeat what it was told.
  const hidden = [...new URL(robot.url).searchParams.values(), robot.secret].filter((value) => value !== '');
  const clean = hidden.reduce((text, value) => text.replaceAll(value, '***'), said.errmsg);
  const detail = `${said.errcode} ${clean.replace(/\s+/g, ' ').slice(0, 300)}`.trim();
  if (said.errcode === 0) return { outcome: 'delivered', detail };
  if (NOT_NOW.has(said.errcode)) throw unreachable(robot, detail);
  return { outcome: 'refused', detail };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

const failure = z.object({ name: z.string(), cause: z.object({ code: z.string() }).optional().catch(undefined) });

/** The code of what went wrong below, `ECONNREFUSED` for example, else the kind of error, `TimeoutError`. */
function codeOf(error: unknown): string {
  const { name = 'unknown', cause } = failure.safeParse(error).data ?? {};
  return cause?.code ?? name;
}

function unreachable({ name }: Robot, why: string): PipelineError {
  return transient(
    'mail-unreachable',
    `the robot ${name} did not take the message: ${why}`,
    'It is tried again; check ALERT_ROBOTS when it lasts.',
    { robot: name },
  );
}

/** robotNamed finds a robot. @throws PipelineError `config-invalid` when it is not set up any more */
export function robotNamed(robots: readonly Robot[], name: string): Robot {
  const robot = robots.find((known) => known.name === name);
  if (robot) return robot;
  throw terminal('config-invalid', `there is no robot "${name}"`, 'Set it up in ALERT_ROBOTS, or remove it.');
}
