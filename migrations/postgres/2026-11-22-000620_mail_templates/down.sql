-- The earlier schema has no place for these mails.
DELETE FROM mails WHERE kind IN ('thanks', 'feedback', 'outcome_further', 'outcome_hold', 'outcome_not_pursued');
ALTER TABLE mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE mails ADD CONSTRAINT mails_kind_check
  CHECK (kind IN ('invitation', 'sign_up', 'lost_link', 'receipt', 'colleague', 'erased', 'review_answered'));
DROP TABLE mail_batches;
DROP TABLE mail_templates;
