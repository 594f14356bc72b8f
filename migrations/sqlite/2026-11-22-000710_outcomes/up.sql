-- What people later did at work, per criterion and date, apart from every score. Only aggregates are ever shown; erased
-- with the person.
CREATE TABLE outcomes (
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  criterion TEXT NOT NULL CHECK (criterion IN ('performance', 'retained', 'retention_days', 'customer_satisfaction')),
  measured_on DATE NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  value DOUBLE PRECISION NOT NULL,
  import_id TEXT NOT NULL,
  imported_by TEXT REFERENCES users (id),
  imported_at TIMESTAMP NOT NULL,
  PRIMARY KEY (attempt_id, criterion, measured_on)
);
CREATE INDEX outcomes_by_campaign ON outcomes (organisation_id, campaign_id);
