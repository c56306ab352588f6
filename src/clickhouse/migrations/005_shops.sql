-- The register of shops: what is known of a shop beside its exports. The row with the highest seq holds.
CREATE TABLE IF NOT EXISTS shops
(
    platform  LowCardinality(String),
    shop      String,
    seq       UInt32 COMMENT 'counts what was said of a shop',
    retail    Bool COMMENT 'sells to consumers; asked only on platforms that are wholesale by themselves',
    at        DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (platform, shop, seq);
