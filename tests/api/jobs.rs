//! The jobs of the server: leases, deletions on the day that was printed, renewal of links.

use acceptance::Harness;
use acceptance::both;
use acceptance::database::Backend;
use chrono::{Duration, NaiveDate, NaiveDateTime};
use domain::role::Role;
use services::clock::Clock;
use services::jobs::{JobResult, run_due};
use services::settings::{MailSettings, SmtpSettings};

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

both!(an_idle_server_writes_nothing, |h| {
    let report = run_due(&h.services);

    assert!(report.jobs.iter().all(|job| job.result == JobResult::Idle), "{report:?}");
    assert_eq!(h.database.count("leases"), 0);
});

both!(a_job_that_another_server_is_doing_is_left_to_it, |h| {
    drop(h.invite(&h.campaign()));
    let until = (h.clock.now() + Duration::seconds(30)).format("%Y-%m-%d %H:%M:%S");
    h.database
        .execute(&format!("INSERT INTO leases (name, holder, until) VALUES ('mail', 'other', '{until}')"));

    let meanwhile = run_due(&h.services).result("mail");
    h.clock.advance(Duration::seconds(30));
    let after = run_due(&h.services).result("mail");

    assert_eq!(meanwhile, Some(JobResult::Elsewhere));
    assert_eq!(after, Some(JobResult::Done(1)));
});

both!(two_servers_send_each_mail_once, |h| {
    let campaign = h.campaign();
    for _ in 0..20 {
        drop(h.invite(&campaign));
    }

    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert!(!run_due(&h.services).has_failed());
                }
            });
        }
    });

    assert_eq!(h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'mail_sent'"), 20);
    assert_eq!(h.database.number("SELECT MAX(tries) FROM mails"), 1);
    assert_eq!(h.mails().len(), 20);
});

fn a_failing_job_stops_no_other(h: &Harness) {
    let campaign = h.campaign_with(|input| input.closes_at = "2026-03-03T18:00".to_owned());
    drop(h.start_attempt(&h.invite(&campaign)));
    h.clock.advance(Duration::days(3));

    let report = run_due(&h.services);

    assert_eq!(report.result("mail"), Some(JobResult::Failed));
    assert_eq!(report.result("expiry"), Some(JobResult::Done(1)));
    assert_eq!(report.result("ranking"), Some(JobResult::Done(1)));
}

mod a_failing_job_stops_no_other {
    use super::{Backend, Harness, MailSettings, SmtpSettings};

    fn with_broken_mail(backend: Backend) -> Harness {
        Harness::with(backend, |setup| {
            let (url, from) = ("no address of a relay".to_owned(), "Egard <a@egard.example>".to_owned());
            setup.settings.mail = MailSettings::Smtp(SmtpSettings { url, from });
        })
    }

    #[test]
    fn sqlite() {
        super::a_failing_job_stops_no_other(&with_broken_mail(Backend::Sqlite));
    }

    #[test]
    fn postgres() {
        super::a_failing_job_stops_no_other(&with_broken_mail(Backend::Postgres));
    }
}

both!(people_are_erased_on_the_printed_day_in_the_campaigns_zone, |h| {
    let client = h.sign_in(&h.user(Role::Recruiter));
    let campaign = h.campaign_with(|input| {
        input.decision_on = "2026-03-31".to_owned();
        input.time_zone = "America/Montreal".to_owned();
    });
    let finished = h.complete_attempt(&campaign, |_| 3);
    let waiting = h.invite(&campaign);
    h.run_jobs();
    let printed = client.see(&format!("/campaigns/{campaign}/settings"));
    printed.contains("vendredi 31\u{a0}mars\u{a0}2028");

    // 23:59 of the day before in Montréal, which has summer time then.
    h.clock.set(at("2028-03-31T03:59"));
    let before = run_due(&h.services).result("retention");
    h.clock.advance(Duration::minutes(1));
    let on_the_day = run_due(&h.services).result("retention");
    let afterwards = run_due(&h.services).result("retention");

    assert_eq!(before, Some(JobResult::Idle));
    assert_eq!(on_the_day, Some(JobResult::Done(2)));
    assert_eq!(afterwards, Some(JobResult::Idle));
    assert_eq!(
        h.database.number("SELECT COUNT(*) FROM invitations WHERE name IS NOT NULL OR email IS NOT NULL"),
        0
    );
    assert_eq!(h.database.count("response_events"), 0);
    assert_eq!(h.database.count("scores"), 0);
    assert_eq!(h.database.number("SELECT COUNT(*) FROM mails WHERE recipient IS NOT NULL OR body <> ''"), 0);
    assert_eq!(h.database.texts("SELECT DISTINCT cause FROM erasures"), ["retention"]);
    assert_eq!(h.database.texts("SELECT state FROM campaigns"), ["closed"]);
    let again = h.sign_in(&h.user(Role::Recruiter));
    again.see(&format!("/campaigns/{campaign}/invitations")).lacks(&waiting.name);
    again.see(&format!("/campaigns/{campaign}/settings")).contains("il ne reste aucune donnée de personne");
    drop(h.client().get(&finished.invited.path).expect(410));
});

both!(many_people_are_erased_in_batches, |h| {
    let campaign = h.campaign_with(|input| input.decision_on = "2026-03-31".to_owned());
    let list: String = (0..520).map(|n| format!("p{n}@exemple.example,Personne {n}\n")).collect();
    let language = domain::language::Language::Fr;
    h.services.invite_list(&h.owner(), &campaign, &list, language).unwrap();
    h.clock.set(at("2028-04-01T12:00"));

    let first = run_due(&h.services).result("retention");
    let second = run_due(&h.services).result("retention");

    assert_eq!(first, Some(JobResult::Done(500)));
    assert_eq!(second, Some(JobResult::Done(20)));
    assert_eq!(h.database.count("erasures"), 520);
});

both!(network_addresses_are_deleted_after_their_time, |h| {
    let user = h.user(Role::Owner);
    h.services.sign_in(&user.email, acceptance::fixtures::PASSWORD, Some("192.0.2.7".to_owned())).unwrap();
    let rows = h.database.count("audit_rows");
    assert_eq!(h.database.count("audit_addresses"), 1);

    h.clock.advance(Duration::days(30));
    let on_time = run_due(&h.services).result("addresses");
    h.clock.advance(Duration::seconds(1));
    let later = run_due(&h.services).result("addresses");

    assert_eq!(on_time, Some(JobResult::Idle));
    assert_eq!(later, Some(JobResult::Done(1)));
    assert_eq!(h.database.count("audit_addresses"), 0);
    assert_eq!(h.database.count("audit_rows"), rows + 1);
});

both!(after_a_compromise_every_open_link_is_another, |h| {
    let campaign = h.campaign();
    let (waiting, revoked) = (h.invite(&campaign), h.invite(&campaign));
    let under_way = h.start_attempt(&h.invite(&campaign));
    let closed = h.campaign();
    drop(h.invite(&closed));
    h.services.close_campaign(&h.owner(), &closed).unwrap();
    h.services.revoke_invitation(&h.owner(), &campaign, &revoked.id).unwrap();

    let renewed = h.services.renew_all_links().unwrap();

    assert_eq!((renewed.personal, renewed.open, renewed.colleagues), (2, 0, 0));
    drop(h.client().get(&waiting.path).expect(404));
    assert_ne!(h.sit(&under_way).get("/test").status(), 200);
    h.run_jobs();
    let link = h.services.shown_link(&h.owner(), &campaign, &waiting.id).unwrap().address.unwrap();
    drop(h.client().see(link.strip_prefix(&h.url("")).unwrap()));
    assert_eq!(h.database.number("SELECT COUNT(*) FROM audit_rows WHERE action = 'links_renewed'"), 1);
});

both!(dates_of_a_leap_year_are_kept, |h| {
    let campaign = h.campaign_with(|input| input.decision_on = "2028-02-29".to_owned());
    let client = h.sign_in(&h.user(Role::Recruiter));

    client.see(&format!("/campaigns/{campaign}/settings")).contains("28\u{a0}février\u{a0}2030");

    assert_eq!(NaiveDate::from_ymd_opt(2030, 2, 29), None);
});
