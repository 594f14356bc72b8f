DROP INDEX erasures_by_campaign;
ALTER TABLE scores DROP COLUMN plain_score;
