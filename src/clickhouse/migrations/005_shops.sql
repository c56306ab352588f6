-- The register of shops: what is known of a shop beside its exports, one row a statement. On a day holds, of all
-- statements that are valid by then, the one with the highest seq. Blank: unknown.
CREATE TABLE IF NOT EXISTS shops
(
    platform      LowCardinality(String),
    shop          LowCardinality(String),
    seq           UInt32 COMMENT 'counts what was said of a shop',
    valid_from    Date COMMENT 'the statement says nothing of days before this one; 1970-01-01 for one that restates them all',
    retail        LowCardinality(String) COMMENT 'yes, no: sells to consumers; asked only on platforms that are wholesale by themselves',
    league        LowCardinality(String) COMMENT 'league or city, by its official name',
    chain         LowCardinality(String) COMMENT 'industry chain; `chains` says its cluster',
    brand         LowCardinality(String),
    kind          LowCardinality(String) COMMENT 'goods, services',
    rural         LowCardinality(String) COMMENT 'yes, no',
    agricultural  LowCardinality(String) COMMENT 'yes, no: sells agricultural products',
    live_stream   LowCardinality(String) COMMENT 'yes, no: sells by live-stream',
    at            DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (platform, shop, seq);
