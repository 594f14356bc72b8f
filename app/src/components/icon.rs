//! The icons: one inline sprite in every page, used by reference.

use leptos::prelude::*;

/// The symbols of the sprite. A constant of ours, never data.
pub const SPRITE: &str = concat!(
    r#"<symbol id="chair" viewBox="0 0 32 32"><path class="seat" d="M9.5 16.5h13l3 4.5h-19z"/><path d="M9.5 16.5v-13M22.5 16.5v-13M9.5 6.5q6.5 1.7 13 0M9.5 11.5q6.5 1.7 13 0M7 21v8.5M25 21v8.5M11 21v6M21 21v6M7 25.2h18"/></symbol>"#,
    r#"<symbol id="i-alert" viewBox="0 0 24 24"><path d="M12 3.5 2.5 20h19zM12 10v4.5M12 17.2v.3"/></symbol>"#,
    r#"<symbol id="i-check" viewBox="0 0 24 24"><path d="m5 12.5 4.5 4.5L19 7"/></symbol>"#,
    r#"<symbol id="i-chat" viewBox="0 0 24 24"><path d="M4 4.5h16v11H11l-4.5 4v-4H4z"/></symbol>"#,
    r#"<symbol id="i-cross" viewBox="0 0 24 24"><path d="m6 6 12 12M18 6 6 18"/></symbol>"#,
    r#"<symbol id="i-counter" viewBox="0 0 24 24"><path d="M3 13h18v7H3zM12 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6M8 13c0-2 2-3 4-3s4 1 4 3"/></symbol>"#,
    r#"<symbol id="i-down" viewBox="0 0 24 24"><path d="M12 4v11M7 11l5 5 5-5M5 20h14"/></symbol>"#,
    r#"<symbol id="i-flag" viewBox="0 0 24 24"><path d="M6 21V4h11l-2 4 2 4H6"/></symbol>"#,
    r#"<symbol id="i-help" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.5-1.1.9-1.1 1.8M12 16.7v.3"/></symbol>"#,
    r#"<symbol id="i-info" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.3"/></symbol>"#,
    r#"<symbol id="i-left" viewBox="0 0 24 24"><path d="M20 12H5M11 6l-6 6 6 6"/></symbol>"#,
    r#"<symbol id="i-lock" viewBox="0 0 24 24"><path d="M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11"/></symbol>"#,
    r#"<symbol id="i-mail" viewBox="0 0 24 24"><path d="M3 5.5h18v13H3zM3 7l9 6.5L21 7"/></symbol>"#,
    r#"<symbol id="i-phone" viewBox="0 0 24 24"><path d="M6 3.5h3l1.5 4-2 1.5a12 12 0 0 0 5.5 5.5l1.500-2 4 1.500v3c0 1-1 2-2 2C10.500 19 4.500 12.500 4 5.500c0-1 1-2 2-2z"/></symbol>"#,
    r#"<symbol id="i-print" viewBox="0 0 24 24"><path d="M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z"/></symbol>"#,
    r#"<symbol id="i-right" viewBox="0 0 24 24"><path d="M5 12h14M13 6l6 6-6 6"/></symbol>"#,
);

/// An icon beside its words: decorative.
#[component]
pub fn Icon(
    /// The symbol, without `i-`.
    name: &'static str,
) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true"><use href=format!("#i-{name}")/></svg> }
}
