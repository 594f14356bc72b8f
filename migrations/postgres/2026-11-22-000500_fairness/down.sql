DROP TABLE fairness_editions;
DROP TABLE demographic_links;
DROP TABLE demographic_answers;
DROP TABLE fairness_settings;
