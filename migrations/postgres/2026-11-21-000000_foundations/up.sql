CREATE TABLE organisations (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  is_demo BOOLEAN NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'recruiter', 'author', 'rater', 'auditor')),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  created_at TIMESTAMP NOT NULL,
  removed_at TIMESTAMP
);
CREATE INDEX users_by_organisation ON users (organisation_id);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  last_seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE colleague_invitations (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'recruiter', 'author', 'rater', 'auditor')),
  token_hash TEXT NOT NULL UNIQUE,
  secret_key_id TEXT NOT NULL,
  invited_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  accepted_at TIMESTAMP,
  revoked_at TIMESTAMP
);
CREATE INDEX colleague_invitations_by_organisation ON colleague_invitations (organisation_id);

-- Growing delays; subjects are HMACs of what was typed or of an address, never the thing itself.
CREATE TABLE throttles (
  subject_hash TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('login_email', 'login_address', 'unknown_token', 'sign_up', 'lost_link')),
  failures INTEGER NOT NULL,
  window_started_at TIMESTAMP NOT NULL,
  blocked_until TIMESTAMP NOT NULL,
  PRIMARY KEY (kind, subject_hash)
);

CREATE TABLE packs (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT REFERENCES organisations (id),
  pack_id TEXT NOT NULL,
  version TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  is_public BOOLEAN NOT NULL,
  content TEXT NOT NULL,
  imported_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX packs_by_version ON packs (pack_id, version, COALESCE(organisation_id, ''));

CREATE TABLE pack_keys (
  id TEXT NOT NULL PRIMARY KEY,
  pack_row_id TEXT NOT NULL REFERENCES packs (id),
  version TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('authors', 'panel')),
  n_experts INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  content TEXT NOT NULL,
  imported_at TIMESTAMP NOT NULL,
  UNIQUE (pack_row_id, version)
);

CREATE TABLE campaigns (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  title TEXT NOT NULL,
  job TEXT NOT NULL,
  pack_row_id TEXT NOT NULL REFERENCES packs (id),
  form_id TEXT NOT NULL,
  form_version INTEGER NOT NULL,
  key_row_id TEXT NOT NULL REFERENCES pack_keys (id),
  languages TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  closes_at TIMESTAMP,
  decision_on DATE NOT NULL,
  contact TEXT NOT NULL,
  notice_fr TEXT,
  notice_en TEXT,
  notice_version INTEGER NOT NULL,
  open_link_generation INTEGER NOT NULL,
  open_link_token_hash TEXT UNIQUE,
  open_link_key_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  closed_at TIMESTAMP,
  people_erased_at TIMESTAMP
);
CREATE INDEX campaigns_by_organisation ON campaigns (organisation_id, created_at);

CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  name TEXT,
  email TEXT,
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  source TEXT NOT NULL CHECK (source IN ('list', 'open_link', 'demo')),
  generation INTEGER NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  secret_key_id TEXT NOT NULL,
  created_by TEXT REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP,
  erased_at TIMESTAMP
);
CREATE UNIQUE INDEX invitations_by_email ON invitations (campaign_id, email);
CREATE INDEX invitations_by_campaign ON invitations (campaign_id, id);

CREATE TABLE attempts (
  id TEXT NOT NULL PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  invitation_id TEXT NOT NULL UNIQUE REFERENCES invitations (id),
  tree_number INTEGER NOT NULL,
  random_order BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('started', 'finished', 'expired')),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  notice_version INTEGER NOT NULL,
  accepted_at TIMESTAMP NOT NULL,
  shuffle_seed BIGINT NOT NULL,
  action_orders TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  position INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  flags BIGINT NOT NULL,
  active_ms BIGINT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  last_seen_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  receipt TEXT,
  receipt_code TEXT UNIQUE,
  receipt_key_id TEXT,
  satisfaction SMALLINT CHECK (satisfaction BETWEEN 1 AND 4),
  decision TEXT,
  erased_at TIMESTAMP,
  UNIQUE (campaign_id, tree_number)
);
CREATE INDEX attempts_by_campaign ON attempts (campaign_id, state);

-- One row per rating given or changed, never altered: the last one counts, and the rows are its audit.
CREATE TABLE response_events (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  item INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  value SMALLINT NOT NULL CHECK (value BETWEEN 1 AND 4),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (attempt_id, item, epoch, sequence)
);

CREATE TABLE snapshots (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  pack_row_id TEXT NOT NULL REFERENCES packs (id),
  form_id TEXT NOT NULL,
  form_version INTEGER NOT NULL,
  key_row_id TEXT NOT NULL REFERENCES pack_keys (id),
  n INTEGER NOT NULL,
  statistics TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('initial', 'job', 'owner')),
  taken_by TEXT REFERENCES users (id),
  taken_at TIMESTAMP NOT NULL
);
CREATE INDEX snapshots_by_form ON snapshots (organisation_id, pack_row_id, form_id, key_row_id, taken_at);

CREATE TABLE scores (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  key_row_id TEXT NOT NULL REFERENCES pack_keys (id),
  snapshot_id TEXT NOT NULL REFERENCES snapshots (id),
  score DOUBLE PRECISION,
  sem DOUBLE PRECISION,
  low DOUBLE PRECISION,
  high DOUBLE PRECISION,
  n_scored INTEGER NOT NULL,
  n_answered INTEGER NOT NULL,
  n_counted_zero INTEGER NOT NULL,
  n_left_out INTEGER NOT NULL,
  n_scenarios INTEGER NOT NULL,
  n_scenarios_answered INTEGER NOT NULL,
  unranked_reason TEXT CHECK (unranked_reason IN ('too_few_answers', 'nothing_answered')),
  scenario_scores TEXT NOT NULL,
  family_half_points TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (attempt_id, key_row_id, snapshot_id)
);
CREATE INDEX scores_by_snapshot ON scores (snapshot_id, campaign_id);

CREATE TABLE ranking_versions (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  sequence INTEGER NOT NULL,
  key_row_id TEXT NOT NULL REFERENCES pack_keys (id),
  snapshot_id TEXT NOT NULL REFERENCES snapshots (id),
  n_finished INTEGER NOT NULL,
  n_ranked INTEGER NOT NULL,
  sem DOUBLE PRECISION NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('job', 'close', 'rescore')),
  made_at TIMESTAMP NOT NULL,
  UNIQUE (campaign_id, sequence)
);

-- attempt_id is emptied by an erasure: the bare number stays, the person does not.
CREATE TABLE ranking_rows (
  ranking_version_id TEXT NOT NULL REFERENCES ranking_versions (id),
  row_number INTEGER NOT NULL,
  attempt_id TEXT REFERENCES attempts (id),
  score DOUBLE PRECISION,
  sem DOUBLE PRECISION,
  low DOUBLE PRECISION,
  high DOUBLE PRECISION,
  band INTEGER,
  rank_low INTEGER,
  rank_high INTEGER,
  random_order BIGINT NOT NULL,
  unranked_reason TEXT,
  PRIMARY KEY (ranking_version_id, row_number)
);
CREATE INDEX ranking_rows_in_bands ON ranking_rows (ranking_version_id, band, random_order);
CREATE INDEX ranking_rows_by_score ON ranking_rows (ranking_version_id, score);
CREATE INDEX ranking_rows_by_attempt ON ranking_rows (attempt_id);

CREATE TABLE decisions (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  ranking_version_id TEXT REFERENCES ranking_versions (id),
  code TEXT NOT NULL CHECK (code IN ('shortlist', 'interview', 'offer', 'hired', 'hold', 'not_pursued', 'withdrawn')),
  reason TEXT,
  user_id TEXT REFERENCES users (id),
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX decisions_by_attempt ON decisions (attempt_id, created_at);
CREATE INDEX decisions_by_campaign ON decisions (campaign_id);

CREATE TABLE report_openings (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  first_at TIMESTAMP NOT NULL,
  PRIMARY KEY (attempt_id, user_id)
);

CREATE TABLE unblindings (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (attempt_id, user_id)
);

CREATE TABLE mails (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind TEXT NOT NULL CHECK (kind IN ('invitation', 'sign_up', 'lost_link', 'receipt', 'colleague', 'erased')),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  invitation_id TEXT REFERENCES invitations (id),
  colleague_invitation_id TEXT REFERENCES colleague_invitations (id),
  recipient TEXT,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'accepted', 'refused', 'unknown', 'cancelled')),
  tries INTEGER NOT NULL,
  next_try_at TIMESTAMP NOT NULL,
  last_error TEXT,
  created_at TIMESTAMP NOT NULL,
  sent_at TIMESTAMP
);
CREATE INDEX mails_due ON mails (state, next_try_at);
CREATE INDEX mails_by_invitation ON mails (invitation_id);

CREATE TABLE erasures (
  invitation_id TEXT NOT NULL PRIMARY KEY,
  attempt_id TEXT,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  cause TEXT NOT NULL CHECK (cause IN ('candidate', 'retention', 'owner', 'replay')),
  at TIMESTAMP NOT NULL
);
CREATE INDEX erasures_by_attempt ON erasures (attempt_id);

CREATE TABLE audit_rows (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  sequence BIGINT NOT NULL,
  at TIMESTAMP NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'candidate', 'job', 'operator')),
  actor_id TEXT,
  action TEXT NOT NULL,
  entity_kind TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  detail TEXT NOT NULL,
  secret_key_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (organisation_id, sequence)
);

CREATE TABLE audit_heads (
  organisation_id TEXT NOT NULL PRIMARY KEY REFERENCES organisations (id),
  sequence BIGINT NOT NULL,
  hash TEXT NOT NULL
);

-- Network addresses, kept apart from the audit and for a shorter time.
CREATE TABLE audit_addresses (
  organisation_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  address TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (organisation_id, sequence)
);

CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until TIMESTAMP NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never altered or deleted', TG_TABLE_NAME;
END $$;

CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM erasures WHERE erasures.attempt_id = OLD.attempt_id) THEN
    RAISE EXCEPTION 'response events are deleted by an erasure only';
  END IF;
  RETURN OLD;
END $$;

CREATE TRIGGER response_events_keep BEFORE UPDATE ON response_events
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER response_events_stay BEFORE DELETE ON response_events
FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased();
CREATE TRIGGER response_events_whole BEFORE TRUNCATE ON response_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_rows_keep BEFORE UPDATE OR DELETE ON audit_rows
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_rows_whole BEFORE TRUNCATE ON audit_rows
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
