-- The words of mails that a person sends to several candidates, in a campaign's own version; without a row the words that
-- come with the program stand.
CREATE TABLE mail_templates (
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  kind TEXT NOT NULL CHECK (kind IN ('thanks', 'feedback', 'outcome_further', 'outcome_hold', 'outcome_not_pursued')),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  changed_by TEXT NOT NULL REFERENCES users (id),
  changed_at TIMESTAMP NOT NULL,
  PRIMARY KEY (campaign_id, kind, language)
);

-- What was sent together. The id comes with the form, so that a form posted twice is sent once.
CREATE TABLE mail_batches (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  kind TEXT NOT NULL CHECK (kind IN ('thanks', 'feedback', 'outcome_further', 'outcome_hold', 'outcome_not_pursued')),
  mails INTEGER NOT NULL,
  made_by TEXT NOT NULL REFERENCES users (id),
  made_at TIMESTAMP NOT NULL
);
CREATE INDEX mail_batches_by_campaign ON mail_batches (campaign_id, made_at);

-- SQLite changes a CHECK only by a new table.
CREATE TABLE mails_with_kinds (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind TEXT NOT NULL CHECK (kind IN ('invitation', 'sign_up', 'lost_link', 'receipt', 'colleague', 'erased', 'review_answered', 'thanks', 'feedback', 'outcome_further', 'outcome_hold', 'outcome_not_pursued')),
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
