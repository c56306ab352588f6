import { type ShopStatement } from '../domain/shop-register';
import { SHOP_COLUMNS } from '../intake/read-register';
import { BYTE_ORDER_MARK, csvLine, safeCell } from '../tables/csv';

type ColumnName = (typeof SHOP_COLUMNS)[number]['name'];

const CELLS: Readonly<Record<ColumnName, (statement: ShopStatement) => string>> = {
  platform: (said) => said.platform,
  shop: (said) => said.shop,
  'valid from': (said) => said.validFrom,
  league: (said) => said.league,
  chain: (said) => said.chain,
  brand: (said) => said.brand,
  kind: (said) => said.kind,
  retail: (said) => said.retail,
  rural: (said) => said.rural,
  agricultural: (said) => said.agricultural,
  'live-stream': (said) => said.liveStream,
};

/** shopsCsv writes the register with a Chinese header, as `shops import` reads it back. */
export function shopsCsv(statements: readonly ShopStatement[]): string {
  const rows = [
    SHOP_COLUMNS.map(({ chinese }) => chinese),
    ...statements.map((statement) => SHOP_COLUMNS.map(({ name }) => CELLS[name](statement))),
  ];
  return BYTE_ORDER_MARK + rows.map((cells) => csvLine(cells.map(safeCell))).join('');
}
