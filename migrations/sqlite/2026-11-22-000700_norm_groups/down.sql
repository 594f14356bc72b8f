DROP TABLE campaign_norms;
DROP TABLE norm_group_campaigns;
DROP TABLE norm_groups;
