-- Comparison groups: named, frozen sets of scores of one form under one key. They hold counts and no person, so that an
-- erasure has nothing to take out of them. Never changed; retired when they are no more to be chosen.
CREATE TABLE norm_groups (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  pack_row_id TEXT NOT NULL REFERENCES packs (id),
  form_id TEXT NOT NULL,
  form_version INTEGER NOT NULL,
  key_row_id TEXT NOT NULL REFERENCES pack_keys (id),
  snapshot_id TEXT NOT NULL REFERENCES snapshots (id),
  name_fr TEXT NOT NULL,
  name_en TEXT NOT NULL,
  description_fr TEXT NOT NULL,
  description_en TEXT NOT NULL,
  from_on DATE NOT NULL,
  to_on DATE NOT NULL,
  n INTEGER NOT NULL,
  mean DOUBLE PRECISION NOT NULL,
  sd DOUBLE PRECISION NOT NULL,
  counts TEXT NOT NULL,
  made_by TEXT REFERENCES users (id),
  made_at TIMESTAMP NOT NULL,
  retired_at TIMESTAMP
);
CREATE INDEX norm_groups_by_form ON norm_groups (organisation_id, pack_row_id, form_id, key_row_id, made_at);

-- The campaigns that a group was taken from.
CREATE TABLE norm_group_campaigns (
  norm_group_id TEXT NOT NULL REFERENCES norm_groups (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  PRIMARY KEY (norm_group_id, campaign_id)
);

-- The group that the reports of a campaign show.
CREATE TABLE campaign_norms (
  campaign_id TEXT NOT NULL PRIMARY KEY REFERENCES campaigns (id),
  norm_group_id TEXT NOT NULL REFERENCES norm_groups (id),
  since TIMESTAMP NOT NULL
);
