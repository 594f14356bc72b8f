DROP TABLE pool_consents;
