import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { UNKNOWN_TRAITS } from '../../../src/domain/shop-register';
import { PipelineError } from '../../../src/errors';
import { readChains, readShops } from '../../../src/intake/read-register';

const folder = mkdtempSync(join(tmpdir(), 'paceline-register-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CHAINS = [{ chain: '奶粉', cluster: '乳业' }];
let files = 0;
const written = (content: string | Uint8Array): string => {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, content);
  return path;
};
const shopsIn = (content: string | Uint8Array) => readShops(written(content), CHAINS);

async function faultOf(reading: Promise<unknown>): Promise<PipelineError> {
  const error: unknown = await reading.then(
    () => null,
    (fault: unknown) => fault,
  );
  if (error instanceof PipelineError) return error;
  throw new Error('nothing was found wrong');
}

describe('a csv of shops', () => {
  test('is read by its header in English or Chinese, in any order, with the words of either, earliest day first', async () => {
    const english = 'shop,platform,valid from,league,rural,kind\n一店,douyin,2026-03-01,包头,YES,goods\n';
    const said = { platform: 'douyin', shop: '一店', validFrom: '2026-03-01', league: '包头市' };
    expect(await shopsIn(english)).toEqual([{ ...UNKNOWN_TRAITS, ...said, rural: 'yes', kind: 'goods' }]);
    const chinese =
      '平台,店铺,生效日期,产业链,直播,商品或服务\r\n拼多多,二店,2026/3/1,奶粉,否,服务\r\n拼多多,二店,2026.1.1,,,\r\n';
    const second = { ...UNKNOWN_TRAITS, platform: 'pinduoduo', shop: '二店' };
    const expected = [
      { ...second, validFrom: '2026-01-01' },
      { ...second, validFrom: '2026-03-01', chain: '奶粉', liveStream: 'no', kind: 'services' },
    ];
    expect(await shopsIn(chinese)).toEqual(expected);
    expect(await shopsIn(`\uFEFF${chinese}`)).toEqual(expected);
    expect(await shopsIn(iconv.encode(chinese, 'gb18030'))).toEqual(expected);
  });

  test('with faults is refused whole, each of them told by line and column', async () => {
    const fault = await faultOf(
      shopsIn(
        [
          'platform,shop,valid from,league,chain,rural',
          'Nowhere!,一店,2026-01-01,,,',
          'douyin,,2026-02-30,上海市,奶酪,maybe',
          'douyin,二店,2026-01-01,,,',
          'douyin,二店,2026-01-01,,,',
        ].join('\n'),
      ),
    );
    expect(fault).toMatchObject({ code: 'file-not-a-table', kind: 'terminal' });
    for (const told of [
      /has 7 faults/,
      /line 2, column "platform": "Nowhere!"/,
      /line 3, column "shop": nothing stands here/,
      /line 3, column "valid from": "2026-02-30"/,
      /line 3, column "league": "上海市"/,
      /line 3, column "chain": "奶酪"/,
      /line 3, column "rural": "maybe"/,
      /line 5, column "valid from": "2026-01-01".*Line 4/,
    ]) {
      expect(fault.message).toMatch(told);
    }
  });

  test.each([
    ['a column that is not known', 'platform,shop,valid from,colour\ndouyin,一店,2026-01-01,red\n', /"colour"/],
    ['a column in both languages', 'platform,平台,shop,valid from\na,b,c,2026-01-01\n', /twice/],
    ['a column that must be there', 'platform,shop\ndouyin,一店\n', /"valid from" \(生效日期\)/],
    ['a row of another width', 'platform,shop,valid from\ndouyin,一店\n', /line 2, column 3/],
    ['no row', 'platform,shop,valid from\n', /nothing below a header/],
  ])('is refused for %s', async (_, content, told) => {
    expect((await faultOf(shopsIn(content))).message).toMatch(told);
  });

  test('is refused when it is in no encoding that is known, or not there', async () => {
    expect((await faultOf(shopsIn(Uint8Array.of(0x70, 0xff, 0xff, 0x0a)))).code).toBe('file-unreadable');
    expect((await faultOf(readShops(join(folder, 'absent.csv'), []))).message).toMatch(/ENOENT/);
  });
});

describe('a csv of chains', () => {
  test('names each chain once, with its cluster', async () => {
    expect(await readChains(written('产业集群,产业链\n乳业,奶粉\n乳业,奶酪\n'))).toEqual([
      { cluster: '乳业', chain: '奶粉' },
      { cluster: '乳业', chain: '奶酪' },
    ]);
    const fault = await faultOf(readChains(written('cluster,chain\n乳业,奶粉\n肉业,奶粉\n,羊肉\n')));
    expect(fault.message).toMatch(/line 3, column "chain": "奶粉".*line 2/);
    expect(fault.message).toMatch(/line 4, column "cluster": nothing stands here/);
  });
});
