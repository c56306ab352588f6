/** The parts of an xlsx around its sheets (ECMA-376, Office Open XML), and how cells are addressed and escaped. */
export const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** sheetPart is where the XML of a sheet lies, counted from 1. */
export const sheetPart = (number: number): string => `xl/worksheets/sheet${number}.xml`;

/** The ids of relations begin behind those that the platforms' exporters keep for themselves. */
const FIRST_ID = 3;

/** packageParts are all parts but the sheets, by name; `styles` is the XML of xl/styles.xml, where cells have any. */
export function packageParts(sheets: readonly string[], styles?: string): [name: string, xml: string][] {
  const numbers = sheets.map((_, index) => index + 1);
  const relation = (id: number, type: string, target: string): string =>
    `<Relationship Id="rId${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const override = (part: string, type: string): string =>
    `<Override PartName="/${part}" ContentType="${OFFICE}.${type}+xml"/>`;
  const ofSheets = numbers.map((number) =>
    relation(FIRST_ID - 1 + number, 'worksheet', `worksheets/sheet${number}.xml`),
  );
  return [
    [
      '[Content_Types].xml',
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
        `<Default Extension="xml" ContentType="application/xml"/>${override('xl/workbook.xml', 'sheet.main')}` +
        numbers.map((number) => override(sheetPart(number), 'worksheet')).join('') +
        `${styles === undefined ? '' : override('xl/styles.xml', 'styles')}</Types>`,
    ],
    [
      '_rels/.rels',
      `<Relationships xmlns="${PACKAGE}/relationships">${relation(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${sheets
        .map(
          (name, index) =>
            `<sheet sheetId="${index + 1}" name="${escapeXml(name)}" state="visible" r:id="rId${FIRST_ID + index}"/>`,
        )
        .join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${PACKAGE}/relationships">${ofSheets.join('')}${styles === undefined ? '' : relation(1, 'styles', 'styles.xml')}</Relationships>`,
    ],
    ...(styles === undefined ? [] : [['xl/styles.xml', styles] as [string, string]]),
  ];
}

const MARKUP = /[&<>]/;

/** escapeXml escapes the text of an element, or of an attribute without quotes in it. */
export function escapeXml(text: string): string {
  if (!MARKUP.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** columnName is the letters of a column, counted from 0: A, B … Z, AA. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}
