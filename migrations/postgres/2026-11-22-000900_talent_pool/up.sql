-- People who let recruiters of their organisation see their result beside those of other campaigns with the same test.
-- Without a row, or with one that was withdrawn, nobody sees it there. An erasure deletes the row; it lengthens nothing.
CREATE TABLE pool_consents (
  attempt_id TEXT NOT NULL PRIMARY KEY REFERENCES attempts (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  given_at TIMESTAMP NOT NULL,
  withdrawn_at TIMESTAMP
);
CREATE INDEX pool_consents_by_organisation ON pool_consents (organisation_id, withdrawn_at);
