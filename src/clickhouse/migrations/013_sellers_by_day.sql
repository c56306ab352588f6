-- The shops that sold to a destination are told by day too, so that a question of a part of a month need not read its
-- daily totals. All editions are written anew from the daily totals, which are read until then.
ALTER TABLE coarse_totals COMMENT COLUMN sellers 'those shops as sipHash64(platform, shop), at the grains province month and province day';
TRUNCATE TABLE editions;
