-- How often a shop reports, where an operator has said so; where nobody has, it is learned from the ledger. The row with
-- the highest seq of a shop holds.
CREATE TABLE IF NOT EXISTS expected_exports
(
    platform    LowCardinality(String),
    shop        String,
    seq         UInt32 COMMENT 'counts what was said of a shop',
    every_days  Nullable(UInt16) COMMENT 'null: from `since` on it no longer reports',
    since       Nullable(Date) COMMENT 'business day from which on this holds; null: from its first export on',
    decided_by  String,
    reason      String,
    at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (platform, shop, seq);

-- Days of a shop for which no export will come, and which are complete all the same: closed, or nothing sold.
CREATE TABLE IF NOT EXISTS accepted_days
(
    platform    LowCardinality(String),
    shop        String,
    first       Date,
    last        Date,
    decided_by  String,
    reason      String,
    at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (platform, shop, first);
