//! The roles a user has in an organisation. What each may do stands in the one authorisation table of
//! `services`, not here.

use crate::closed_code::closed_code;

closed_code! {
    /// What a user is in an organisation.
    pub enum Role {
        /// Everything, with people and keys.
        Owner = "owner",
        /// Campaigns, ranking, report, decision, export.
        Recruiter = "recruiter",
        /// Checks packs.
        Author = "author",
        /// Will rate open answers.
        Rater = "rater",
        /// Reads and verifies the audit, without names.
        Auditor = "auditor",
    }
}
