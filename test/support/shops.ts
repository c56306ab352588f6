import { ALWAYS, type ShopStatement, UNKNOWN_TRAITS, type YesNo } from '../../src/domain/shop-register';

/** retailShop says of a shop only whether it sells to consumers, of all days. */
export const retailShop = (platform: string, shop: string, retail: YesNo): ShopStatement => ({
  ...UNKNOWN_TRAITS,
  platform,
  shop,
  validFrom: ALWAYS,
  retail,
});
