-- A hundred thousand people in one campaign: what lists of campaigns, overviews and rankings count and sort is read from
-- an index, and the score of one person under one snapshot is found by both.
CREATE INDEX attempts_ended ON attempts (campaign_id, state, active_ms, id, decision)
    WHERE finished_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX attempts_satisfaction ON attempts (campaign_id, satisfaction) WHERE satisfaction IS NOT NULL;
CREATE INDEX invitations_revoked ON invitations (campaign_id) WHERE revoked_at IS NOT NULL;
CREATE INDEX scores_of_attempt ON scores (attempt_id, snapshot_id);
DROP INDEX ranking_rows_by_score;
CREATE INDEX ranking_rows_by_score ON ranking_rows (ranking_version_id, score DESC, row_number);
DROP INDEX ranking_rows_by_attempt;
CREATE INDEX ranking_rows_by_attempt ON ranking_rows (attempt_id, ranking_version_id);
