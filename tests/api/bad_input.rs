//! What no page of ours sends: each is refused with the right status and a page, and changes nothing.

use acceptance::both;
use acceptance::client::{Client, encode_form};
use acceptance::wire::Connection;
use domain::role::Role;

both!(a_write_from_another_origin_is_forbidden, |h| {
    let client = h.sign_in(&h.user(Role::Owner));
    let before = h.database.fingerprint(&[]);

    for origin in
        [Some("https://elsewhere.example"), Some("null"), Some("http://127.0.0.1:1"), Some(""), None]
    {
        let answer =
            client.request("POST", "/account/language").origin(origin).form(&[("language", "en")]).send();
        answer.expect(403).page().one("h1");
    }

    assert_eq!(h.database.fingerprint(&[]), before);
});

both!(without_an_origin_the_fetch_site_and_the_referer_decide, |h| {
    let client = h.sign_in(&h.user(Role::Owner));
    let post = |name: &str, value: &str| {
        let request = client.request("POST", "/account/language").origin(None);
        request.header(name, value).form(&[("language", "en")]).send().status()
    };

    assert_eq!(post("sec-fetch-site", "same-origin"), 303);
    assert_eq!(post("sec-fetch-site", "cross-site"), 403);
    assert_eq!(post("referer", &h.url("/account")), 303);
    assert_eq!(post("referer", "https://elsewhere.example/account"), 403);
});

both!(an_oversized_form_is_too_large, |h| {
    let client = h.client();
    let name = "a".repeat(300 * 1024);

    let answer = client.post("/lost-link", &[("email", &name)]);

    answer.expect(413).page().one("h1");
});

both!(a_body_of_another_type_is_a_bad_request, |h| {
    let client = h.client();
    for kind in ["", "text/plain", "application/json", "application/octet-stream", "multipart/form-data"] {
        let answer = client.request("POST", "/lost-link").body(kind, b"email=a%40b.example".to_vec()).send();

        answer.expect(400).page().one("h1");
    }
});

both!(bodies_that_cannot_be_read_are_bad_requests, |h| {
    let client = h.client();
    for body in [b"email".as_slice(), b"", b"\xff\xfe\x00", b"=&=&=", b"email=a&email=b"] {
        let request = client.request("POST", "/lost-link");
        let status = request.body("application/x-www-form-urlencoded", body.to_vec()).send().status();

        assert!((400..500).contains(&status) || status == 303, "{body:?}: {status}");
    }
});

both!(null_bytes_and_odd_characters_are_told_and_kept_out, |h| {
    let client = h.sign_in(&h.user(Role::Owner));
    let campaign = h.campaign();
    for name in ["a\0b", "\u{202e}evil", "x\r\nbcc: y@z.example", &"é".repeat(5_000)] {
        let fields = [("name", name), ("email", "odd@candidature.example"), ("language", "fr")];
        let answer = client.post(&format!("/campaigns/{campaign}/invitations/one"), &fields);

        assert!(matches!(answer.status(), 303 | 422), "{name:?}: {}", answer.describe());
        assert_eq!(h.database.count("invitations WHERE name LIKE '%bcc:%' AND name LIKE '%y@z%'"), 0);
        h.database.execute("DELETE FROM mails; DELETE FROM invitations");
    }
});

both!(odd_paths_are_not_found_with_a_page, |h| {
    let client = h.client();
    let long = format!("/c/{}", "a".repeat(4_000));
    for path in [
        "/nowhere",
        "/c/",
        "/c/%00",
        "/c/%ff%fe",
        "/test/99999",
        "/test/-1",
        "/campaigns/..%2f..%2fetc",
        &long,
    ] {
        let status = client.get(path).status();

        assert!(matches!(status, 303 | 400 | 401 | 404), "{path:.60}: {status}");
    }
});

both!(unknown_methods_are_refused, |h| {
    let client = h.client();
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
        let answer = client.request(method, "/login").send();

        assert!(matches!(answer.status(), 404 | 405), "{method}: {}", answer.describe());
    }
});

both!(no_request_ends_the_server, |h| {
    let enormous = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(300_000));
    let headers = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-a: b\r\n".repeat(500));
    let bytes: [&[u8]; 7] = [
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\nzz\r\n",
        b"GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n",
        enormous.as_bytes(),
        headers.as_bytes(),
    ];
    for request in bytes {
        let mut connection = Connection::open(h.address()).unwrap();
        // The server may answer, or close while it is still being talked to.
        let sent = connection.send(request);
        if sent.is_ok()
            && let Ok(reply) = connection.receive(false)
        {
            assert!(
                (400..500).contains(&reply.status),
                "{}: {:.60}",
                reply.status,
                String::from_utf8_lossy(request)
            );
        }
    }

    drop(h.client().get("/health/live").expect(200));
});

both!(cookies_that_are_none_of_ours_are_no_error, |h| {
    for value in ["", "x", "....", "k1.x.y.z", "é", &"A".repeat(3_000)] {
        let client: Client = h.client();
        client.set_cookie("egard_session", value);
        client.set_cookie("egard_attempt", value);
        client.set_cookie("egard_lang", value);
        client.set_cookie("egard_theme", value);

        drop(client.get("/").expect(200));
        drop(client.get("/test").expect(401));
        assert_eq!(client.get("/campaigns").status(), 303);
    }
});

both!(fields_sent_twice_and_fields_unknown_do_no_harm, |h| {
    let client = h.sign_in(&h.user(Role::Owner));
    let body = encode_form(&[("language", "en"), ("language", "fr"), ("role", "owner")]);

    let request = client.request("POST", "/account/language");
    let status = request.body("application/x-www-form-urlencoded", body.into_bytes()).send().status();

    assert!(matches!(status, 303 | 400), "{status}");
});
