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

-- What was decided on a subject (a goal's pace, the data, the reports), one row an alert or one without; the latest is its
-- standing.
CREATE TABLE IF NOT EXISTS alert_decisions
(
    subject      String COMMENT 'pace/<year>/<measure>/<scope>, data, report',
    seq          UInt32 COMMENT 'counts the decisions on a subject; the highest is its standing',
    at           DateTime64(3, 'UTC'),
    decided_for  Date,
    standing     String COMMENT 'JSON',
    why          String COMMENT 'one sentence: why something was raised, or nothing',
    alert_id     String COMMENT 'blank when the decision raised none',
    alert        String COMMENT 'JSON, with the report that messages are written from',
    recipients   Array(String) COMMENT 'who was to be told when it was raised'
)
ENGINE = MergeTree
ORDER BY (subject, seq);

-- One row for the delivery of an alert to one recipient that came to an end.
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

-- One row when the content of a message is about to leave for a recipient, and one as a sign of life for as long as that
-- takes. A claim without signs of life and without a delivery is one whose process ended in between: nobody can tell what
-- the recipient got.
CREATE TABLE IF NOT EXISTS delivery_claims
(
    alert_id   String,
    recipient  String,
    claim      UUID,
    at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'by the clock of the engine: one clock for all who deliver',
    state      Enum8('taken' = 1, 'given-up' = 2) COMMENT 'given up when nothing reached anybody who keeps it'
)
ENGINE = MergeTree
ORDER BY (alert_id, recipient, at);

-- What operators said of alerts, in the order in which they said it: acknowledged, muted, or heard again.
CREATE TABLE IF NOT EXISTS alert_words
(
    at          DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'by the clock of the engine: one order for all machines',
    word        LowCardinality(String) COMMENT 'ack, mute, unmute',
    subject     String COMMENT 'that of a decision or of something wrong with the data, or the beginning of one',
    spell       Nullable(Date) COMMENT 'of an acknowledgement: since when the goal had been behind',
    begins      Date,
    ends        Date COMMENT 'holds through this day',
    decided_by  String,
    reason      String
)
ENGINE = MergeTree
ORDER BY at;

-- Who is told of what, in the order in which it was said: the last word on a recipient, kind and scope holds.
CREATE TABLE IF NOT EXISTS recipients
(
    at          DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'by the clock of the engine: one order for all machines',
    recipient   String COMMENT 'mail address, or robot:<name>',
    kind        LowCardinality(String) COMMENT 'pace, data, report, all',
    scope       String COMMENT 'of which goals: blank the region''s, * every one',
    told        Bool COMMENT 'false: not any more',
    decided_by  String,
    reason      String
)
ENGINE = MergeTree
ORDER BY at;
