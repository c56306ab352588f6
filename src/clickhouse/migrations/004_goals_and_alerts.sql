CREATE TABLE IF NOT EXISTS goals
(
    year        UInt16,
    seq         UInt32 COMMENT 'counts the goals set for a year; of those that hold on a day and have the same scope, the highest does',
    measure     LowCardinality(String),
    amount      Decimal(18, 2) COMMENT 'yuan',
    league      LowCardinality(String) COMMENT 'scope: blank in all four is the whole region and year',
    platform    LowCardinality(String),
    chain       LowCardinality(String),
    month       LowCardinality(String) COMMENT 'YYYY-MM',
    valid_from  Date COMMENT 'the goal is not in force before this day',
    set_on      Date,
    at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (year, seq);

-- What was decided on a goal's year, one row a decision; the latest is its standing.
CREATE TABLE IF NOT EXISTS alert_decisions
(
    year      UInt16,
    measure   LowCardinality(String),
    seq       UInt32 COMMENT 'counts the decisions on a goal; the highest is its standing',
    at        DateTime64(3, 'UTC'),
    standing  String COMMENT 'JSON',
    alert_id  String COMMENT 'blank when the decision raised none',
    alert     String COMMENT 'JSON, with the report that the mail was written from',
    recipients Array(String) COMMENT 'who was to be told when it was raised'
)
ENGINE = MergeTree
ORDER BY (year, measure, seq);

-- One row an attempt to deliver a mail to one recipient that came to an end.
CREATE TABLE IF NOT EXISTS deliveries
(
    alert_id    String,
    recipient   String,
    at          DateTime64(3, 'UTC'),
    outcome     LowCardinality(String) COMMENT 'delivered, written, refused, unknown',
    message_id  String,
    detail      String
)
ENGINE = MergeTree
ORDER BY (alert_id, recipient, at);
