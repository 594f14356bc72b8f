//! People whose families differ, so many and so much that the families can be measured.

use domain::construct::Family;
use domain::ids::CampaignId;
use services::packs::LoadedForm;

use crate::Harness;
use crate::fixtures::shipped_form;

/// The scored actions: number, key, family.
pub fn scored(form: &LoadedForm) -> Vec<(i32, u8, Family)> {
    form.form
        .scored_actions()
        .filter_map(|(scenario, action)| {
            let key = form.key.category(&scenario.id, &action.id)?;
            Some((action.item.number(), key.get(), action.family))
        })
        .collect()
}

/// Ratings of someone who is right in `tenths` of ten actions of each family, and wrong in the others.
pub fn by_family(form: &LoadedForm, person: u32, tenths: [u32; 5]) -> impl Fn(i32) -> u8 + use<> {
    let scored = scored(form);
    move |item| {
        let Some((place, (_, key, family))) = (0_u32..).zip(&scored).find(|(_, own)| own.0 == item) else {
            return 1;
        };
        let index = Family::ALL.iter().position(|own| own == family).unwrap();
        // Spread without a pattern over the form, the same at each run; in the last two families everyone is alike.
        let noise = if index < 3 { person * 13 } else { 0 };
        let draw = (place * 7 + noise + place * place * 3) % 10;
        if draw < tenths[index] { *key } else { 5 - *key }
    }
}

/// A campaign with a hundred people whose families differ, and statistics of them.
pub fn measured(h: &Harness) -> CampaignId {
    let campaign = h.campaign();
    let form = shipped_form(&h.services, &h.owner());
    for person in 0..100 {
        let level = |step: u32| [0, 2, 5, 8, 10][((person / step) % 5) as usize];
        h.complete_attempt(&campaign, by_family(&form, person, [level(1), level(5), level(25), 5, 5]));
    }
    // Which snapshot is the newest is a matter of time, and the clock of the tests stands still.
    h.clock.advance(chrono::Duration::minutes(1));
    h.services.take_snapshot(&h.owner(), &campaign).unwrap();
    h.run_jobs();
    campaign
}
