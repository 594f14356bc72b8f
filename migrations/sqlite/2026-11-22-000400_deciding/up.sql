-- Reviews by a person that candidates ask for. Words are emptied by an erasure; that somebody asked and was answered
-- stays.
CREATE TABLE human_reviews (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  invitation_id TEXT NOT NULL REFERENCES invitations (id),
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  request TEXT,
  asked_at TIMESTAMP NOT NULL,
  due_on DATE NOT NULL,
  taken_by TEXT REFERENCES users (id),
  taken_at TIMESTAMP,
  outcome TEXT CHECK (outcome IN ('upheld', 'changed', 'cannot_review')),
  answer TEXT,
  answered_by TEXT REFERENCES users (id),
  answered_at TIMESTAMP
);
CREATE INDEX human_reviews_by_due ON human_reviews (organisation_id, due_on);
CREATE INDEX human_reviews_by_invitation ON human_reviews (invitation_id);

-- SQLite changes a CHECK only by a new table.
CREATE TABLE mails_with_kinds (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind TEXT NOT NULL CHECK (kind IN ('invitation', 'sign_up', 'lost_link', 'receipt', 'colleague', 'erased', 'review_answered')),
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
INSERT INTO mails_with_kinds
SELECT id, organisation_id, kind, language, invitation_id, colleague_invitation_id, recipient, subject, body, state,
  tries, next_try_at, last_error, created_at, sent_at FROM mails;
DROP TABLE mails;
ALTER TABLE mails_with_kinds RENAME TO mails;
CREATE INDEX mails_due ON mails (state, next_try_at);
CREATE INDEX mails_by_invitation ON mails (invitation_id);
