//! Where a person goes after signing in: back to the page they asked for, if it is one of ours, or to the first page
//! that their role may see.

use services::authz::{Permission, allows};
use services::viewer::Staff;

/// The pages that one may be sent back to, with everything below them.
const PLACES: [&str; 8] =
    ["/campaigns", "/people", "/packs", "/audit", "/account", "/fairness", "/evidence", "/norms"];

/// The path, when it is a page of ours that one may be sent back to. Nothing else is ever put into a Location header.
#[must_use]
pub fn local_path(path: &str) -> Option<&str> {
    let is_plain = path.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-'));
    let is_known = PLACES.iter().any(|place| {
        path.strip_prefix(place).is_some_and(|below| below.is_empty() || below.starts_with('/'))
    });
    (is_plain && is_known && !path.contains("//") && path.len() <= 300).then_some(path)
}

/// The sign-in page, with the way back to a page of ours.
#[must_use]
pub fn sign_in_path(wanted: &str) -> String {
    local_path(wanted).map_or_else(|| "/login".to_owned(), |path| format!("/login?next={path}"))
}

/// The first page that a person may see.
#[must_use]
pub fn first_page(staff: &Staff) -> &'static str {
    [
        (Permission::ManageCampaigns, "/campaigns"),
        (Permission::CheckPacks, "/packs"),
        (Permission::ReadAudit, "/audit"),
    ]
    .into_iter()
    .find(|(permission, _)| allows(staff.role, *permission))
    .map_or("/account", |(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_ours_are_a_way_back() {
        for path in
            ["/campaigns", "/campaigns/0193f2a1-7c00-7abc-8def-0123456789ab/ranking", "/account", "/fairness"]
        {
            assert_eq!(local_path(path), Some(path));
        }
    }

    #[test]
    fn everything_else_is_not() {
        for path in [
            "",
            "/",
            "/login",
            "/join/abc",
            "//evil.example",
            "/campaigns//evil.example",
            "/campaignsevil",
            "https://evil.example/campaigns",
            "/campaigns/\r\nset-cookie",
            "/campaigns?x=1",
            "/campaigns\\evil",
        ] {
            assert_eq!(local_path(path), None, "{path}");
        }
    }

    #[test]
    fn an_unknown_page_leads_to_the_plain_sign_in_page() {
        assert_eq!(sign_in_path("/nowhere"), "/login");
        assert_eq!(sign_in_path("/audit"), "/login?next=/audit");
    }
}
