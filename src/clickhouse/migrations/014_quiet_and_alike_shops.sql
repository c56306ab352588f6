-- Files that came again with the same bytes, under the name of a later snapshot: nothing has happened in their shop since.
CREATE TABLE IF NOT EXISTS confirmations
(
    file_id      String,
    snapshot_at  DateTime('Asia/Shanghai') COMMENT 'that of the later name',
    path         String COMMENT 'the later name',
    at           DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (file_id, snapshot_at);

-- Shops of a platform that number their orders alike, as the release of a held file has said.
CREATE TABLE IF NOT EXISTS alike_shops
(
    platform    LowCardinality(String),
    shop        String COMMENT 'the lesser of both names',
    other       String,
    decided_by  String,
    reason      String,
    at          DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (platform, shop, other);
