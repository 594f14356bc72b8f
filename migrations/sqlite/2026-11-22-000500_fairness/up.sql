-- What a campaign asks about people after the test. No row: nothing is asked.
CREATE TABLE fairness_settings (
  campaign_id TEXT NOT NULL PRIMARY KEY REFERENCES campaigns (id),
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  country TEXT NOT NULL CHECK (country IN ('fr', 'be', 'ca', 'ch', 'gb', 'ie', 'lu', 'us', 'other')),
  form TEXT NOT NULL CHECK (form IN ('none', 'sex_age', 'full'))
);

-- What people said of themselves, apart from everything else: a random id, no person, no campaign, no time.
CREATE TABLE demographic_answers (
  id TEXT NOT NULL PRIMARY KEY,
  sex TEXT CHECK (sex IN ('female', 'male', 'another')),
  age_band TEXT CHECK (age_band IN ('under_30', '30_to_39', '40_to_49', '50_or_over')),
  race TEXT CHECK (race IN ('hispanic', 'white', 'black', 'pacific', 'asian', 'native', 'two_or_more'))
) WITHOUT ROWID;

-- Whose answer is whose, so that erasing and counting work. Without answer_id somebody took theirs back after it was
-- counted: counted_in stays, so that nobody is counted twice.
CREATE TABLE demographic_links (
  attempt_id TEXT NOT NULL PRIMARY KEY REFERENCES attempts (id),
  answer_id TEXT UNIQUE REFERENCES demographic_answers (id),
  counted_in INTEGER
) WITHOUT ROWID;

-- Tables as published: counts after suppression, never altered, by the day.
CREATE TABLE fairness_editions (
  id TEXT NOT NULL PRIMARY KEY,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  sequence INTEGER NOT NULL,
  content TEXT NOT NULL,
  published_by TEXT REFERENCES users (id),
  published_on DATE NOT NULL,
  UNIQUE (campaign_id, sequence)
);
CREATE INDEX fairness_editions_by_organisation ON fairness_editions (organisation_id, campaign_id);

CREATE TRIGGER fairness_editions_keep BEFORE UPDATE ON fairness_editions
BEGIN SELECT RAISE(ABORT, 'published tables are never altered'); END;
CREATE TRIGGER fairness_editions_stay BEFORE DELETE ON fairness_editions
BEGIN SELECT RAISE(ABORT, 'published tables are never deleted'); END;
