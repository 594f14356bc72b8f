//! Branching dialogues: a node is an item, a path visits some of them. Nodes not visited are missing by
//! design, which item response theory may ignore because the branch depends on answers it knows; sum
//! scores are comparable only through the mean over visited nodes.

use crate::format::{FormatError, Pomp};
use crate::irt::fit::local::LocalDependence;
use crate::linear::{count, count_u32};

/// What happened at a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NodeVisit {
    /// Answered.
    Answered {
        /// Category for item response theory.
        category: u8,
        /// Share of what the node gives.
        share: Pomp,
    },
    /// The time of the turn ran out. A category of its own only if the experts keyed it.
    TimedOut {
        /// What the experts gave it, if they keyed it.
        keyed: Option<(u8, Pomp)>,
    },
    /// Not on the path.
    NotVisited,
}

impl NodeVisit {
    const fn scored(self) -> Option<(u8, Pomp)> {
        match self {
            Self::Answered { category, share } => Some((category, share)),
            Self::TimedOut { keyed } => keyed,
            Self::NotVisited => None,
        }
    }
}

/// The classical score of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathScore {
    /// Mean share over scored nodes.
    pub pomp: Pomp,
    /// Nodes behind it.
    pub visited: u32,
    /// Standard error `SD / √visited` over nodes; absent for one node.
    pub error: Option<f64>,
    /// Turns that ran out of time without being keyed: missing, flagged.
    pub timed_out: u32,
}

/// The mean share over the nodes a path visited, with its standard error; `None` when no visited node is
/// scored. A recovery turn is a node of its own, never a multiplier on an earlier one.
///
/// `visits`: one entry per scored node of one competency.
///
/// Source: psychometrics.md 1.4 (c, e, f). Test `path_scores_worked_by_hand`.
#[must_use]
pub fn path_score(visits: &[NodeVisit]) -> Option<PathScore> {
    let shares: Vec<f64> = visits.iter().filter_map(|v| v.scored()).map(|(_, share)| share.get()).collect();
    if shares.is_empty() {
        return None;
    }
    let n = count(shares.len());
    let mean = shares.iter().sum::<f64>() / n;
    let squares: f64 = shares.iter().map(|x| (x - mean).powi(2)).sum();
    let unkeyed = visits.iter().filter(|v| matches!(v, NodeVisit::TimedOut { keyed: None }));
    Some(PathScore {
        pomp: Pomp::clamped(mean),
        visited: count_u32(shares.len()),
        error: (shares.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt()),
        timed_out: count_u32(unkeyed.count()),
    })
}

/// The categories of a path for item response theory, one per node: missing where it was not visited.
///
/// Source: Rubin 1976; Mislevy & Wu 1996 (missing by design is ignorable). Test
/// `path_scores_worked_by_hand`.
#[must_use]
pub fn path_categories(visits: &[NodeVisit]) -> Vec<Option<u8>> {
    visits.iter().map(|visit| visit.scored().map(|(category, _)| category)).collect()
}

/// A node of a dialogue's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanNode {
    /// The competency (from 0) it is scored on; `None` for a node that is not scored.
    pub competency: Option<usize>,
    /// The nodes its answers lead to, later in the list; none at an end.
    pub next: Vec<usize>,
}

/// What is wrong with the plan of a dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanFault {
    /// A node cannot be reached from the first.
    Unreachable {
        /// Node from 0.
        node: usize,
    },
    /// Paths offer different numbers of scored nodes of a competency.
    UnequalPaths {
        /// Competency from 0.
        competency: usize,
        /// Fewest on a path.
        fewest: u32,
        /// Most on a path.
        most: u32,
    },
    /// The paths from a branch are still apart after two turns.
    LateRejoin {
        /// The branching node, from 0.
        node: usize,
    },
}

/// Turns a branch may last.
const MOST_TURNS_APART: usize = 2;

/// Checks the plan of a dialogue: every path offers the same number of scored nodes per competency, and
/// branches last at most two turns: the third turn after a branch is common to all its paths, or they
/// have all ended.
///
/// `nodes`: the first is the start; `next` leads to later nodes only, so there is no way back.
///
/// # Errors
/// [`FormatError::TooFew`] without a node, [`FormatError::NoSuchOption`] for a next node that is not there
/// or not later.
///
/// Source: psychometrics.md 1.4 (a, b). Test `plans_with_unequal_paths_are_told`.
pub fn plan_faults(nodes: &[PlanNode]) -> Result<Vec<PlanFault>, FormatError> {
    if nodes.is_empty() {
        return Err(FormatError::TooFew { what: "nodes", found: 0, needed: 1 });
    }
    for (place, node) in nodes.iter().enumerate() {
        if let Some(option) = node.next.iter().copied().find(|to| *to <= place || *to >= nodes.len()) {
            return Err(FormatError::NoSuchOption { option });
        }
    }
    let mut faults: Vec<PlanFault> = unreachable(nodes).map(|node| PlanFault::Unreachable { node }).collect();
    let mut competencies: Vec<usize> = nodes.iter().filter_map(|node| node.competency).collect();
    competencies.sort_unstable();
    competencies.dedup();
    for competency in competencies {
        let (fewest, most) = scored_on_paths(nodes, competency);
        if fewest != most {
            faults.push(PlanFault::UnequalPaths { competency, fewest, most });
        }
    }
    for (place, node) in nodes.iter().enumerate() {
        let mut turn = node.next.clone();
        for _ in 0..MOST_TURNS_APART {
            turn.sort_unstable();
            turn.dedup();
            if turn.len() > 1 {
                turn = turn.iter().flat_map(|at| following(nodes, *at)).collect();
            }
        }
        turn.sort_unstable();
        turn.dedup();
        if turn.len() > 1 {
            faults.push(PlanFault::LateRejoin { node: place });
        }
    }
    Ok(faults)
}

/// The nodes after a node; a number beyond the list stands for the end.
fn following(nodes: &[PlanNode], at: usize) -> Vec<usize> {
    let next = nodes.get(at).map_or(&[][..], |node| &node.next);
    if next.is_empty() { vec![nodes.len()] } else { next.to_vec() }
}

fn unreachable(nodes: &[PlanNode]) -> impl Iterator<Item = usize> {
    let mut is_reached = vec![false; nodes.len()];
    for (place, node) in nodes.iter().enumerate() {
        let is_start = place == 0;
        if is_start || is_reached.get(place).copied().unwrap_or(false) {
            for to in std::iter::once(&place).chain(&node.next) {
                if let Some(flag) = is_reached.get_mut(*to) {
                    *flag = true;
                }
            }
        }
    }
    is_reached.into_iter().enumerate().filter(|(_, reached)| !reached).map(|(place, _)| place)
}

/// Fewest and most scored nodes of a competency on the paths from the start, from the last node back.
fn scored_on_paths(nodes: &[PlanNode], competency: usize) -> (u32, u32) {
    let mut spans = vec![(0, 0); nodes.len()];
    for (place, node) in nodes.iter().enumerate().rev() {
        let after = || node.next.iter().filter_map(|to| spans.get(*to));
        let own = u32::from(node.competency == Some(competency));
        let fewest = after().map(|(fewest, _)| *fewest).min().unwrap_or(0);
        let most = after().map(|(_, most)| *most).max().unwrap_or(0);
        if let Some(span) = spans.get_mut(place) {
            *span = (own + fewest, own + most);
        }
    }
    spans.first().copied().unwrap_or((0, 0))
}

/// Dialogues whose nodes depend on each other beyond the level (Q3 above the mean by more than .20 for a
/// pair inside): score each as one super-item ([`crate::format::category::super_item`]) or fit a bifactor
/// model.
///
/// `dialogue_of_item`: the dialogue of each item of the Q3 table, `None` for items outside. **Shape**: the
/// dialogues flagged, each once, rising.
///
/// # Errors
/// [`FormatError::LengthMismatch`] when the list is shorter than the table.
///
/// Source: psychometrics.md 1.4 (d); Yen 1993, J Educ Meas 30:187-213. Test
/// `dependent_dialogues_are_found`.
pub fn dependent_dialogues(
    dependence: &LocalDependence,
    dialogue_of_item: &[Option<usize>],
) -> Result<Vec<usize>, FormatError> {
    let expected = dependence.pairs.iter().map(|pair| pair.second + 1).max().unwrap_or(0);
    if dialogue_of_item.len() < expected {
        return Err(FormatError::LengthMismatch { expected, found: dialogue_of_item.len() });
    }
    let dialogue = |item: usize| dialogue_of_item.get(item).copied().flatten();
    let flagged = dependence.pairs.iter().filter(|pair| pair.is_flagged);
    let mut found: Vec<usize> = flagged
        .filter(|pair| dialogue(pair.first) == dialogue(pair.second))
        .filter_map(|pair| dialogue(pair.first))
        .collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irt::fit::local::PairDependence;

    fn share(value: f64) -> Pomp {
        Pomp::of(value, 0.0, 1.0).unwrap()
    }

    #[test]
    fn path_scores_worked_by_hand() {
        let answered = |category, value| NodeVisit::Answered { category, share: share(value) };
        let visits = [
            answered(3, 1.0),
            NodeVisit::NotVisited,
            answered(1, 0.5),
            NodeVisit::TimedOut { keyed: None },
            NodeVisit::TimedOut { keyed: Some((0, share(0.0))) },
        ];

        let found = path_score(&visits).unwrap();

        // Mean .5, SD .5, SE .5 / √3.
        assert!((found.pomp.get() - 0.5).abs() < 1e-12);
        assert!((found.error.unwrap() - 0.5 / 3.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!((found.visited, found.timed_out), (3, 1));
        assert_eq!(path_categories(&visits), [Some(3), None, Some(1), None, Some(0)]);
        assert_eq!(path_score(&visits[..1]).unwrap().error, None);
        assert_eq!(path_score(&[NodeVisit::NotVisited]), None);
    }

    #[test]
    fn plans_with_unequal_paths_are_told() {
        let node = |competency, next: &[usize]| PlanNode { competency, next: next.to_vec() };
        // 0 → 1 or 2 → 3 → end: one turn apart.
        let good = [node(Some(0), &[1, 2]), node(Some(1), &[3]), node(Some(1), &[3]), node(None, &[])];
        // The second branch skips competency 1.
        let short = [node(Some(0), &[1, 2]), node(Some(1), &[3]), node(None, &[3]), node(None, &[])];
        // 1 → 3 → 5 and 2 → 4 → 6 stay apart to their ends.
        let late = [
            node(None, &[1, 2]),
            node(None, &[3]),
            node(None, &[4]),
            node(None, &[5]),
            node(None, &[6]),
            node(None, &[]),
            node(None, &[]),
        ];

        assert_eq!(plan_faults(&good), Ok(vec![]));
        let unequal = PlanFault::UnequalPaths { competency: 1, fewest: 0, most: 1 };
        assert_eq!(plan_faults(&short), Ok(vec![unequal]));
        assert_eq!(plan_faults(&late), Ok(vec![PlanFault::LateRejoin { node: 0 }]));
        // Two turns, then both end: never apart for longer.
        assert_eq!(
            plan_faults(
                &late[..5]
                    .iter()
                    .enumerate()
                    .map(|(k, n)| if k > 2 { node(None, &[]) } else { n.clone() })
                    .collect::<Vec<_>>()
            ),
            Ok(vec![])
        );
        let orphan = [node(None, &[]), node(None, &[])];
        assert_eq!(plan_faults(&orphan), Ok(vec![PlanFault::Unreachable { node: 1 }]));
        assert!(plan_faults(&[]).is_err() && plan_faults(&[node(None, &[0])]).is_err());
    }

    #[test]
    fn dependent_dialogues_are_found() {
        let pair = |first, second, is_flagged| PairDependence { first, second, q3: Some(0.3), is_flagged };
        let pairs = vec![pair(0, 1, true), pair(0, 2, true), pair(1, 2, false), pair(2, 3, true)];
        let table = LocalDependence { pairs, mean: Some(-0.05) };

        assert_eq!(dependent_dialogues(&table, &[Some(4), Some(4), Some(1), None]), Ok(vec![4]));
        assert_eq!(dependent_dialogues(&table, &[None; 4]), Ok(vec![]));
        assert!(dependent_dialogues(&table, &[None; 3]).is_err());
    }
}
