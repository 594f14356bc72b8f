//! The part of the notice about data: who sees them, every event that is logged, until when, and one's rights.

use leptos::prelude::*;
use services::dates;
use services::invitation_page::Notice;

use crate::context::Ctx;
use crate::pages::candidate::parts::contact;
use crate::text;

/// Draws the section.
pub(super) fn section(ctx: &Ctx, notice: &Notice) -> AnyView {
    let language = ctx.language;
    let campaign = &notice.campaign;
    let organisation = campaign.organisation.as_str();
    let decision_on = dates::long_date(language, campaign.decision_on);
    let deletion_on = dates::long_date(language, campaign.deletion_on);
    let operator = Some(ctx.app.instance.operator.clone()).filter(|operator| !operator.is_empty());
    let privacy = Some(ctx.app.instance.privacy_contact.clone()).filter(|contact| !contact.is_empty());
    view! {
        <section class="section" aria-labelledby="your-data">
            <h2 id="your-data">{text!(language, candidate.your_data)}</h2>
            <p>{text!(language, candidate.who_sees, organisation = organisation)}</p>
            <p>
                {text!(language, candidate.until_when, decision = decision_on.as_str(), deletion = deletion_on.as_str())}
            </p>
            <p>{text!(language, candidate.legal_basis, organisation = organisation)}</p>
            {operator.map(|operator| view! {
                <p>{text!(language, candidate.host, operator = operator.as_str())}</p>
            })}
            <p>
                {text!(language, candidate.rights)}" "{contact(&campaign.contact)}
                {privacy.map(|privacy| view! { " · "{contact(&privacy)} })}
            </p>
            <details class="answer">
                <summary><b>{text!(language, candidate.logged_title)}</b></summary>
                {logged(ctx, notice)}
            </details>
        </section>
    }
    .into_any()
}

/// Every event that is logged, and what is not. Whatever is added to the program is added here.
fn logged(ctx: &Ctx, notice: &Notice) -> AnyView {
    let has_text = notice.loaded.form.asks(domain::item::ItemFormat::Open);
    let language = ctx.language;
    let days = notice.address_retention_days;
    view! {
        <div>
            <ul>
                <li>{text!(language, candidate.logged_invitation)}</li>
                <li>{text!(language, candidate.logged_mails)}</li>
                <li>{text!(language, candidate.logged_acceptance)}</li>
                <li>{text!(language, candidate.logged_answers)}</li>
                {has_text.then(|| view! { <li>{text!(language, candidate.logged_texts)}</li> })}
                <li>{text!(language, candidate.logged_places)}</li>
                <li>{text!(language, candidate.logged_steps)}</li>
                <li>{text!(language, candidate.logged_time)}</li>
                <li>{text!(language, candidate.logged_address, count = days).to_string()}</li>
                <li>{text!(language, candidate.logged_satisfaction)}</li>
                <li>{text!(language, candidate.logged_pool)}</li>
                <li>{text!(language, candidate.logged_results)}</li>
                <li>{text!(language, candidate.logged_device)}</li>
            </ul>
            <p>{text!(language, candidate.not_logged)}</p>
        </div>
    }
    .into_any()
}
