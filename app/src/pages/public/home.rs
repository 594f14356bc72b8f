//! The home page.

use leptos::prelude::*;

use crate::context::Ctx;
use crate::render::Page;
use crate::shell::{Frame, Width};

/// `GET /`
pub async fn show(ctx: Ctx) -> Page {
    let frame = Frame { title: "Egard".to_owned(), width: Width::Mid, ..Frame::default() };
    ctx.page(frame, || view! { <h1>"Egard"</h1> }.into_any())
}
