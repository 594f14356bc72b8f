-- The stages of a campaign's decisions in its own words, each one of the closed codes. A stage that a decision names is
-- retired, never deleted.
CREATE TABLE decision_stages (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  place INTEGER NOT NULL,
  code TEXT NOT NULL CHECK (code IN ('shortlist', 'interview', 'offer', 'hired', 'hold', 'not_pursued')),
  name_fr TEXT NOT NULL,
  name_en TEXT NOT NULL,
  retired_at TIMESTAMP
);
CREATE INDEX decision_stages_by_campaign ON decision_stages (campaign_id, place);

ALTER TABLE decisions ADD COLUMN stage_id TEXT REFERENCES decision_stages (id);
