-- Sums per order day and day of payment. A partition (platform and order month) is written anew under a new generation,
-- with only the touched order days summed again; readers read the generations that `rollups` names, so that all
-- partitions of a file change in the one insert into it.
CREATE TABLE IF NOT EXISTS daily_totals
(
    generation        UUID,
    platform          LowCardinality(String),
    order_day         Date,
    day               Date COMMENT 'business day of payment',
    shop              LowCardinality(String),
    province          LowCardinality(String) COMMENT 'blank: unknown',
    paid_orders       UInt64,
    quantity          UInt64,
    gross             Decimal(18, 2),
    shipping          Decimal(18, 2),
    subsidy           Decimal(18, 2),
    refunded_exact    Decimal(18, 2),
    refunded_assumed  Decimal(18, 2),
    dispatch          Tuple(hours Array(UInt16), orders Array(UInt64)) COMMENT 'paid orders by whole hours, begun, from payment to dispatch; the hours ascend',
    receipt           Tuple(hours Array(UInt16), orders Array(UInt64)) COMMENT 'the same from payment to receipt'
)
ENGINE = MergeTree
PARTITION BY generation
ORDER BY (platform, shop, day, province, order_day);

CREATE TABLE IF NOT EXISTS rollups
(
    platform     LowCardinality(String),
    order_month  Date,
    covers       UInt64 COMMENT 'ledger events of the partition that the generation rests on; the highest is current',
    generation   UUID,
    changes      Array(String) COMMENT 'ledger events (file_id-seq) of the partition that no earlier generation rests on',
    at           DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (platform, order_month, covers);
