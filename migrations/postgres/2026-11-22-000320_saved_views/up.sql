-- Filters of a ranking that a member keeps under a name: theirs alone, and about nobody in particular.
CREATE TABLE saved_views (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (user_id, campaign_id, name)
);
