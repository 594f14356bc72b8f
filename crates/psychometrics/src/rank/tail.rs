//! A table of the upper tail of the normal distribution for loops that need it millions of times.

use crate::normal;

/// Entries per unit.
const PER_UNIT: f64 = 64.0;

/// Beyond this the tail is below 2e-17.
const REACH: f64 = 8.5;

/// Tails and densities on a grid from -8.5 to 8.5, read by cubic interpolation: absolute error below
/// 1e-10, relative error below 1e-6 up to 6 (test `the_table_follows_the_function`).
#[derive(Debug, Clone)]
pub(crate) struct TailTable {
    /// Tail and step × density.
    cells: Vec<(f64, f64)>,
}

impl TailTable {
    pub(crate) fn new() -> Self {
        let mut cells = Vec::new();
        let mut place = 0.0;
        while place <= 2.0 * REACH * PER_UNIT + 1.0 {
            let u = place / PER_UNIT - REACH;
            let density = (-0.5 * u * u).exp() / (2.0 * std::f64::consts::PI).sqrt();
            cells.push((normal::cumulative(-u), density / PER_UNIT));
            place += 1.0;
        }
        Self { cells }
    }

    /// The chance that a standard normal variable exceeds `u`.
    pub(crate) fn upper(&self, u: f64) -> f64 {
        if u >= REACH {
            return 0.0;
        }
        if u <= -REACH {
            return 1.0;
        }
        let place = (u + REACH) * PER_UNIT;
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 1088: u is between -8.5 and 8.5"
        )]
        let cell = place as usize;
        let x = place - crate::linear::count(cell);
        let (Some((left, slope_left)), Some((right, slope_right))) =
            (self.cells.get(cell), self.cells.get(cell + 1))
        else {
            return 0.0;
        };
        // Cubic through both values with both slopes (Hermite); the tail falls.
        let y = 1.0 - x;
        let value = left * y * y * (1.0 + 2.0 * x) + right * x * x * (1.0 + 2.0 * y)
            - x * y * (slope_left * y - slope_right * x);
        value.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_function() {
        let table = TailTable::new();
        for step in -9_000..9_000 {
            let u = f64::from(step) / 1_000.0 + 0.000_37;
            let exact = normal::cumulative(-u);

            let found = table.upper(u);

            assert!((found - exact).abs() < 1e-10, "{u}: {found}, {exact}");
            assert!(u > 6.0 || (found / exact - 1.0).abs() < 1e-6, "{u}: {found}, {exact}");
        }
    }
}
