//! The probability of being among the k best.

use rayon::prelude::*;

use crate::linear::{count, count_u32};
use crate::rank::joint::{JointEstimates, LANES};
use crate::rank::sets::{DrawPlan, FEWEST_DRAWS, RankSetError};

/// Most people for whom the probability is computed without draws.
pub const MOST_WITHOUT_DRAWS: usize = 200;

/// Draws for more people or joint errors: Monte Carlo error at most 0.004.
pub const TOP_DRAWS: u32 = 20_000;

/// Most numbers drawn (people × draws).
const MOST_DRAWN: u64 = 4_000_000_000;

/// How a probability was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopMethod {
    /// An integral over the person's own error, exact to 1e-9.
    Integral,
    /// Common draws of everybody's errors.
    Draws(DrawPlan),
}

/// Probabilities of being among the k best.
#[derive(Debug, Clone, PartialEq)]
pub struct TopProbabilities {
    /// One per person, 0 to 1; they sum to k.
    pub probabilities: Vec<f64>,
    /// How they were found.
    pub method: TopMethod,
}

/// The probability of each person to be truly among the `k` best (1 to the number of people).
///
/// `people` as in [`JointEstimates`]; take posterior means and standard deviations. **Shape**: one
/// probability per person. Independent errors of up to 200 people: `∫ φ_i(x) P(at most k - 1 others
/// above x) dx` with the Poisson-binomial distribution by its recursion. More people or joint errors:
/// `plan` draws common to all (20,000, [`TOP_DRAWS`]).
///
/// # Errors
/// [`RankSetError::Tau`] when k is not from 1 to the number of people; [`RankSetError::Draws`] below 200
/// draws or above 4·10⁹ numbers.
///
/// Source: psychometrics.md section 6; Poisson-binomial recursion by Chen & Liu 1997, Stat Sinica
/// 7:875-892. Golden test `rank_6`; test `draws_agree_with_the_integral`.
pub fn top_k_probability(
    people: &JointEstimates,
    k: u32,
    plan: DrawPlan,
) -> Result<TopProbabilities, RankSetError> {
    let places = usize::try_from(k).ok().filter(|k| (1..=people.len()).contains(k));
    let places = places.ok_or(RankSetError::Tau { found: k })?;
    if let Some(estimates) = people.as_independent().filter(|list| list.len() <= MOST_WITHOUT_DRAWS) {
        let probabilities = estimates
            .par_iter()
            .enumerate()
            .map(|(own, person)| one_by_integral(&estimates, own, *person, places))
            .collect();
        return Ok(TopProbabilities { probabilities, method: TopMethod::Integral });
    }
    let drawn = u64::from(plan.draws).checked_mul(u64::from(count_u32(people.len())));
    if plan.draws < FEWEST_DRAWS || drawn.is_none_or(|drawn| drawn > MOST_DRAWN) {
        return Err(RankSetError::Draws { found: plan.draws });
    }
    Ok(TopProbabilities { probabilities: by_draws(people, places, plan), method: TopMethod::Draws(plan) })
}

/// `∫ φ(z) P(at most places - 1 others above value + error z) dz` by equal steps.
fn one_by_integral(people: &[(f64, f64)], own: usize, (value, error): (f64, f64), places: usize) -> f64 {
    let others: Vec<(f64, f64)> =
        people.iter().enumerate().filter(|(i, _)| *i != own).map(|(_, person)| *person).collect();
    let least = others.iter().map(|other| other.1).fold(error, f64::min);
    let half = (8.5 * 6.0 * (error / least)).clamp(51.0, 3_000.0).ceil();
    let step = 8.5 / half;
    let mut sum = 0.0;
    let mut place = -half;
    // Chance of each number of people above, up to places - 1.
    let mut chances = vec![0.0; places];
    while place <= half {
        let z = place * step;
        let at = value + error * z;
        chances.fill(0.0);
        if let Some(first) = chances.first_mut() {
            *first = 1.0;
        }
        for (other, spread) in &others {
            let above = crate::normal::cumulative((other - at) / spread);
            let mut below = 0.0;
            for chance in &mut chances {
                let before = *chance;
                *chance = before * (1.0 - above) + below * above;
                below = before;
            }
        }
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        sum += step * density * chances.iter().sum::<f64>();
        place += 1.0;
    }
    sum.clamp(0.0, 1.0)
}

fn by_draws(people: &JointEstimates, places: usize, plan: DrawPlan) -> Vec<f64> {
    let (sorted, order) = people.sorted();
    let draws = usize::try_from(plan.draws).unwrap_or(0);
    let numbers = 0..u64::from(plan.draws.div_ceil(count_u32(LANES)));
    let of_block = |number: u64| -> Vec<u32> {
        let block = sorted.errors_of_block(plan.seed, number);
        let first = usize::try_from(number).unwrap_or(0) * LANES;
        let mut hits = vec![0_u32; sorted.len()];
        let mut drawn: Vec<(f64, usize)> = Vec::with_capacity(sorted.len());
        for lane in 0..LANES.min(draws.saturating_sub(first)) {
            drawn.clear();
            let level = |(i, (value, row)): (usize, (&f64, &[f64; LANES]))| {
                (value + row.get(lane).copied().unwrap_or(0.0), i)
            };
            drawn.extend(sorted.values().iter().zip(&block).enumerate().map(level));
            let (best, last, _) =
                drawn.select_nth_unstable_by(places - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for (_, i) in best.iter().chain(std::iter::once(&*last)) {
                if let Some(hit) = hits.get_mut(*i) {
                    *hit += 1;
                }
            }
        }
        hits
    };
    let add = |mut a: Vec<u32>, b: Vec<u32>| {
        a.iter_mut().zip(b).for_each(|(sum, hit)| *sum += hit);
        a
    };
    let hits = numbers.into_par_iter().map(of_block).reduce(|| vec![0; sorted.len()], add);
    let mut found = vec![0.0; sorted.len()];
    for (hit, place) in hits.iter().zip(&order) {
        if let Some(cell) = found.get_mut(*place) {
            *cell = f64::from(*hit) / count(draws);
        }
    }
    found
}
