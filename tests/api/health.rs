//! The harness itself, and what tells supervisors that the server lives.

use acceptance::both;

both!(the_server_says_that_it_lives_and_is_ready, |h| {
    let visitor = h.client();

    visitor.get("/health/live").expect(200).contains("live");
    visitor.get("/health/ready").expect(200).contains("ready");
});

both!(a_whole_test_can_be_taken_through_the_use_cases, |h| {
    let campaign = h.campaign();

    let attempt = h.complete_attempt(&campaign, |item| 1 + u8::try_from(item % 4).unwrap());

    assert_eq!(h.database.count("attempts WHERE state = 'finished'"), 1);
    assert_eq!(h.database.count("scores"), 1);
    assert!(h.database.count("response_events") > 50);
    assert!(attempt.invited.path.starts_with("/c/"));
});

both!(the_jobs_mail_an_invitation, |h| {
    let invited = h.invite(&h.campaign());

    h.run_jobs();

    assert!(h.mails().concat().contains(&invited.email));
});
