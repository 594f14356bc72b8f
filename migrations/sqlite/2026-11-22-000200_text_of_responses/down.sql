ALTER TABLE response_events DROP COLUMN text;
