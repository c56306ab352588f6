-- The shops that sold to a destination are told by day too, so that a question of a part of a month need not read its
-- daily totals. All editions are written anew from the daily totals, which are read until then. Both tables are made
-- anew: another program may be at the migration before, and what it replaces can neither be altered nor emptied.
CREATE OR REPLACE TABLE coarse_totals
(
    edition           UUID,
    grain             Enum8('platform day' = 1, 'shop month' = 2, 'province month' = 3, 'shop day' = 4, 'shop province month' = 5, 'province day' = 6),
    platform          LowCardinality(String),
    day               Date COMMENT 'business day of payment, or the first of its month',
    shop              LowCardinality(String) COMMENT 'blank where shops are not told apart',
    province          LowCardinality(String) COMMENT 'blank: unknown, or not told apart',
    shops             UInt64 COMMENT 'shops with a paid order in the cell',
    sellers           Array(UInt64) COMMENT 'those shops as sipHash64(platform, shop), at the grains province month and province day',
    paid_orders       UInt64,
    quantity          UInt64,
    gross             Decimal(18, 2),
    shipping          Decimal(18, 2),
    subsidy           Decimal(18, 2),
    refunded_exact    Decimal(18, 2),
    refunded_assumed  Decimal(18, 2)
)
ENGINE = MergeTree
PARTITION BY edition
ORDER BY (grain, day, platform, shop, province);

-- Which editions add up which generations. A row holds for the very set of generations that it names, and for no other.
CREATE OR REPLACE TABLE editions
(
    basis        String COMMENT 'SHA-256 of the generations, hex',
    generations  Array(UUID),
    months       Array(Tuple(Date, Date, Date, Array(UUID), UUID, UUID)) COMMENT 'month of payment, first and last day paid on, generations with rows of it, edition of its year, edition of its own',
    at           DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT 'by the clock of the engine, since readers at work are reckoned by it'
)
ENGINE = MergeTree
ORDER BY basis;
