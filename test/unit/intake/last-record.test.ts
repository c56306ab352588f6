import { describe, expect, test } from '@jest/globals';
import { utf16Of } from '../../support/containers';
import { useIntakeFolder } from '../../support/intake';
import { TEMPLATE_ROWS, textOf } from '../../support/template-text';

const folder = useIntakeFolder();
const TEXT = textOf(TEMPLATE_ROWS);
const bytes = Buffer.from(TEXT);
const withNote = TEXT.replace('云岫茶,', '"第一行\n第二行\n第三行",');
const lastAs = (title: string): string => TEXT.replace('𠮷野茶 & <山>', title);

async function isCut(name: string, content: string | Uint8Array): Promise<boolean> {
  return (await folder.read(folder.write(name, content))).cut;
}

describe('a text that ends in the middle of its last row is known as cut', () => {
  test.each<[string, string | Uint8Array]>([
    ['within a cell', TEXT.slice(0, -12)],
    ['within a Chinese character', bytes.subarray(0, bytes.indexOf('广东省', bytes.length - 60) + 4)],
    ['within a quoted cell', TEXT.slice(0, TEXT.indexOf('春') + 1)],
    ['at the end of a line within a quoted cell', withNote.slice(0, withNote.indexOf('第三行'))],
    ['within a line of a quoted cell', withNote.slice(0, withNote.indexOf('三行'))],
    ['as UTF-16, within a unit', utf16Of(TEXT).subarray(0, -31)],
    ['with tabs', textOf(TEMPLATE_ROWS, '\t').slice(0, -12)],
  ])('%s', async (name, content) => {
    expect(await isCut(`${name}.csv`, content)).toBe(true);
  });

  test('at every byte of its last row but where a row may end', async () => {
    const start = bytes.lastIndexOf('douyin');
    for (let end = start + 1; end < bytes.length - 5; end += 7) {
      expect([end, await isCut('every.csv', bytes.subarray(0, end))]).toEqual([end, true]);
    }
  });
});

describe('a text that is whole is not taken for cut', () => {
  test.each<[string, string]>([
    ['without a last line end', TEXT.slice(0, -1)],
    ['with Windows line ends', TEXT.replaceAll('\n', '\r\n')],
    ['with Windows line ends, cut between the two', TEXT.replaceAll('\n', '\r\n').slice(0, -1)],
    ['with a cell of several lines in its last row', lastAs('"一\n二\n三"')],
    ['and without a last line end', lastAs('"一\n二,\n三"').slice(0, -1)],
    ['with a quote that never closes in a whole last row', lastAs('"一')],
    ['and without a last line end', lastAs('"一').slice(0, -1)],
    ['with a short last row that has its line end', `${TEXT}only,three,cells\n`],
    ['with a line of the platform under its rows', `${TEXT}#-----列表结束-----`],
    ['with a summary under its rows', `${TEXT}合计,,3`],
    ['with blank lines under its rows', `${TEXT}\n  `],
  ])('%s', async (name, content) => {
    expect(await isCut(`${name}.csv`, content)).toBe(false);
  });
});
