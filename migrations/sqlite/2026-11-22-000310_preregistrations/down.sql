DROP TABLE preregistrations;
