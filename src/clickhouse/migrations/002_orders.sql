-- One row an order line; the newest snapshot wins per key, whatever the order of loading. Money in yuan.
CREATE TABLE IF NOT EXISTS orders
(
    platform      LowCardinality(String),
    shop          LowCardinality(String),
    order_id      String,
    line_id       String,
    order_day     Date COMMENT 'a pure function of what never changes for an order, since rows collapse under one key in one partition only',
    version       UInt64 COMMENT 'snapshot second << 32 | first bits of file_id',
    file_id       LowCardinality(String),
    record        UInt32 COMMENT 'number of the data record in the file, from 1',
    line          UInt32 COMMENT 'physical line or sheet row; record + header in a file that loaded whole and has cells over several lines',
    rows          UInt32 COMMENT 'rows of the file that became this line',
    created_at    Nullable(DateTime('Asia/Shanghai')),
    paid_at       Nullable(DateTime('Asia/Shanghai')),
    shipped_at    Nullable(DateTime('Asia/Shanghai')),
    completed_at  Nullable(DateTime('Asia/Shanghai')),
    status        LowCardinality(String),
    quantity      UInt32,
    title         String,
    province      LowCardinality(String) COMMENT 'blank: not known from this snapshot',
    gross         Decimal(18, 2),
    shipping      Decimal(18, 2),
    subsidy       Decimal(18, 2),
    refunded      Decimal(18, 2),
    refund_basis  Enum8('none' = 0, 'exact' = 1, 'assumed-full' = 2)
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY (platform, toStartOfMonth(order_day))
ORDER BY (platform, shop, order_day, order_id, line_id);

-- Every version that files have brought within the retention, and below them the newest older one of each key: what
-- `orders` is rebuilt from when a file is withdrawn. Filled by linking the staged parts, so it has the structure,
-- partitions and order of `orders`; its rows never collapse by themselves.
CREATE TABLE IF NOT EXISTS kept_rows AS orders
ENGINE = MergeTree
PARTITION BY (platform, toStartOfMonth(order_day))
ORDER BY (platform, shop, order_day, order_id, line_id);

-- How far kept rows have been compacted: files committed before the horizon can no longer be withdrawn.
CREATE TABLE IF NOT EXISTS compactions
(
    horizon  DateTime64(3, 'UTC'),
    done     Bool COMMENT 'false when it began, true when it has ended',
    at       DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY horizon;

-- The newest known destination of an order. Kept apart because platforms mask it once an order is closed, and a masked
-- one must not replace a known one, in whatever order the files come.
CREATE TABLE IF NOT EXISTS destinations
(
    platform     LowCardinality(String),
    shop         LowCardinality(String),
    order_id     String,
    order_day    Date,
    version      UInt64,
    province     LowCardinality(String)
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY (platform, toStartOfMonth(order_day))
ORDER BY (platform, shop, order_day, order_id);
