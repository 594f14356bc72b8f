DROP TABLE two_reviewers;
