import { type CellText, type Layout } from '../domain/layout';

/** cellsOf lists every cell that a layout reads, in the order of its description: the only columns that leave a file. */
export function cellsOf(layout: Layout): CellText[] {
  const found: CellText[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      if (isCell(node)) found.push(node);
      else Object.values(node).forEach(visit);
    }
  };
  visit([layout.shop, layout.platform, layout.line]);
  return found;
}

function isCell(node: object): node is CellText {
  return 'kind' in node && node.kind === 'cell';
}
