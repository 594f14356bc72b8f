-- Where a campaign has chosen the weights of its families, `score` is the weighted one; this is the plain one beside it.
ALTER TABLE scores ADD COLUMN plain_score DOUBLE PRECISION;
CREATE INDEX erasures_by_campaign ON erasures (campaign_id);
