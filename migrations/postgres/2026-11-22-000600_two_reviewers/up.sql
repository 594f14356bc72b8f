-- Campaigns in which two people rate a candidate, each without the other, before anyone decides. A row is never taken
-- away: a rule that could be lifted for one candidate would be none.
CREATE TABLE two_reviewers (
  campaign_id TEXT NOT NULL PRIMARY KEY REFERENCES campaigns (id),
  since TIMESTAMP NOT NULL,
  set_by TEXT NOT NULL REFERENCES users (id)
);
