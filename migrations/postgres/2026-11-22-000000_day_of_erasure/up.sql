-- The day that candidates were promised: fixed when the campaign is made. Nothing in older campaigns, whose day the
-- configuration gives.
ALTER TABLE campaigns ADD COLUMN erase_people_on DATE;
