-- The earlier schema has no place for these mails.
DELETE FROM mails WHERE kind = 'review_answered';
ALTER TABLE mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE mails ADD CONSTRAINT mails_kind_check
  CHECK (kind IN ('invitation', 'sign_up', 'lost_link', 'receipt', 'colleague', 'erased'));
DROP TABLE human_reviews;
