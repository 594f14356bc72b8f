//! Pictures, recordings and films of packs: who may read them, how they are answered, and how pages show them.

use acceptance::client::Client;
use acceptance::fixtures::{self, Attempt};
use acceptance::media::{self, CAPTIONS, HEARD, PACK, PICTURE, pack_with_media, recording};
use acceptance::response::{Page, Response};
use acceptance::{Harness, both};
use domain::ids::CampaignId;
use domain::role::Role;
use services::error::ServiceError;

/// A campaign on the pack with media, and somebody at the beginning of its test.
fn at_the_practice(h: &Harness) -> (CampaignId, Attempt, Client) {
    media::import(h, None);
    let campaign = media::campaign(h);
    let attempt = h.start_attempt(&h.invite(&campaign));
    let client = h.sit(&attempt);
    (campaign, attempt, client)
}

/// The same, with every scenario seen, and the page of the scenario at a place.
fn at(h: &Harness, place: &str) -> (CampaignId, Attempt, Client, Page) {
    let (campaign, attempt, client) = at_the_practice(h);
    fixtures::see_all(&h.services, h.writer(), &attempt);
    let page = client.see(&format!("/test/{place}")).page();
    (campaign, attempt, client, page)
}

/// The address of the recording, as somebody who has come to it reads it.
fn recorded(h: &Harness) -> (CampaignId, Attempt, Client, String) {
    let (campaign, attempt, client, page) = at(h, "2");
    (campaign, attempt, client, page.attribute("audio", "src"))
}

fn ask(client: &Client, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = client.request("GET", path);
    headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
}

both!(a_picture_is_shown_with_its_words_and_its_size, |h| {
    let (_, _, client) = at_the_practice(h);

    let answer = client.see("/test/practice");
    let page = answer.page();

    assert!(answer.header("content-security-policy").unwrap().contains("media-src 'self'"));
    assert_eq!(page.attribute("figure.media img", "alt"), "Une étiquette déchirée.");
    assert_eq!((page.attribute("img", "width"), page.attribute("img", "height")), ("8".into(), "6".into()));
    assert_eq!(client.see("/test/practice?lang=en").page().attribute("img", "alt"), "A torn label.");
    let picture = client.see(&page.attribute("figure.media img", "src"));
    assert_eq!(picture.reply.body, PICTURE);
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert_eq!(picture.header("accept-ranges"), Some("bytes"));
    assert_eq!(picture.header("cache-control"), Some("private, max-age=86400, immutable"));
    assert_eq!(picture.header("content-length"), Some("74"));
    assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
});

both!(a_film_has_captions_and_a_transcript_and_never_begins_by_itself, |h| {
    let (_, _, client, page) = at(h, "1");

    let video = page.one("figure.media video").value();
    assert!(video.attr("autoplay").is_none() && video.attr("controls").is_some());
    assert!(video.attr("playsinline").is_some());
    assert_eq!(video.attr("preload"), Some("none"));
    let track = page.one("video track[kind=captions]").value();
    assert_eq!((track.attr("srclang"), track.attr("label")), (Some("fr"), Some("Sous-titres")));
    assert!(track.attr("default").is_some());
    assert!(page.text("figure.media details").contains("Une femme pose un carton"));
    let captions = client.see(track.attr("src").unwrap());
    assert_eq!(captions.text(), CAPTIONS);
    assert_eq!(captions.header("content-type"), Some("text/vtt; charset=utf-8"));
    assert_eq!(client.see(video.attr("src").unwrap()).header("content-type"), Some("video/mp4"));

    let english = client.see("/test/1?lang=en").page();
    assert_eq!(english.attribute("track", "srclang"), "en");
    assert!(english.text("figure.media details").contains("A woman puts a box"));
    client.see(&english.attribute("track", "src")).contains("me again");
});

both!(one_range_of_a_recording_is_answered, |h| {
    let (_, _, client, path) = recorded(h);
    let whole = recording();
    let size = whole.len();

    let range = |range: &str| {
        let answer = ask(&client, &path, &[("range", range), ("accept-encoding", "gzip")]).expect(206);
        assert_eq!(answer.header("content-type"), Some("audio/wav"));
        assert_eq!(answer.header("content-length"), Some(answer.reply.body.len().to_string().as_str()));
        (answer.header("content-range").unwrap().to_owned(), answer.reply.body)
    };

    assert_eq!(range("bytes=0-0"), (format!("bytes 0-0/{size}"), whole[..1].to_vec()));
    assert_eq!(range("bytes=100-299"), (format!("bytes 100-299/{size}"), whole[100..300].to_vec()));
    assert_eq!(range("bytes=800-"), (format!("bytes 800-{}/{size}", size - 1), whole[800..].to_vec()));
    assert_eq!(
        range("bytes=-7"),
        (format!("bytes {}-{}/{size}", size - 7, size - 1), whole[size - 7..].to_vec())
    );
    assert_eq!(range("bytes=0-99999"), (format!("bytes 0-{}/{size}", size - 1), whole.clone()));
});

both!(ranges_that_cannot_be_answered_say_so, |h| {
    let (_, _, client, path) = recorded(h);
    let whole = recording();

    let after = ask(&client, &path, &[("range", &format!("bytes={}-", whole.len()))]).expect(416);
    assert_eq!(after.header("content-range"), Some(format!("bytes */{}", whole.len()).as_str()));
    drop(ask(&client, &path, &[("range", "bytes=-0")]).expect(416));
    for range in ["bytes=0-1,4-5", "bytes=5-2", "lines=1-2", "bytes=x-"] {
        let answer = ask(&client, &path, &[("range", range)]).expect(200);
        assert!(answer.reply.body == whole && answer.header("content-range").is_none(), "{range}");
    }
});

both!(a_part_counts_only_of_the_file_that_the_browser_holds, |h| {
    let (_, _, client, path) = recorded(h);
    let whole = recording();
    let etag = client.see(&path).header("etag").unwrap().to_owned();

    let same = ask(&client, &path, &[("range", "bytes=0-9"), ("if-range", &etag)]);
    let other = ask(&client, &path, &[("range", "bytes=0-9"), ("if-range", "\"0000\"")]);
    let dated = ask(&client, &path, &[("range", "bytes=0-9"), ("if-range", "Sat, 21 Nov 2026 10:00:00 GMT")]);
    let held = ask(&client, &path, &[("if-none-match", &etag)]);
    let head = client.request("HEAD", &path).send().expect(200);

    assert_eq!(same.expect(206).reply.body, whole[..10]);
    assert_eq!(other.expect(200).reply.body, whole);
    assert_eq!(dated.expect(200).reply.body, whole);
    assert_eq!(held.expect(304).reply.body, b"");
    assert_eq!(head.header("content-length"), Some(whole.len().to_string().as_str()));
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    assert_eq!(head.header("etag"), Some(etag.as_str()));
    assert_eq!(head.reply.body, b"");
});

both!(nobody_reads_media_of_a_scenario_that_they_may_not_see, |h| {
    let (campaign, attempt, client, path) = recorded(h);
    let address = path.strip_prefix("/test/media/").unwrap().to_owned();

    // Of the same campaign, at the practice still; of another campaign; nobody at all.
    let early = h.sit(&h.start_attempt(&h.invite(&campaign)));
    early.get(&path).expect(404);
    let elsewhere = h.campaign_with(|input| input.pack = "relation-client".to_owned());
    let foreign = h.start_attempt(&h.invite(&elsewhere));
    fixtures::see_all(&h.services, h.writer(), &foreign);
    h.sit(&foreign).get(&path).expect(404);
    h.client().get(&path).expect(401);
    ask(&h.client(), &path, &[("range", "bytes=0-0")]).expect(401);
    client.get(&format!("/test/media/{}", "0".repeat(64))).expect(404);
    client.get(&format!("/test/media/{}", address.to_uppercase())).expect(404);
    client.get(&format!("/test/media/{address}/..")).expect(404);
    // Only the practice may be tried by anyone.
    h.client().get(&format!("/try/media/{address}")).expect(404);

    // Reviewers of the organisation, by the campaign whose form has it.
    let of_campaign = |campaign: &CampaignId| format!("/campaigns/{campaign}/media/{address}");
    let recruiter = h.sign_in(&h.user(Role::Recruiter));
    assert_eq!(recruiter.see(&of_campaign(&campaign)).reply.body, recording());
    assert_eq!(
        ask(&recruiter, &of_campaign(&campaign), &[("range", "bytes=4-5")]).expect(206).reply.body.len(),
        2
    );
    recruiter.get(&of_campaign(&elsewhere)).expect(404);
    for user in [h.user_of(&h.organisation(), Role::Owner), h.user(Role::Author), h.user(Role::Auditor)] {
        h.sign_in(&user).get(&of_campaign(&campaign)).expect(404);
    }
    assert_eq!(h.client().get(&of_campaign(&campaign)).status(), 303);

    // The test is over.
    drop(client.see(&path));
    fixtures::finish(&h.services, &attempt);
    client.get(&path).expect(404);
});

both!(another_organisation_reads_nothing_of_a_private_pack, |h| {
    let home = h.home();
    media::import(h, Some(&home));
    let campaign = media::campaign(h);
    let attempt = h.start_attempt(&h.invite(&campaign));
    let path = h.sit(&attempt).see("/test/practice").page().attribute("img", "src");
    let address = path.rsplit('/').next().unwrap();
    let stranger = h.user_of(&h.organisation(), Role::Owner);
    let theirs = fixtures::campaign(&h.services, &h.staff(&stranger), |_| {});
    let their_attempt =
        fixtures::start(&h.services, &fixtures::invite(&h.services, &h.staff(&stranger), &theirs));

    h.sit(&their_attempt).get(&path).expect(404);
    h.sign_in(&stranger).get(&format!("/campaigns/{theirs}/media/{address}")).expect(404);
    h.sign_in(&stranger).get(&format!("/campaigns/{campaign}/media/{address}")).expect(404);
    h.client().get(&format!("/try/media/{address}")).expect(404);
    drop(h.sit(&attempt).see(&path));
});

both!(the_report_shows_what_the_candidate_saw, |h| {
    let (_, attempt, _, _) = at(h, "2");
    fixtures::finish(&h.services, &attempt);
    let client = h.sign_in(&h.user(Role::Recruiter));

    let page = client.see(&format!("/candidates/{}", attempt.public_id)).page();

    assert!(page.text("details.answer figure.media:has(audio)").contains(HEARD));
    assert_eq!(client.see(&page.attribute("figure.media audio", "src")).reply.body, recording());
    assert!(page.has("details.answer video track"));
});

both!(whoever_tries_a_scenario_sees_its_picture, |h| {
    media::import(h, None);
    h.database
        .execute(&format!("UPDATE packs SET imported_at = '2027-01-01 00:00:00' WHERE pack_id = '{PACK}'"));

    let page = h.client().see("/try").page();

    assert_eq!(h.client().see(&page.attribute("figure.media img", "src")).reply.body, PICTURE);
});

both!(media_are_stored_with_their_pack_once_and_for_good, |h| {
    media::import(h, None);
    media::import(h, None);

    let rows = h
        .database
        .texts("SELECT media_type || ' ' || size_bytes FROM pack_media ORDER BY media_type, size_bytes");
    let film = "\0\0\0\x18ftypisom\0\0\0\0isommp42".len();
    assert_eq!(rows.len(), 5);
    assert!(rows.contains(&format!("image/png {}", PICTURE.len())), "{rows:?}");
    assert!(rows.contains(&format!("video/mp4 {film}")), "{rows:?}");
    let mut other = PICTURE.to_vec();
    other.push(0);
    let refused = h.services.import_pack(None, &pack_with_media(&other));
    assert!(matches!(refused, Err(ServiceError::Conflict("pack_version_taken"))), "{refused:?}");
    assert_eq!(h.database.count("pack_media"), 5);
});
