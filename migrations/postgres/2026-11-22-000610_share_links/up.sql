-- Links that open one candidate's report, reduced and blind, to somebody without an account. The token is recomputed
-- from the instance secret; its hash alone is stored. An erasure deletes the rows.
CREATE TABLE share_links (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  made_by TEXT NOT NULL REFERENCES users (id),
  token_hash TEXT NOT NULL UNIQUE,
  secret_key_id TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP,
  openings INTEGER NOT NULL
);
CREATE INDEX share_links_by_attempt ON share_links (attempt_id);
