//! The table of every route and server function, and what each answers.

use egard_app::routes::RouteEntry;

/// One line of the table of expectations.
pub(super) struct Line {
    /// Method and path as in the route table.
    pub(super) call: &'static str,
    /// What somebody who may call it is answered.
    pub(super) status: u16,
    /// The form of a POST; `{name}` stands for a value of the world.
    pub(super) form: &'static [(&'static str, &'static str)],
    /// Whether the form may hold files.
    pub(super) is_multipart: bool,
}

const fn line(call: &'static str, status: u16) -> Line {
    Line { call, status, form: &[], is_multipart: false }
}

const fn form(call: &'static str, status: u16, form: &'static [(&'static str, &'static str)]) -> Line {
    Line { call, status, form, is_multipart: false }
}

const fn upload(call: &'static str, status: u16, form: &'static [(&'static str, &'static str)]) -> Line {
    Line { call, status, form, is_multipart: true }
}

const STEP: [(&str, &str); 3] = [("attempt", "{attempt}"), ("epoch", "1"), ("language", "fr")];

/// Every route there is, and what it answers to somebody who may.
pub(super) const LINES: &[Line] = &[
    line("GET /", 200),
    line("GET /accessibility", 200),
    line("GET /legal", 200),
    line("GET /privacy", 200),
    line("GET /try", 200),
    form("POST /try", 200, &[]),
    // The shipped pack has no media: files that are there have tests of their own.
    line("GET /try/media/{sha256:[0-9a-f]{64}}", 404),
    line("GET /test/media/{sha256:[0-9a-f]{64}}", 404),
    line("GET /campaigns/{campaign}/media/{sha256:[0-9a-f]{64}}", 404),
    line("GET /robots.txt", 200),
    line("GET /lost-link", 200),
    form("POST /lost-link", 303, &[("email", "nobody@candidature.example")]),
    line("GET /receipt", 200),
    form("POST /receipt", 200, &[("code", "0000-0000")]),
    line("GET /erased", 200),
    line("GET /login", 200),
    form(
        "POST /login",
        422,
        &[("email", "nobody@quillaja.example"), ("password", "wrong-and-long-1"), ("next", "")],
    ),
    // Candidates, by their links.
    line("GET /c/{token}", 200),
    form("POST /c/{token}/start", 303, &[("version", "{notice}"), ("language", "fr"), ("read", "yes")]),
    line("POST /c/{token}/continue", 303),
    line("POST /c/{token}/data", 303),
    line("GET /o/{token}", 200),
    form("POST /o/{token}", 200, &[("name", "Ulrique Neuve"), ("email", "u.neuve@candidature.example")]),
    line("GET /join/{token}", 200),
    form(
        "POST /join/{token}",
        303,
        &[
            ("name", "Ulrique Neuve"),
            ("password", "zinnia-quartz-8-paddock"),
            ("again", "zinnia-quartz-8-paddock"),
        ],
    ),
    // Candidates, by the cookie of their attempt.
    line("GET /test", 303),
    form(
        "POST /test/continue",
        303,
        &[("attempt", "{attempt}"), ("place", "1"), ("language", "fr"), ("keep", "stored")],
    ),
    line("GET /test/practice", 200),
    form("POST /test/practice", 303, &[STEP[0], STEP[1], STEP[2], ("go", "next")]),
    line("GET /test/pause", 200),
    form("POST /test/pause", 303, &[STEP[0], STEP[1], STEP[2], ("go", "pause")]),
    line("GET /test/review", 303),
    form("POST /test/finish", 303, &[STEP[0], STEP[1], STEP[2], ("confirmed", "yes")]),
    line("GET /test/done", 303),
    form("POST /test/satisfaction", 303, &[("value", "3")]),
    line("GET /test/about-you", 303),
    form("POST /test/about-you", 303, &[("sex", "female")]),
    form("POST /test/pool", 303, &[("go", "agree")]),
    line("GET /test/data", 200),
    line("GET /test/data/download", 200),
    line("GET /test/data/erase", 200),
    form("POST /test/data/erase", 303, &[("confirmed", "yes")]),
    form("POST /test/data/review", 409, &[("request", "")]),
    line("GET /test/{n:[0-9]{1,4}}", 303),
    form("POST /test/{n:[0-9]{1,4}}", 303, &[STEP[0], STEP[1], STEP[2], ("go", "save")]),
    // Signed-in people.
    line("POST /logout", 303),
    line("GET /account", 200),
    form("POST /account/language", 303, &[("language", "en")]),
    form(
        "POST /account/password",
        303,
        &[
            ("current", "zinnia-quartz-8-paddock"),
            ("new", "other-quartz-9-paddock"),
            ("again", "other-quartz-9-paddock"),
        ],
    ),
    line("POST /account/sessions/end-all", 303),
    line("POST /account/sessions/{session}/end", 303),
    line("GET /people", 200),
    form(
        "POST /people/invite",
        303,
        &[("email", "new.colleague@quillaja.example"), ("role", "rater"), ("language", "fr")],
    ),
    line("POST /people/invitations/{invitation}/revoke", 303),
    form("POST /people/{user}/role", 303, &[("role", "auditor")]),
    line("GET /people/{user}/remove", 200),
    line("POST /people/{user}/remove", 303),
    line("GET /audit", 200),
    line("POST /audit/verify", 200),
    line("GET /packs", 200),
    line("GET /campaigns", 200),
    line("GET /campaigns/new", 200),
    form("POST /campaigns/new", 422, &[("title", "")]),
    line("GET /campaigns/{campaign}", 200),
    line("GET /campaigns/{campaign}/settings", 200),
    line("GET /campaigns/{campaign}/edit", 200),
    form("POST /campaigns/{campaign}/edit", 422, &[("title", "")]),
    form("POST /campaigns/{campaign}/open-link", 303, &[("change", "off")]),
    line("GET /campaigns/{campaign}/close", 200),
    line("POST /campaigns/{campaign}/close", 303),
    line("GET /campaigns/{campaign}/invitations", 200),
    form(
        "POST /campaigns/{campaign}/invitations/search",
        200,
        &[("q", "Fuxia"), ("show", ""), ("after", "")],
    ),
    line("GET /campaigns/{campaign}/invitations/new", 200),
    form(
        "POST /campaigns/{campaign}/invitations/one",
        303,
        &[("name", "Ulrique Neuve"), ("email", "u.neuve@candidature.example"), ("language", "fr")],
    ),
    upload(
        "POST /campaigns/{campaign}/invitations/check",
        200,
        &[("list", "u.neuve@candidature.example;Ulrique Neuve"), ("language", "fr")],
    ),
    upload(
        "POST /campaigns/{campaign}/invitations/import",
        303,
        &[("list", "u.neuve@candidature.example;Ulrique Neuve"), ("language", "fr")],
    ),
    line("GET /campaigns/{campaign}/invitations/{invitation}/link", 200),
    line("POST /campaigns/{campaign}/invitations/{invitation}/resend", 303),
    line("POST /campaigns/{campaign}/invitations/{invitation}/renew", 303),
    line("POST /campaigns/{campaign}/invitations/{invitation}/revoke", 303),
    line("GET /fairness", 200),
    line("GET /campaigns/{campaign}/fairness", 200),
    line("GET /campaigns/{campaign}/fairness/ll144.csv", 404),
    form("POST /campaigns/{campaign}/fairness/publish", 409, &[("confirmed", "yes")]),
    line("GET /campaigns/{campaign}/fairness/form", 200),
    form("POST /campaigns/{campaign}/fairness/form", 303, &[("country", "us"), ("form", "full")]),
    line("GET /campaigns/{campaign}/export", 200),
    line("GET /campaigns/{campaign}/preregistrations/{hash}", 200),
    line("GET /campaigns/{campaign}/compare", 422),
    line("GET /campaigns/{campaign}/overview", 200),
    form("POST /campaigns/{campaign}/find", 422, &[("tree", "Camille")]),
    form("POST /campaigns/{campaign}/compare", 422, &[("name", "Camille")]),
    form("POST /campaigns/{campaign}/views", 422, &[("name", "")]),
    line("POST /views/{view}/delete", 303),
    line("GET /campaigns/{campaign}/manual", 200),
    line("GET /campaigns/{campaign}/weights", 200),
    form("POST /campaigns/{campaign}/weights", 409, &[("go", "shares")]),
    line("GET /campaigns/{campaign}/manual.pdf", 200),
    line("GET /campaigns/{campaign}/compare.pdf", 422),
    line("GET /candidates/{candidate}/report.pdf", 200),
    line("GET /campaigns/{campaign}/scoring", 200),
    line("POST /campaigns/{campaign}/snapshots", 303),
    form("POST /campaigns/{campaign}/rescore", 409, &[("key", "{key}")]),
    line("GET /candidates/{candidate}", 200),
    form(
        "POST /candidates/{candidate}/decision",
        303,
        &[("code", "hold"), ("reason", "À revoir avec la responsable du service."), ("version", "1")],
    ),
    form(
        "POST /candidates/{candidate}/rating",
        409,
        &[("rating", "3"), ("own_reason", "Vérifie le besoin.")],
    ),
    line("POST /candidates/{candidate}/unblind", 303),
    line("GET /candidates/{candidate}/shares", 200),
    form("POST /candidates/{candidate}/shares", 303, &[("days", "7")]),
    line("POST /candidates/{candidate}/shares/{share}/revoke", 303),
    line("GET /s/{token}", 200),
    form(
        "POST /candidates/{candidate}/notes",
        303,
        &[("note", "Parle néerlandais et polonais."), ("mention", "{reviewer}")],
    ),
    line("POST /candidates/{candidate}/notes/{note}/delete", 303),
    form("POST /candidates/{candidate}/tags", 303, &[("new_tag", "Temps partiel")]),
    form("POST /candidates/{candidate}/assign", 303, &[("user", "{reviewer}")]),
    line("GET /campaigns/{campaign}/decisions", 200),
    form("POST /campaigns/{campaign}/rating-first", 303, &[("on", "yes")]),
    form("POST /campaigns/{campaign}/two-reviewers", 303, &[("confirmed", "yes")]),
    line("GET /campaigns/{campaign}/stages", 200),
    form(
        "POST /campaigns/{campaign}/stages",
        303,
        &[("name_fr", "Appel"), ("name_en", "Call"), ("code", "interview")],
    ),
    line("GET /campaigns/{campaign}/mails", 200),
    line("GET /campaigns/{campaign}/mails/{kind}", 200),
    form(
        "POST /campaigns/{campaign}/mails/{kind}/words",
        422,
        &[("subject_fr", "Merci"), ("body_fr", "Merci d’avoir répondu."), ("subject_en", "Thanks")],
    ),
    form("POST /campaigns/{campaign}/mails/{kind}/preview", 200, &[("decision", "open")]),
    form(
        "POST /campaigns/{campaign}/mails/{kind}/send",
        422,
        &[("decision", "open"), ("batch", "0190a0a0-0000-7000-8000-000000000001"), ("number", "9")],
    ),
    line("GET /evidence", 200),
    line("GET /norms/{norm}", 200),
    line("POST /norms/{norm}/retire", 303),
    line("GET /campaigns/{campaign}/norms/new", 200),
    form("POST /campaigns/{campaign}/norms/new", 422, &[("name_fr", "Tout le monde")]),
    form("POST /campaigns/{campaign}/norm", 303, &[("norm", "{norm}")]),
    line("GET /campaigns/{campaign}/validity", 200),
    line("GET /campaigns/{campaign}/outcomes", 200),
    upload("POST /campaigns/{campaign}/outcomes/check", 422, &[("list", "nothing")]),
    upload("POST /campaigns/{campaign}/outcomes/import", 422, &[("list", "nothing")]),
    line("POST /campaigns/{campaign}/outcomes/{import}/delete", 303),
    line("GET /pool", 200),
    line("GET /for-me", 200),
    line("GET /reviews", 200),
    line("GET /reviews/{review}", 200),
    line("POST /reviews/{review}/take", 303),
    form(
        "POST /reviews/{review}/answer",
        422,
        &[("outcome", "upheld"), ("words", "Vos réponses ont été relues une à une.")],
    ),
];

/// Server functions by the name in their path, and what each answers without a cookie and with one.
pub(super) const FUNCTIONS: &[(&str, &str, u16, u16)] = &[("POST", "/api/ui/save_answer", 401, 400)];

pub(super) fn call_of(entry: &RouteEntry) -> String {
    format!("{} {}", entry.method, entry.path)
}

pub(super) fn expected(entry: &RouteEntry) -> Option<&'static Line> {
    let call = call_of(entry);
    LINES.iter().find(|line| line.call == call)
}
