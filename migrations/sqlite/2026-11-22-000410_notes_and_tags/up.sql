-- What colleagues write about a candidate among themselves. A note deleted by its author keeps its place without its
-- words; an erasure of the candidate takes everything here away.
CREATE TABLE notes (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  author_id TEXT NOT NULL REFERENCES users (id),
  words TEXT,
  created_at TIMESTAMP NOT NULL,
  deleted_at TIMESTAMP
);
CREATE INDEX notes_by_attempt ON notes (attempt_id, created_at);

CREATE TABLE note_mentions (
  note_id TEXT NOT NULL REFERENCES notes (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  PRIMARY KEY (note_id, user_id)
);
CREATE INDEX note_mentions_by_user ON note_mentions (user_id);

-- Words that an organisation sorts candidates by; fold is the name as it is compared.
CREATE TABLE tags (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  fold TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at TIMESTAMP NOT NULL,
  UNIQUE (organisation_id, fold)
);

CREATE TABLE candidate_tags (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  tag_id TEXT NOT NULL REFERENCES tags (id),
  PRIMARY KEY (attempt_id, tag_id)
);
CREATE INDEX candidate_tags_by_tag ON candidate_tags (tag_id);

-- Who is asked to look at which candidate.
CREATE TABLE assignments (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  assigned_by TEXT NOT NULL REFERENCES users (id),
  assigned_at TIMESTAMP NOT NULL,
  PRIMARY KEY (attempt_id, user_id)
);
CREATE INDEX assignments_by_user ON assignments (user_id);
