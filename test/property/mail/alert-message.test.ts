import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeHtml } from '../../../src/mail/html';
import { columnsOf, displayWidth } from '../../../src/domain/text-columns';
import { amountZh, exactZh } from '../../../src/mail/zh';
import { behind, composed, figures, findings, problems } from '../../unit/mail/alerts';

const text = fc.string({ unit: 'binary', maxLength: 40 });

describe('for any input', () => {
  test('no name can put a tag into a mail, or a line into its plain part', () => {
    const clean = composed({ ...problems, found: findings.slice(0, 4), stillOpen: [] }, figures);
    const tags = (html: string): number => html.split('<').length;
    fc.assert(
      fc.property(text, text, text, (shop, platform, region) => {
        const found = findings.slice(0, 4).map((finding) => ({ ...finding, shop, platform, name: shop }));
        const mail = composed({ ...problems, found, stillOpen: [] }, { ...figures, region, platformNames: {} });
        // A second line of small text may stand or fall with an empty name; nothing else may change the structure.
        expect(Math.abs(tags(mail.html) - tags(clean.html))).toBeLessThanOrEqual(8);
        expect(
          mail.html.replace(
            /<\/?(?:div|td|tr|th|table|h1|h2|html|head|body|meta|title|style|span|strong)\b[^<>]*>|<!DOCTYPE html>/g,
            '',
          ),
        ).not.toMatch(/[<>]/);
        expect(mail.text.split('\n')).toHaveLength(clean.text.split('\n').length);
        expect(mail.subject).not.toMatch(/[\r\n]/);
      }),
    );
  });

  test('escaped text holds no character that HTML reads', () => {
    fc.assert(fc.property(text, (any) => expect(escapeHtml(any)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/)));
  });

  test('the exact amount reads back to the same fen, and the rounded one is within half of its last digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), (fen) => {
        expect(
          BigInt(
            exactZh(fen)
              .replace(/[,.元]/g, '')
              .replace('−', '-'),
          ),
        ).toBe(fen);
        const [, sign = '', digits = '', unit = ''] = /^(−?)([\d,.]+)(亿元|万元|元)$/.exec(amountZh(fen)) ?? [];
        const step = unit === '亿元' ? 10n ** 8n : unit === '万元' ? 10n ** 4n : 1n;
        const shown = BigInt(digits.replace(/[,.]/g, '')) * step * (sign === '' ? 1n : -1n);
        const off = shown > fen ? shown - fen : fen - shown;
        expect(2n * off <= step).toBe(true);
      }),
    );
  });

  test('the amounts by platform stand in both parts to the fen, with their exact sum', () => {
    const rows = fc.array(
      fc.record({ name: fc.constantFrom('拼多多', '淘宝'), amount: fc.bigInt({ min: 0n, max: 10n ** 14n }) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(rows, (byPlatform) => {
        const mail = composed(behind, { ...figures, byPlatform });
        const sum = byPlatform.reduce((total, row) => total + row.amount, 0n);
        for (const amount of [...byPlatform.map((row) => row.amount), sum]) {
          expect(mail.text).toContain(exactZh(amount));
          expect(mail.html).toContain(exactZh(amount));
        }
      }),
    );
  });

  test('the columns of a table end where they should', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.string({ unit: fc.constantFrom('拼', 'a', '（', '1') }), fc.constantFrom('1.00', '60.00')),
          { minLength: 1 },
        ),
        (rows) => {
          const widths = columnsOf(rows, [false, true]).map(displayWidth);
          expect(new Set(widths).size).toBe(1);
        },
      ),
    );
  });
});
