//! Every page in a browser.

use acceptance::Harness;
use acceptance::browser::{Browser, Viewer};
use acceptance::database::Backend;

#[test]
fn the_home_page_opens_without_scripts() {
    let h = Harness::start(Backend::Sqlite);
    let browser = Browser::start(Viewer { scripts: false, ..Viewer::PHONE });

    browser.open(&h.url("/"));

    assert_eq!(browser.text("h1"), "Egard");
    browser.keep_picture("try");
    assert_eq!(browser.overflow(), 0);
    browser.expect_silent_console();
}
