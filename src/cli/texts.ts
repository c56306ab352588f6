/** What each code of a row that was not loaded means, for the operator and the seller. */
export const REJECT_MEANINGS: Readonly<Record<string, string>> = {
  'too-few-cells': 'the row has fewer cells than the header',
  'too-many-cells': 'the row has more cells than the header; a comma or quote in a text may be loose',
  'quoting-broken': 'a quote is opened and never closed',
  'order-id-unreadable':
    'not an order number of this platform (template: 4 to 64 letters, digits, _ or -); spreadsheets turn long numbers into 1.23E+18',
  'order-incomplete': 'another row of the same order cannot be read, so the order is left whole',
  'status-unknown': 'a status that this platform is not known to have',
  'amount-unreadable': 'not an amount in yuan with at most two decimals',
  'amount-missing': 'an amount that must be there is blank',
  'amount-negative': 'an amount is below zero',
  'refund-over-paid': 'more was refunded than was paid',
  'time-unreadable': 'not a time that exists, such as 2026-06-07 13:44:05',
  'time-missing': 'the time of the order is blank',
  'quantity-unreadable': 'not a whole number of pieces',
  'platform-unreadable': 'another platform than that of the first row',
  'shop-missing': 'the shop is blank',
  'blank-row': 'nothing in it',
  'summary-row': 'a total, not an order',
  'repeated-row': 'the same order line stands further down again; the last one counts',
};
