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

ALTER TABLE mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE mails ADD CONSTRAINT mails_kind_check
  CHECK (kind IN ('invitation', 'sign_up', 'lost_link', 'receipt', 'colleague', 'erased', 'review_answered'));
