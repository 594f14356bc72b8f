DROP INDEX ranking_rows_by_attempt;
CREATE INDEX ranking_rows_by_attempt ON ranking_rows (attempt_id);
DROP INDEX ranking_rows_by_score;
CREATE INDEX ranking_rows_by_score ON ranking_rows (ranking_version_id, score);
DROP INDEX scores_of_attempt;
DROP INDEX invitations_revoked;
DROP INDEX attempts_satisfaction;
DROP INDEX attempts_ended;
