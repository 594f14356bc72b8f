-- What a campaign is scored with, published before the first score: a text without a secret, and its hash.
CREATE TABLE preregistrations (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  sequence INTEGER NOT NULL,
  key_row_id TEXT NOT NULL REFERENCES pack_keys (id),
  document TEXT NOT NULL,
  hash TEXT NOT NULL,
  n_ended INTEGER NOT NULL,
  published_at TIMESTAMP NOT NULL,
  UNIQUE (campaign_id, sequence),
  UNIQUE (campaign_id, hash)
);
