-- What analysts read by SQL: views in a database of their own, each of whose columns says what it is. They are read with the
-- rights of whoever made them, so that an analyst needs none on the tables beneath. Money is in yuan, exact to the fen; days
-- are calendar days of Asia/Shanghai; blank is what is not known. No SELECT may contain the parameter: it would make a view
-- of parameters, which has no columns. So the register stands in two of them again.
CREATE DATABASE IF NOT EXISTS {analytics: Identifier} COMMENT 'Views for analysts; see docs/howto/connect-sql.md';

CREATE OR REPLACE VIEW {analytics: Identifier}.shops
(
    platform      LowCardinality(String) COMMENT 'id of the platform',
    shop          LowCardinality(String) COMMENT 'name of the shop on its platform',
    valid_from    Date COMMENT 'the statement holds from this day to the next one of the same shop',
    league        LowCardinality(String) COMMENT 'league or city',
    cluster       LowCardinality(String) COMMENT 'industry cluster, that of the chain',
    chain         LowCardinality(String) COMMENT 'industry chain',
    brand         LowCardinality(String) COMMENT 'brand',
    kind          LowCardinality(String) COMMENT 'goods or services',
    rural         LowCardinality(String) COMMENT 'yes or no',
    agricultural  LowCardinality(String) COMMENT 'yes or no: sells agricultural products',
    live_stream   LowCardinality(String) COMMENT 'yes or no: sells by live-stream'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT s.platform AS platform, s.shop AS shop, s.valid_from AS valid_from, s.said.1 AS league, c.cluster AS cluster,
  s.said.2 AS chain, s.said.3 AS brand, s.said.4 AS kind, s.said.5 AS rural, s.said.6 AS agricultural, s.said.7 AS live_stream
FROM (
  SELECT platform, shop, valid_from, argMax((league, chain, brand, kind, rural, agricultural, live_stream), seq) AS said
  FROM shops GROUP BY platform, shop, valid_from) AS s
LEFT ANY JOIN (SELECT chain, cluster FROM chains WHERE edition = (SELECT max(edition) FROM chains)) AS c ON s.said.2 = c.chain
COMMENT 'The register of shops: one row a statement';

CREATE OR REPLACE VIEW {analytics: Identifier}.totals
(
    day               Date COMMENT 'day of payment',
    month             Date COMMENT 'first day of its month',
    platform          LowCardinality(String) COMMENT 'id of the platform',
    shop              LowCardinality(String) COMMENT 'name of the shop on its platform',
    province          LowCardinality(String) COMMENT 'to which the orders were sent',
    order_day         Date COMMENT 'day on which the orders were made',
    league            LowCardinality(String) COMMENT 'league or city of the shop, as registered for the day of payment',
    cluster           LowCardinality(String) COMMENT 'industry cluster of the shop',
    chain             LowCardinality(String) COMMENT 'industry chain of the shop',
    brand             LowCardinality(String) COMMENT 'brand of the shop',
    kind              LowCardinality(String) COMMENT 'goods or services',
    rural             LowCardinality(String) COMMENT 'yes or no',
    agricultural      LowCardinality(String) COMMENT 'yes or no: the shop sells agricultural products',
    live_stream       LowCardinality(String) COMMENT 'yes or no: the shop sells by live-stream',
    paid_orders       UInt64 COMMENT 'each order once',
    quantity          UInt64 COMMENT 'pieces',
    gross             Decimal(18, 2) COMMENT 'what buyers paid, with shipping, refunds not taken off',
    shipping          Decimal(18, 2) COMMENT 'part of gross',
    subsidy           Decimal(18, 2) COMMENT 'by the platform',
    booked            Decimal(18, 2) COMMENT 'gross + subsidy',
    refunded          Decimal(18, 2) COMMENT 'refunded_exact + refunded_assumed',
    refunded_exact    Decimal(18, 2) COMMENT 'refunds whose amount the platform gave',
    refunded_assumed  Decimal(18, 2) COMMENT 'refunds that only a status tells of: the whole amount is assumed',
    net               Decimal(18, 2) COMMENT 'gross - refunded'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT t.day AS day, toStartOfMonth(t.day) AS month, t.platform AS platform, t.shop AS shop, t.province AS province,
  t.order_day AS order_day, r.league AS league, r.cluster AS cluster, r.chain AS chain, r.brand AS brand, r.kind AS kind,
  r.rural AS rural, r.agricultural AS agricultural, r.live_stream AS live_stream, t.paid_orders AS paid_orders,
  t.quantity AS quantity, t.gross AS gross, t.shipping AS shipping, t.subsidy AS subsidy, t.gross + t.subsidy AS booked,
  t.refunded_exact + t.refunded_assumed AS refunded, t.refunded_exact AS refunded_exact,
  t.refunded_assumed AS refunded_assumed, t.gross - t.refunded_exact - t.refunded_assumed AS net
FROM (
  -- In this order: what is named by then has its rows.
  SELECT d.* FROM (SELECT argMax(generation, covers) AS generation FROM rollups GROUP BY platform, order_month) AS g
  INNER JOIN daily_totals AS d ON g.generation = d.generation) AS t
ASOF LEFT JOIN (
  SELECT s.platform AS platform, s.shop AS shop, s.valid_from AS valid_from, s.said.1 AS league, c.cluster AS cluster,
    s.said.2 AS chain, s.said.3 AS brand, s.said.4 AS kind, s.said.5 AS rural, s.said.6 AS agricultural,
    s.said.7 AS live_stream
  FROM (
    SELECT platform, shop, valid_from, argMax((league, chain, brand, kind, rural, agricultural, live_stream), seq) AS said
    FROM shops GROUP BY platform, shop, valid_from) AS s
  LEFT ANY JOIN (
    SELECT chain, cluster FROM chains WHERE edition = (SELECT max(edition) FROM chains)) AS c ON s.said.2 = c.chain) AS r ON t.platform = r.platform AND t.shop = r.shop AND t.day >= r.valid_from
COMMENT 'Sums over all committed files, each order once, by the day of payment; the figures of paceline totals';

CREATE OR REPLACE VIEW {analytics: Identifier}.orders
(
    platform      LowCardinality(String) COMMENT 'id of the platform',
    shop          LowCardinality(String) COMMENT 'name of the shop on its platform',
    league        LowCardinality(String) COMMENT 'league or city of the shop, as registered for the day of payment',
    order_id      String COMMENT 'number of the order on its platform',
    line_id       String COMMENT 'number of the line; blank: the whole order. An order known both ways counts by its whole line alone',
    order_day     Date COMMENT 'day on which the order was made',
    paid_day      Nullable(Date) COMMENT 'day of payment; null: not paid, counts nowhere',
    created_at    Nullable(DateTime('Asia/Shanghai')) COMMENT 'when it was made',
    paid_at       Nullable(DateTime('Asia/Shanghai')) COMMENT 'when it was paid',
    shipped_at    Nullable(DateTime('Asia/Shanghai')) COMMENT 'when it was dispatched',
    completed_at  Nullable(DateTime('Asia/Shanghai')) COMMENT 'when it was received',
    status        LowCardinality(String) COMMENT 'in the words of the platform',
    quantity      UInt32 COMMENT 'pieces',
    title         String COMMENT 'of the product',
    province      LowCardinality(String) COMMENT 'to which it was sent, as this line says; totals know the newest of the order',
    gross         Decimal(18, 2) COMMENT 'what the buyer paid, with shipping, refunds not taken off',
    shipping      Decimal(18, 2) COMMENT 'part of gross',
    subsidy       Decimal(18, 2) COMMENT 'by the platform',
    refunded      Decimal(18, 2) COMMENT 'what was paid back',
    refund_basis  LowCardinality(String) COMMENT 'none; exact: the platform gave the amount; assumed-full: only the status tells of it',
    net           Decimal(18, 2) COMMENT 'gross - refunded',
    file_id       LowCardinality(String) COMMENT 'the export that brought this newest version; see the view files',
    record        UInt32 COMMENT 'number of the data record in that export, from 1'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT o.platform AS platform, o.shop AS shop, r.league AS league, o.order_id AS order_id, o.line_id AS line_id,
  o.order_day AS order_day, toDate(o.paid_at) AS paid_day, o.created_at AS created_at, o.paid_at AS paid_at,
  o.shipped_at AS shipped_at, o.completed_at AS completed_at, o.status AS status, o.quantity AS quantity, o.title AS title,
  o.province AS province, o.gross AS gross, o.shipping AS shipping, o.subsidy AS subsidy, o.refunded AS refunded,
  toString(o.refund_basis) AS refund_basis, o.gross - o.refunded AS net, o.file_id AS file_id, o.record AS record
FROM (SELECT *, ifNull(toDate(paid_at), order_day) AS registered_on FROM orders FINAL) AS o
ASOF LEFT JOIN (
  SELECT platform, shop, valid_from, argMax(league, seq) AS league FROM shops GROUP BY platform, shop, valid_from) AS r
  ON o.platform = r.platform AND o.shop = r.shop AND o.registered_on >= r.valid_from
COMMENT 'The newest version of every order line. Name a platform and days: the whole table is large';

CREATE OR REPLACE VIEW {analytics: Identifier}.files
(
    file_id        String COMMENT 'SHA-256 of the file, hex',
    path           String COMMENT 'where it was handed in',
    status         LowCardinality(String) COMMENT 'received, committing, committed, held, refused, withdrawing, withdrawn',
    at             DateTime64(3, 'Asia/Shanghai') COMMENT 'when it came to its status',
    bytes          UInt64 COMMENT 'its size',
    platform       LowCardinality(String) COMMENT 'id of the platform',
    shops          Array(String) COMMENT 'the shops that it has orders of',
    layout         LowCardinality(String) COMMENT 'form of the export',
    snapshot_at    Nullable(DateTime('Asia/Shanghai')) COMMENT 'when it was exported',
    rows_read      UInt64 COMMENT 'rows_loaded + rows_rejected + rows_ignored',
    rows_loaded    UInt64 COMMENT 'rows that became orders',
    rows_rejected  UInt64 COMMENT 'rows that could not be read; see the view rejects',
    rows_ignored   UInt64 COMMENT 'rows that a rule passes over, such as sums',
    paid_orders    UInt64 COMMENT 'of this export by itself, whatever others say',
    gross          Decimal(18, 2) COMMENT 'of this export by itself',
    refunded       Decimal(18, 2) COMMENT 'of this export by itself',
    error_code     LowCardinality(String) COMMENT 'why it was held or refused',
    error_message  String COMMENT 'the same in words',
    decided_by     String COMMENT 'who released, refused or withdrew it; blank: the program decided',
    reason         String COMMENT 'why, in the words of whoever decided'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT file_id, n.1 AS path, n.2 AS status, n.3 AS at, n.4 AS bytes, n.5 AS platform, n.6 AS shops, n.7 AS layout,
  n.8 AS snapshot_at, n.9 AS rows_read, n.10 AS rows_loaded, n.11 AS rows_rejected, n.12 AS rows_ignored,
  n.13 AS paid_orders, n.14 AS gross, n.15 AS refunded, n.16 AS error_code, n.17 AS error_message, n.18 AS decided_by,
  n.19 AS reason
FROM (
  SELECT file_id, argMax(tuple(path, status, at, bytes, platform, shops, layout, snapshot_at, rows_read, rows_loaded,
    rows_rejected, rows_ignored, paid_orders, gross, refunded, error_code, error_message, decided_by, reason),
    seq * 2 + (status IN ('committing', 'withdrawing'))) AS n
  FROM files GROUP BY file_id)
COMMENT 'Every export that was handed in, and what became of it';

CREATE OR REPLACE VIEW {analytics: Identifier}.rejects
(
    file_id  String COMMENT 'the export',
    record   UInt32 COMMENT 'number of the data record in it, from 1',
    line     UInt32 COMMENT 'line of the text, or row of the sheet, from 1',
    outcome  LowCardinality(String) COMMENT 'rejected: could not be read; ignored: a rule passes over it',
    reasons  Array(String) COMMENT 'why, one or more',
    columns  Array(String) COMMENT 'the column that each reason is about',
    cells    Map(String, String) COMMENT 'what stood there; nothing personal'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT file_id, record, line, toString(outcome) AS outcome, reasons, columns, cells
FROM rejects WHERE (file_id, attempt) IN (
  SELECT file_id, argMax(staging, seq * 2 + (status IN ('committing', 'withdrawing'))) FROM files GROUP BY file_id)
COMMENT 'Rows of exports that did not become orders';

CREATE OR REPLACE VIEW {analytics: Identifier}.goals
(
    year        UInt16 COMMENT 'the year that it is for',
    league      LowCardinality(String) COMMENT 'blank in league, platform, chain and month: the whole region and year',
    platform    LowCardinality(String) COMMENT 'id of the platform',
    chain       LowCardinality(String) COMMENT 'industry chain',
    month       LowCardinality(String) COMMENT 'YYYY-MM',
    measure     LowCardinality(String) COMMENT 'net, gross or booked: the column of totals that it is set in',
    amount      Decimal(18, 2) COMMENT 'the goal',
    valid_from  Date COMMENT 'it is not in force before',
    set_on      Date COMMENT 'when it was set',
    seq         UInt32 COMMENT 'of those valid on a day for the same part, the highest of a year is in force'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT year, league, platform, chain, month, measure, amount, valid_from, set_on, seq FROM goals
COMMENT 'Every goal that was ever set; a year without any has the built-in one of 60 billion yuan net';

CREATE OR REPLACE VIEW {analytics: Identifier}.reported
(
    seq               UInt32 COMMENT 'number of the report; the figures of report n are the sums over all rows up to it',
    reported_on       Date COMMENT 'day on which it was made',
    platform          LowCardinality(String) COMMENT 'id of the platform',
    shop              LowCardinality(String) COMMENT 'name of the shop on its platform',
    day               Date COMMENT 'day of payment',
    province          LowCardinality(String) COMMENT 'to which the orders were sent',
    paid_orders       Int64 COMMENT 'by how much the report differs from the one before',
    quantity          Int64 COMMENT 'the same of pieces',
    gross             Decimal(18, 2) COMMENT 'the same of gross',
    shipping          Decimal(18, 2) COMMENT 'the same of shipping',
    subsidy           Decimal(18, 2) COMMENT 'the same of the subsidy',
    refunded_exact    Decimal(18, 2) COMMENT 'the same of refunds with an amount',
    refunded_assumed  Decimal(18, 2) COMMENT 'the same of refunds without one',
    net               Decimal(18, 2) COMMENT 'the same of net'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT r.seq AS seq, r.reported_on AS reported_on, d.platform AS platform, d.shop AS shop, d.day AS day,
  d.province AS province, d.paid_orders AS paid_orders, d.quantity AS quantity, d.gross AS gross, d.shipping AS shipping,
  d.subsidy AS subsidy, d.refunded_exact AS refunded_exact, d.refunded_assumed AS refunded_assumed,
  d.gross - d.refunded_exact - d.refunded_assumed AS net
FROM reported AS d INNER JOIN reports AS r ON d.report = r.report
COMMENT 'What each report added to the one before: first-reported and restated values both stay';

CREATE OR REPLACE VIEW {analytics: Identifier}.alerts
(
    alert_id     String COMMENT 'the same as in the mail',
    subject      String COMMENT 'what it is about',
    decided_for  Date COMMENT 'the day that was judged',
    at           DateTime64(3, 'Asia/Shanghai') COMMENT 'when it was raised',
    why          String COMMENT 'in one sentence'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT alert_id, subject, decided_for, at, why FROM alert_decisions WHERE alert_id != ''
COMMENT 'Alerts that were raised';
