//! The pages for everyone: there in both languages, without dead links, honest where the operator has written nothing.

use acceptance::both;

const PAGES: [&str; 4] = ["/", "/accessibility", "/legal", "/privacy"];

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
    for path in PAGES {
        h.client().see(path).contains("à compléter par la personne qui tient cette instance");
    }
});

both!(retention_is_printed_as_it_is_set, |h| {
    let page = h.client().see("/privacy");

    page.contains("24 mois");
    page.contains("30 jours");
});
