-- Ranks are 95 % confidence sets from now on; versions made before keep the pairwise ranges that they showed.
ALTER TABLE ranking_versions ADD COLUMN rank_method TEXT NOT NULL DEFAULT 'pairwise'
  CHECK (rank_method IN ('pairwise', 'rank_sets'));
-- How many standard errors of their difference part this person from another one for sure.
ALTER TABLE ranking_rows ADD COLUMN critical_value DOUBLE PRECISION;
