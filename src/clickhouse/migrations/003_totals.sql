-- Sums per source partition and day of payment. A partition is rebuilt as a whole under a new generation; readers read
-- the generations that `rollups` names, so that all partitions of a file change in the one insert into it.
CREATE TABLE IF NOT EXISTS daily_totals
(
    generation        UUID,
    platform          LowCardinality(String),
    order_month       Date,
    day               Date COMMENT 'business day of payment',
    shop              LowCardinality(String),
    province          LowCardinality(String) COMMENT 'blank: unknown',
    paid_orders       UInt64,
    quantity          UInt64,
    gross             Decimal(18, 2),
    shipping          Decimal(18, 2),
    subsidy           Decimal(18, 2),
    refunded_exact    Decimal(18, 2),
    refunded_assumed  Decimal(18, 2)
)
ENGINE = MergeTree
PARTITION BY generation
ORDER BY (platform, shop, day, province);

CREATE TABLE IF NOT EXISTS rollups
(
    platform     LowCardinality(String),
    order_month  Date,
    covers       UInt64 COMMENT 'ledger events of the partition that the generation rests on; the highest is current',
    generation   UUID,
    at           DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (platform, order_month, covers);
