ALTER TABLE decisions DROP COLUMN stage_id;
DROP TABLE decision_stages;
