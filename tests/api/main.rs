//! Tests over HTTP, each on SQLite and on PostgreSQL, and tests of the schema.
//!
//! One program for all of them: linking the product takes longer than running the tests. An area adds its file here.

mod access;
mod audit;
mod bad_input;
mod bulk_mail;
mod campaign_changes;
mod campaigns;
mod candidate;
mod candidate_data;
mod candidate_links;
mod candidate_saving;
mod compare;
mod crowd;
mod deciding;
mod decisions;
mod evidence;
mod export;
mod fairness;
mod fairness_apart;
mod fairness_form;
mod fairness_scenarios;
mod formats;
mod health;
mod human_reviews;
mod invitations;
mod jobs;
mod logs;
mod mail;
mod manual;
mod media;
mod outage;
mod outcomes;
mod overview;
mod paper;
mod people;
mod pool;
mod public_pages;
mod ranking;
mod rate_first;
mod rate_first_everywhere;
mod report;
mod saved_views;
mod scoring;
mod share_links;
mod sign_in;
mod teamwork;
mod two_reviewers;
mod verify;
mod weights;

/// Tests of the schema itself, in a folder of their own.
#[path = "../schema"]
mod schema {
    mod append_only;
    mod migrations;
    mod parity;
    mod shape;
}
