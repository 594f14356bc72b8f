//! The pages for everyone: there in both languages, without dead links, honest where the operator has written nothing.

use acceptance::both;

const PAGES: [&str; 5] = ["/", "/accessibility", "/legal", "/privacy", "/try"];

both!(every_public_page_is_there_in_both_languages, |h| {
    for path in PAGES {
        for language in ["fr", "en"] {
            let page = h.client().see(&format!("{path}?lang={language}")).page();

            assert_eq!(page.attribute("html", "lang"), language);
            assert_eq!(page.all("h1").len(), 1, "{path}");
            let title = page.text("title");
            assert!(title.ends_with("– Egard"), "{path}: {title:?}");
        }
    }
});

both!(no_link_of_a_public_page_is_dead, |h| {
    for path in PAGES {
        let page = h.client().see(path).page();
        for link in page.attributes("a", "href") {
            if let Some(id) = link.strip_prefix('#') {
                assert!(page.has(&format!("[id='{id}']")), "{path} → {link}");
            } else if link.starts_with('/') {
                drop(h.client().see(&link));
            }
        }
    }
});

both!(fields_that_nobody_filled_in_say_so, |h| {
    for path in PAGES.into_iter().filter(|path| *path != "/try") {
        h.client().see(path).contains("à compléter par la personne qui tient cette instance");
    }
});

both!(retention_is_printed_as_it_is_set, |h| {
    let page = h.client().see("/privacy");

    page.contains("24 mois");
    page.contains("30 jours");
});

both!(anyone_may_try_a_scenario_and_nothing_is_kept, |h| {
    let client = h.client();
    let before = h.database.fingerprint(&[]);
    client.see("/").contains("Essayer une situation");
    let page = client.see("/try").page();
    let names = page.attributes("main input[type=radio]", "name");
    let form = page.form("main form").set(&names[0], "4");

    let explained = client.submit("/try", &form);

    assert_eq!(explained.status(), 200);
    assert!(explained.page().all("main section.note").len() >= 4);
    explained.contains("sans réponse");
    drop(client.post("/try", &[("v999", "1")]).expect(400));
    drop(client.post("/try", &[(&names[0], "5")]).expect(400));
    assert_eq!(h.database.fingerprint(&[]), before);
});

both!(a_private_pack_is_not_tried, |h| {
    let mut private = acceptance::fixtures::shipped_pack();
    private.pack.is_public = false;
    private.pack.version = "7.0.0".to_owned();
    h.services.import_pack(None, &private).unwrap();

    let tried = h.services.form_to_try().unwrap().unwrap();

    assert!(tried.pack.is_public);
    assert_ne!(tried.pack.version, "7.0.0");
});
