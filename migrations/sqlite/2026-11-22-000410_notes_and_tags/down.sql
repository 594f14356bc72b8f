DROP TABLE assignments;
DROP TABLE candidate_tags;
DROP TABLE tags;
DROP TABLE note_mentions;
DROP TABLE notes;
