DROP TABLE own_ratings;
DROP TABLE rating_first;
