use acceptance::both;

both!(the_home_page_is_there, |h| {
    let answer = h.client().get("/").expect(200);

    assert_eq!(answer.page().text("h1"), "Egard");
});
