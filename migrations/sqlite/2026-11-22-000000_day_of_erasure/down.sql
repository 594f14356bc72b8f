ALTER TABLE campaigns DROP COLUMN erase_people_on;
