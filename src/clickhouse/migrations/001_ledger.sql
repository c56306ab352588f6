-- The ledger: one row for each thing that happened to a file. The row with the highest seq of a file_id is its state.
CREATE TABLE IF NOT EXISTS files
(
    file_id        String COMMENT 'SHA-256 of the bytes, hex',
    seq            UInt32 COMMENT 'counts the events of one file',
    at             DateTime64(3, 'UTC'),
    status         LowCardinality(String) COMMENT 'received, committing, committed, held, refused, withdrawing, withdrawn',
    path           String,
    bytes          UInt64,
    platform       LowCardinality(String),
    layout         LowCardinality(String),
    encoding       LowCardinality(String),
    shops          Array(String),
    snapshot_at    Nullable(DateTime('Asia/Shanghai')),
    rows_read      UInt64,
    rows_loaded    UInt64,
    rows_rejected  UInt64,
    rows_ignored   UInt64,
    paid_orders    UInt64,
    gross          Decimal(18, 2) COMMENT 'yuan',
    shipping       Decimal(18, 2) COMMENT 'yuan',
    subsidy        Decimal(18, 2) COMMENT 'yuan',
    refunded       Decimal(18, 2) COMMENT 'yuan',
    days           Array(Date) COMMENT 'order days touched',
    months         Array(Date) MATERIALIZED arrayDistinct(arrayMap(day -> toStartOfMonth(day), days)) COMMENT 'order months touched: with the platform, the partitions',
    staging        String COMMENT 'suffix of the staging table of the attempt, while it is there; also marks its rejects',
    error_code     LowCardinality(String),
    error_message  String,
    error_advice   String,
    decided_by     String COMMENT 'operator who released, refused or withdrew the file; blank when the program decided',
    reason         String COMMENT 'why, in the words of the operator',
    PROJECTION changes (SELECT status, platform, months, count() GROUP BY status, platform, months)
)
ENGINE = MergeTree
ORDER BY (file_id, seq);

-- Changes that were announced and not settled: a few, however long the ledger. Each is written before the ledger says so
-- and is a partition of its own, dropped once the change is settled; of one that a crash left, the ledger tells.
CREATE TABLE IF NOT EXISTS under_way
(
    change   String COMMENT 'file_id-seq',
    file_id  String
)
ENGINE = MergeTree
PARTITION BY change
ORDER BY change;

-- Rows that did not become orders, with where they stand and why. Cells are those of the layout's own columns only.
CREATE TABLE IF NOT EXISTS rejects
(
    file_id  String,
    record   UInt32 COMMENT 'number of the data record, from 1',
    line     UInt32 COMMENT 'physical line of the file, or row of the sheet, from 1',
    outcome  Enum8('rejected' = 1, 'ignored' = 2),
    reasons  Array(LowCardinality(String)),
    columns  Array(String) COMMENT 'the column that each reason is about',
    cells    Map(LowCardinality(String), String),
    attempt  String COMMENT 'the load that wrote the row; only the committed attempt of a file counts'
)
ENGINE = MergeTree
ORDER BY (file_id, record);
