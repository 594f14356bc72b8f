-- The text of an open answer, beside its event and under the same rules; nothing for every other format.
ALTER TABLE response_events ADD COLUMN text TEXT;
