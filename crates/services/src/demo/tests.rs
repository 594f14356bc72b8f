//! Simulated people take the test of every format over a database of their own, and their report opens.

use super::*;
use crate::report::scenarios::ReportAnswer;
use crate::testing::TestServices;
use domain::ids::PublicId;
use domain::item::ItemFormat;
use store::repo::{attempts, pool_consents};

#[test]
fn simulated_people_answer_every_format_and_their_reports_open() {
    let test = TestServices::new();
    let (viewer, opened_at) = test.services.demo_staff().unwrap();
    let began = opened_at - HISTORY;
    let clock = Arc::new(HandClock::at(began));
    let past = test.services.with_clock(clock.clone());
    let [_, _, every_format, _] = CAMPAIGNS;
    let planned = Planned { people: 6, ..every_format };
    let campaign = past.demo_campaign(&viewer, &planned, opened_at).unwrap();
    let visits = past.demo_people(&viewer, &campaign, &planned, 2, began).unwrap();

    for visit in &visits {
        past.simulate(visit, &clock).unwrap();
    }

    let finished: Vec<PublicId> = visits
        .iter()
        .filter_map(|visit| {
            test.services
                .read(|conn| {
                    let person = invitations::find_by_email(conn, campaign.as_str(), &visit.email)?.unwrap();
                    Ok(attempts::find_by_invitation(conn, &person.id)?)
                })
                .unwrap()
        })
        .filter(|attempt| attempt.finished_at.is_some())
        .map(|attempt| PublicId::parse(&attempt.public_id).unwrap())
        .collect();
    assert!(finished.len() >= 3, "{}", finished.len());
    let reports: Vec<_> =
        finished.iter().map(|who| test.services.open_report(&viewer, who, Language::Fr).unwrap()).collect();
    for format in ItemFormat::ALL {
        let mut of_format =
            reports.iter().flat_map(|report| &report.scenarios).filter(|scenario| scenario.format == format);
        assert!(of_format.any(|scenario| is_answered(&scenario.answer)), "{}", format.tag());
    }
    let organisation = viewer.organisation.as_str();
    // The pool shows whom a ranking has shown.
    drop(crate::jobs::run_due(&test.services));
    let pooled = test.services.read(|conn| Ok(pool_consents::campaigns(conn, organisation, 10)?)).unwrap();
    assert_eq!(pooled.len(), 1, "some of them agree to be seen beside people of other campaigns");
    assert!(reports.iter().all(|report| report.score.is_some_and(|score| score.score > 0.0)));
}

fn is_answered(answer: &ReportAnswer) -> bool {
    match answer {
        ReportAnswer::Actions(actions) => actions.iter().any(|action| action.answer.is_some()),
        ReportAnswer::Dialogue(dialogue) => dialogue.has_ended,
        ReportAnswer::Open { text, .. } => text.is_some(),
    }
}

#[test]
fn a_link_to_the_test_of_every_format_is_given_once_and_again() {
    let test = TestServices::new();
    let (viewer, opened_at) = test.services.demo_staff().unwrap();
    let open = CAMPAIGNS.iter().filter(|planned| planned.closed_for.is_none());
    let made: Vec<CampaignId> =
        open.map(|planned| test.services.demo_campaign(&viewer, planned, opened_at).unwrap()).collect();

    let links = test.services.demo_links(&viewer, &made[0], &made[2]).unwrap();
    let again = test.services.demo_links(&viewer, &made[0], &made[2]).unwrap();

    assert_eq!(links.every_format, again.every_format);
    let token = links.every_format.rsplit('/').next().unwrap();
    let LinkPage::Notice(notice) = test.services.link_page(token, None).unwrap() else { panic!("no notice") };
    assert_eq!(notice.loaded.form.id.as_str(), "every-format");
}

#[test]
fn a_closed_campaign_shows_tables_of_invented_groups() {
    let test = TestServices::new();
    let (viewer, opened_at) = test.services.demo_staff().unwrap();
    let began = opened_at - HISTORY;
    let clock = Arc::new(HandClock::at(began));
    let past = test.services.with_clock(clock.clone());
    let [_, _, _, closed] = CAMPAIGNS;
    let planned = Planned { people: 60, ..closed };
    let campaign = past.demo_campaign(&viewer, &planned, opened_at).unwrap();
    for visit in past.demo_people(&viewer, &campaign, &planned, 3, began).unwrap() {
        past.simulate(&visit, &clock).unwrap();
    }
    expire_attempts(&test.services, MOST_STOPPED).unwrap();
    ranking_versions::ranking_job(&test.services).unwrap();

    test.services.publish_if_ready(&viewer, &campaign).unwrap();
    test.services.publish_if_ready(&viewer, &campaign).unwrap();

    let monitor = test.services.fairness_monitor(&viewer, &campaign).unwrap();
    let [edition] = monitor.editions.as_slice() else { panic!("{} editions", monitor.editions.len()) };
    assert!(edition.content.is_demo && !edition.content.has_selection);
    assert!(edition.content.people > 40);
    assert!(
        edition.tables[0].scoring.is_some() && edition.tables.iter().all(|table| table.selection.is_none())
    );
    let across = test.services.fairness_across(&viewer).unwrap();
    assert!(across.is_demo && across.tables[0].rates.scoring.is_some());
}
