-- The bureau's table of industry chains and the clusters that they belong to; the newest edition holds as a whole.
CREATE TABLE IF NOT EXISTS chains
(
    edition  UInt32 COMMENT 'counts the tables that were imported',
    place    UInt32 COMMENT 'place of the chain in its table, from 1',
    cluster  LowCardinality(String),
    chain    LowCardinality(String),
    at       DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (edition, place);

-- What was reported: one row a night. Its figures are the sums of `reported` over all rows of it and of the reports
-- before it, so that what was said once is never written again. Inserted under a token made of seq: of two nights that
-- would write the same report, the first one counts.
CREATE TABLE IF NOT EXISTS reports
(
    seq          UInt32 COMMENT 'counts the reports',
    report       UUID COMMENT 'the rows of `reported` that belong to it',
    reported_on  Date COMMENT 'business day on which it was made',
    at           DateTime64(3, 'UTC'),
    partitions   Array(Tuple(platform String, order_month Date, covers UInt64)) COMMENT 'the rollups that changed since the report before',
    changes      Array(String) COMMENT 'ledger events (file_id-seq) that it took in'
)
ENGINE = MergeTree
ORDER BY seq
SETTINGS non_replicated_deduplication_window = 1000;

-- By how much a report differs from the one before it: for each cell of the totals that changed, what was added.
CREATE TABLE IF NOT EXISTS reported
(
    report            UUID,
    platform          LowCardinality(String),
    order_month       Date,
    day               Date COMMENT 'business day of payment',
    shop              LowCardinality(String),
    province          LowCardinality(String) COMMENT 'blank: unknown',
    paid_orders       Int64,
    quantity          Int64,
    gross             Decimal(18, 2),
    shipping          Decimal(18, 2),
    subsidy           Decimal(18, 2),
    refunded_exact    Decimal(18, 2),
    refunded_assumed  Decimal(18, 2)
)
ENGINE = MergeTree
ORDER BY (platform, order_month, shop, day, province);

-- Sums of the daily totals at the grains that questions of a year are asked at, so that such a question reads few rows
-- however many orders there are. One edition holds a year of payment; `editions` names those that count.
CREATE TABLE IF NOT EXISTS coarse_totals
(
    edition           UUID,
    grain             Enum8('platform day' = 1, 'shop month' = 2, 'province month' = 3),
    platform          LowCardinality(String),
    day               Date COMMENT 'business day of payment, or the first of its month',
    shop              LowCardinality(String) COMMENT 'blank where shops are not told apart',
    province          LowCardinality(String) COMMENT 'blank: unknown, or not told apart',
    shops             UInt64 COMMENT 'shops with a paid order in the cell',
    sellers           Array(LowCardinality(String)) COMMENT 'those shops, as platform/shop, where the grain has provinces',
    paid_orders       UInt64,
    quantity          UInt64,
    gross             Decimal(18, 2),
    shipping          Decimal(18, 2),
    subsidy           Decimal(18, 2),
    refunded_exact    Decimal(18, 2),
    refunded_assumed  Decimal(18, 2)
)
ENGINE = MergeTree
PARTITION BY edition
ORDER BY (grain, day, platform, shop, province);

-- Which editions add up which generations. A row holds for the very set of generations that it names, and for no other.
CREATE TABLE IF NOT EXISTS editions
(
    basis        String COMMENT 'SHA-256 of the generations, hex',
    generations  Array(UUID),
    months       Array(Tuple(Date, Date, Date, Array(UUID), UUID)) COMMENT 'month of payment, first and last day paid on, generations with rows of it, edition',
    at           DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'by the clock of the engine, since readers at work are reckoned by it'
)
ENGINE = MergeTree
ORDER BY basis;
