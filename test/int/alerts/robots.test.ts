/** Group robots of DingTalk and WeCom, as a real HTTP server on the loopback address stands for them. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Robot } from '../../../src/domain/recipients';
import { postToRobot } from '../../../src/mail/robot';
import { composeRobotMessage } from '../../../src/mail/robot-message';
import { behind, figures, findings, problems } from '../../unit/mail/alerts';

interface Posted {
  readonly query: URLSearchParams;
  readonly body: unknown;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A robot that answers as it is told; an answer of null hangs up after the content. */
async function robotThat(
  answer: { status?: number; body: unknown } | null,
  maker: Robot['maker'] = 'dingtalk',
  secret = '',
): Promise<{ robot: Robot; posted: Posted[] }> {
  const posted: Posted[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    posted.push({
      query: new URL(request.url ?? '', 'http://robot').searchParams,
      body: JSON.parse(await text(request)),
    });
    if (answer === null) request.socket.destroy();
    else response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.body));
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    robot: { name: 'office', maker, url: `http://127.0.0.1:${port}/send?access_token=topsecret`, secret },
    posted,
  };
}

const NOW = new Date('2026-10-02T06:30:12+08:00');
const message = composeRobotMessage(behind, figures);
const post = async (robot: Robot, before = () => Promise.resolve()) => await postToRobot(robot, message, NOW, before);

describe('a group robot', () => {
  test('of DingTalk gets Markdown with a title, signed with its secret', async () => {
    const { robot, posted } = await robotThat({ body: { errcode: 0, errmsg: 'ok' } }, 'dingtalk', 'SECabc');
    expect(await post(robot)).toEqual({ outcome: 'delivered', detail: '0 ok' });
    const timestamp = String(NOW.getTime());
    expect(Object.fromEntries(posted[0]!.query)).toEqual({
      access_token: 'topsecret',
      timestamp,
      sign: createHmac('sha256', 'SECabc').update(`${timestamp}\nSECabc`).digest('base64'),
    });
    expect(posted[0]!.body).toEqual({
      msgtype: 'markdown',
      markdown: { title: message.title, text: message.markdown },
    });
  });

  test('of WeCom gets Markdown without a signature', async () => {
    const { robot, posted } = await robotThat({ body: { errcode: 0, errmsg: 'ok' } }, 'wecom');
    expect(await post(robot)).toMatchObject({ outcome: 'delivered' });
    expect(Object.fromEntries(posted[0]!.query)).toEqual({ access_token: 'topsecret' });
    expect(posted[0]!.body).toEqual({ msgtype: 'markdown', markdown: { content: message.markdown } });
  });

  test.each([
    ['an error code', { body: { errcode: 310000, errmsg: 'sign not match topsecret' } }, /^310000 sign not match/],
    ['a status', { status: 404, body: {} }, /^HTTP 404$/],
    ['a redirect', { status: 302, body: {} }, /^HTTP 302$/],
  ])('that refuses by %s is refused, without its secret in the record', async (_, answer, detail) => {
    const { robot } = await robotThat(answer);
    const result = await post(robot);
    expect(result).toEqual({ outcome: 'refused', detail: expect.stringMatching(detail) });
    expect(result.detail).not.toContain('topsecret');
  });

  test.each([
    ['too many messages in a minute', { body: { errcode: 130101, errmsg: 'too fast' } }],
    ['too many in WeCom', { body: { errcode: 45009, errmsg: 'freq' } }],
    ['a busy server', { status: 503, body: {} }],
  ])('is tried again after %s', async (_, answer) => {
    const { robot } = await robotThat(answer);
    await expect(post(robot)).rejects.toMatchObject({ kind: 'transient', code: 'mail-unreachable' });
  });

  test('that nobody answers at is tried again, and the error names no address', async () => {
    const { robot } = await robotThat(null);
    for (const close of closing.splice(0)) close();
    const error: unknown = await post(robot).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'transient', code: 'mail-unreachable' });
    expect(JSON.stringify(error, ['message', 'advice', 'context', 'cause', 'stack'])).not.toMatch(/topsecret|127\.0/);
  });

  test.each([
    ['hangs up after the content', null],
    ['answers with a fault of its own', { status: 500, body: {} }],
    ['answers something that is no answer of a robot', { body: 'welcome' }],
  ])('that %s leaves the outcome unknown', async (_, answer) => {
    const { robot, posted } = await robotThat(answer);
    expect(await post(robot)).toMatchObject({ outcome: 'unknown' });
    expect(posted).toHaveLength(1);
  });

  test('is sent nothing when somebody else has the claim', async () => {
    const { robot, posted } = await robotThat({ body: { errcode: 0 } });
    await expect(post(robot, () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
    expect(posted).toEqual([]);
  });
});

describe('the message of a robot', () => {
  test('has the first sentence of the mail and the figures that matter', () => {
    expect(message.title).toBe('【进度落后】赤岭省2026年网络零售额预计比目标少51.67亿元（截至9月30日）');
    expect(message.markdown).toContain('于10月1日判定进度落后：截至9月30日，与季节规律应有的进度相比少36.13亿元');
    expect(message.markdown).toContain('- 余下每天需完成：**2.35亿元**');
    expect(message.markdown).toContain('- 拼多多：200.00亿元');
  });

  test('fits what WeCom takes, and no name in it becomes a link, a heading or a call, whatever shops are named', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat({ max: 80 }), (shop, count) => {
        const found = Array.from({ length: count + 1 }, () => ({ ...findings[1]!, shop, name: shop }));
        const { markdown } = composeRobotMessage({ ...problems, found }, figures);
        expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(4096);
        expect(markdown).not.toMatch(/[[\]<>@`]/);
      }),
      { numRuns: 50 },
    );
  });
});
