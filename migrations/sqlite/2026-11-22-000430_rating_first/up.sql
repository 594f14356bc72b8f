-- Campaigns whose reviewers rate the answers themselves before they see a score.
CREATE TABLE rating_first (
  campaign_id TEXT NOT NULL PRIMARY KEY REFERENCES campaigns (id),
  since TIMESTAMP NOT NULL
);

-- A reviewer's own rating of a candidate's answers; it enters no score.
CREATE TABLE own_ratings (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  rating SMALLINT NOT NULL CHECK (rating BETWEEN 1 AND 4),
  reason TEXT NOT NULL,
  rated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (attempt_id, user_id)
);
