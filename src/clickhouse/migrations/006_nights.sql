-- Nights that came to their end: every file of the inbox answered for, totals refreshed, the pace measured.
CREATE TABLE IF NOT EXISTS nights
(
    night_id  String,
    due       Date COMMENT 'business day on which the night was due; that of its end for one that was asked for by hand',
    by_clock  Bool COMMENT 'the night of that day, not one that was asked for by hand',
    at        DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (due, night_id);

-- Where the original of a file was put once it was done with; the row written last holds.
CREATE TABLE IF NOT EXISTS originals
(
    file_id  String,
    path     String,
    at       DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (file_id, at);
