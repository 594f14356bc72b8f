ALTER TABLE ranking_rows DROP COLUMN critical_value;
ALTER TABLE ranking_versions DROP COLUMN rank_method;
