//! The authorisation table: which role may do what. Everything else is a 404.

use domain::role::Role;

use crate::error::ServiceError;
use crate::viewer::Staff;

/// Something a signed-in person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Nothing but being signed in: own account, own password, own sessions.
    OwnAccount,
    /// See and change the colleagues of the organisation.
    ManagePeople,
    /// See campaigns, invitations and their states; make and close campaigns; invite.
    ManageCampaigns,
    /// See the ranking and the reports, un-blind, decide.
    ReviewCandidates,
    /// Export results.
    Export,
    /// See the key and the rationales of every pack (of public packs: [`Permission::ReviewCandidates`] is enough).
    SeeKeys,
    /// Take snapshots and re-score with another key.
    ManageKeys,
    /// See the check of the packs.
    CheckPacks,
    /// Read the technical manual of a campaign's measure: statistics of groups, no key, no person.
    ReadManual,
    /// Import what people later did at work, by the ids of exports, and take an import away.
    ManageOutcomes,
    /// Read and verify the audit, without names.
    ReadAudit,
    /// See the published tables of groups.
    ReadFairness,
}

/// Every permission, for the completeness test of the table.
pub const ALL: [Permission; 12] = [
    Permission::OwnAccount,
    Permission::ManagePeople,
    Permission::ManageCampaigns,
    Permission::ReviewCandidates,
    Permission::Export,
    Permission::SeeKeys,
    Permission::ManageKeys,
    Permission::CheckPacks,
    Permission::ReadManual,
    Permission::ManageOutcomes,
    Permission::ReadAudit,
    Permission::ReadFairness,
];

/// What a role may do.
#[must_use]
pub const fn permissions(role: Role) -> &'static [Permission] {
    use Permission::{
        CheckPacks, Export, ManageCampaigns, ManageKeys, ManageOutcomes, ManagePeople, OwnAccount, ReadAudit,
        ReadFairness, ReadManual, ReviewCandidates, SeeKeys,
    };
    match role {
        Role::Owner => &[
            OwnAccount,
            ManagePeople,
            ManageCampaigns,
            ReviewCandidates,
            Export,
            SeeKeys,
            ManageKeys,
            CheckPacks,
            ReadManual,
            ManageOutcomes,
            ReadAudit,
            ReadFairness,
        ],
        Role::Recruiter => {
            &[OwnAccount, ManageCampaigns, ReviewCandidates, Export, ReadManual, ManageOutcomes, ReadFairness]
        }
        Role::Author => &[OwnAccount, CheckPacks, ReadManual],
        Role::Rater => &[OwnAccount],
        Role::Auditor => &[OwnAccount, ReadAudit, ReadManual, ReadFairness],
    }
}

/// Whether a role may do something.
#[must_use]
pub fn allows(role: Role, permission: Permission) -> bool {
    permissions(role).contains(&permission)
}

/// Refuses a viewer who may not.
///
/// # Errors
/// [`ServiceError::NotFound`]: what one may not do does not exist.
pub fn require(viewer: &Staff, permission: Permission) -> Result<(), ServiceError> {
    if allows(viewer.role, permission) { Ok(()) } else { Err(ServiceError::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_do_everything() {
        assert!(ALL.iter().all(|permission| allows(Role::Owner, *permission)));
    }

    #[test]
    fn an_auditor_sees_no_candidate() {
        assert!(!allows(Role::Auditor, Permission::ReviewCandidates));
        assert!(!allows(Role::Auditor, Permission::ManageCampaigns));
        assert!(!allows(Role::Auditor, Permission::Export));
        assert!(!allows(Role::Auditor, Permission::ManageOutcomes));
    }

    #[test]
    fn tables_of_groups_are_for_owners_recruiters_and_auditors() {
        let readers: Vec<Role> =
            Role::ALL.iter().copied().filter(|role| allows(*role, Permission::ReadFairness)).collect();

        assert_eq!(readers, [Role::Owner, Role::Recruiter, Role::Auditor]);
    }

    #[test]
    fn only_an_owner_manages_people_and_keys() {
        for role in [Role::Recruiter, Role::Author, Role::Rater, Role::Auditor] {
            assert!(!allows(role, Permission::ManagePeople));
            assert!(!allows(role, Permission::ManageKeys));
            assert!(!allows(role, Permission::SeeKeys));
        }
    }
}
