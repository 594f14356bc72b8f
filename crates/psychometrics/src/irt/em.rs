//! Expectation-maximisation as a fixed-point iteration, accelerated by SQUAREM, for any model whose
//! cycle can be written as one step from parameters to parameters.

/// One cycle from a point: the logarithm of the likelihood (priors included) *at* that point, and where
/// the maximisation step leads.
#[derive(Debug, Clone)]
pub(crate) struct Cycle {
    pub(crate) objective: f64,
    pub(crate) next: Vec<f64>,
}

/// A model to fit.
pub(crate) trait EmModel {
    /// One expectation and one maximisation step.
    fn cycle(&self, at: &[f64]) -> Cycle;

    /// Whether an extrapolated point is inside the bounds of the parameters.
    fn is_feasible(&self, at: &[f64]) -> bool;
}

/// How the iteration runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct EmOptions {
    /// Largest change of a parameter in one cycle at the end.
    pub(crate) tolerance: f64,
    /// Most cycles (expectation steps).
    pub(crate) most_cycles: u32,
    /// Whether to accelerate.
    pub(crate) is_accelerated: bool,
}

/// Where the iteration ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EmEnd {
    pub(crate) parameters: Vec<f64>,
    pub(crate) cycles: u32,
    pub(crate) is_converged: bool,
}

/// Largest relative change of the objective at the end.
const OBJECTIVE_TOLERANCE: f64 = 1e-9;

/// Iterates from `start` until the largest change in one cycle is below the tolerance and the relative
/// change of the objective below 1e-9.
///
/// SQUAREM takes two cycles, x0 → x1 → x2, and jumps to `x0 - 2αr + α²v` with r = x1 - x0,
/// v = x2 - 2 x1 + x0 and `α = -|r| / |v|`; the jump is halved towards x2 until it is feasible, and
/// taken back when the objective there is lower than at x1. Source: Varadhan & Roland 2008, Scand J
/// Stat 35:335-353, scheme S3.
pub(crate) fn iterate(model: &impl EmModel, start: Vec<f64>, options: EmOptions) -> EmEnd {
    let mut run = Run { model, options, cycles: 0, last: f64::NEG_INFINITY };
    let mut x0 = start;
    let mut from_x0 = run.cycle(&x0);
    loop {
        let x1 = from_x0.next;
        if run.is_done(&x0, &x1, from_x0.objective) {
            return run.end(x1, true);
        }
        if run.is_exhausted() {
            return run.end(x1, false);
        }
        let from_x1 = run.cycle(&x1);
        let x2 = from_x1.next;
        if run.is_done(&x1, &x2, from_x1.objective) {
            return run.end(x2, true);
        }
        if run.is_exhausted() {
            return run.end(x2, false);
        }
        let jump = if options.is_accelerated { extrapolated(model, &x0, &x1, &x2) } else { None };
        (x0, from_x0) = match jump {
            None => {
                let from_x2 = run.cycle(&x2);
                (x2, from_x2)
            }
            Some(jump) => {
                let from_jump = run.cycle(&jump);
                if from_jump.objective >= from_x1.objective {
                    (jump, from_jump)
                } else if run.is_exhausted() {
                    return run.end(x2, false);
                } else {
                    run.last = from_x1.objective;
                    let from_x2 = run.cycle(&x2);
                    (x2, from_x2)
                }
            }
        };
    }
}

/// The iteration under way.
struct Run<'a, M> {
    model: &'a M,
    options: EmOptions,
    cycles: u32,
    /// Objective before the last one.
    last: f64,
}

impl<M: EmModel> Run<'_, M> {
    fn cycle(&mut self, at: &[f64]) -> Cycle {
        self.cycles += 1;
        self.model.cycle(at)
    }

    const fn is_exhausted(&self) -> bool {
        self.cycles >= self.options.most_cycles
    }

    fn is_done(&mut self, from: &[f64], to: &[f64], objective: f64) -> bool {
        let change = from.iter().zip(to).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
        let rise = (objective - self.last).abs();
        self.last = objective;
        change < self.options.tolerance && rise <= OBJECTIVE_TOLERANCE * objective.abs().max(1.0)
    }

    const fn end(&self, parameters: Vec<f64>, is_converged: bool) -> EmEnd {
        EmEnd { parameters, cycles: self.cycles, is_converged }
    }
}

/// The feasible SQUAREM jump from three points; absent when there is nothing to gain.
fn extrapolated(model: &impl EmModel, x0: &[f64], x1: &[f64], x2: &[f64]) -> Option<Vec<f64>> {
    let change: Vec<f64> = x0.iter().zip(x1).map(|(a, b)| b - a).collect();
    let bend: Vec<f64> = x1.iter().zip(x2).zip(&change).map(|((b, c), r)| (c - b) - r).collect();
    let length = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let (r, v) = (length(&change), length(&bend));
    let mut alpha = -r / v;
    for _ in 0..6 {
        // At α = -1 the jump is x2 itself.
        if !alpha.is_finite() || alpha > -1.0 - 1e-3 {
            return None;
        }
        let jump: Vec<f64> = x0
            .iter()
            .zip(change.iter().zip(&bend))
            .map(|(x, (r, v))| x - 2.0 * alpha * r + alpha * alpha * v)
            .collect();
        if model.is_feasible(&jump) {
            return Some(jump);
        }
        alpha = 0.5 * (alpha - 1.0);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contraction towards (1, 2) at the rates 0.9 and 0.99, with the objective it climbs.
    struct Slow;

    impl EmModel for Slow {
        fn cycle(&self, at: &[f64]) -> Cycle {
            let objective = -(at[0] - 1.0).powi(2) - (at[1] - 2.0).powi(2);
            Cycle { objective, next: vec![1.0 + 0.9 * (at[0] - 1.0), 2.0 + 0.99 * (at[1] - 2.0)] }
        }

        fn is_feasible(&self, at: &[f64]) -> bool {
            at.iter().all(|x| x.abs() < 5.0)
        }
    }

    #[test]
    fn squarem_reaches_the_fixed_point_sooner() {
        let run = |is_accelerated| {
            let options = EmOptions { tolerance: 1e-8, most_cycles: 5_000, is_accelerated };
            iterate(&Slow, vec![-3.0, 4.5], options)
        };

        let (plain, fast) = (run(false), run(true));

        for end in [&plain, &fast] {
            assert!(end.is_converged);
            assert!((end.parameters[0] - 1.0).abs() < 1e-5 && (end.parameters[1] - 2.0).abs() < 1e-5);
        }
        assert!(fast.cycles * 5 < plain.cycles, "{} against {}", fast.cycles, plain.cycles);
    }

    #[test]
    fn a_run_out_of_cycles_says_so() {
        let options = EmOptions { tolerance: 1e-8, most_cycles: 3, is_accelerated: true };

        let end = iterate(&Slow, vec![0.0, 0.0], options);

        assert!(!end.is_converged && end.cycles == 3);
    }
}
