use acceptance::both;
use domain::role::Role;

both!(the_home_page_is_there, |h| {
    let answer = h.client().get("/").expect(200);

    assert_eq!(answer.page().text("h1"), "Egard");
});

both!(fixtures_can_be_made, |h| {
    let user = h.user(Role::Owner);
    let client = h.sign_in(&user);

    assert!(client.cookie("egard_session").is_some());
});
