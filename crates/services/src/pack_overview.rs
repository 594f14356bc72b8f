//! What authors see of the packs: version, key, what each form covers, and whether its blueprint is met.
//!
//! Problems of files (line by line) are told by the content check before an import; what is here was imported, and
//! so holds no error.

use std::sync::Arc;

use chrono::NaiveDateTime;
use domain::form::{Coverage, Form};
use domain::ids::{KeyRowId, PackRowId};
use domain::pack::{FormDefinition, Pack};
use store::repo::pack_keys::{self, PackKeyRow};
use store::repo::packs;

use crate::authz::{self, Permission};
use crate::error::ServiceError;
use crate::sign_in::stored_id;
use crate::state::Services;
use crate::viewer::Staff;

/// The most packs that the page lists.
const MOST: i64 = 50;

/// A pack, as its authors see it.
pub struct PackOverview {
    /// The pack.
    pub pack: Arc<Pack>,
    /// Whether it belongs to the viewer's organisation alone.
    pub is_own: bool,
    /// When it was imported, UTC.
    pub imported_at: NaiveDateTime,
    /// Its newest key.
    pub key: Option<KeyOverview>,
    /// Its forms.
    pub forms: Vec<FormOverview>,
}

/// Where a key comes from.
pub struct KeyOverview {
    /// Its version.
    pub version: String,
    /// Whether it is the authors' own, not yet checked by a panel.
    pub is_provisional: bool,
    /// Experts behind it.
    pub n_experts: i32,
}

/// What a form covers.
pub struct FormOverview {
    /// Its definition.
    pub definition: FormDefinition,
    /// Counts of what is scored.
    pub coverage: Coverage,
    /// The expected score of random ratings, 0-100, when the pack has a key.
    pub chance_level: Option<f64>,
    /// Whether everything that the blueprint wants is there.
    pub meets_blueprint: bool,
}

impl Services {
    /// The packs that the viewer's organisation may use, newest first; at most 50.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a viewer who may not check packs.
    pub fn pack_overviews(&self, viewer: &Staff) -> Result<Vec<PackOverview>, ServiceError> {
        authz::require(viewer, Permission::CheckPacks)?;
        let rows = self.read(|conn| {
            let mut rows = Vec::new();
            // At most 50 queries.
            for row in packs::visible(conn, viewer.organisation.as_str(), MOST)? {
                let key = pack_keys::of_pack(conn, &row.id, 1)?.into_iter().next();
                rows.push((row, key));
            }
            Ok(rows)
        })?;
        rows.into_iter()
            .map(|(row, key)| {
                let pack_row = stored_id(PackRowId::parse(&row.id))?;
                let pack = self.pack_of(&pack_row)?;
                let forms = pack
                    .forms
                    .iter()
                    .map(|definition| self.form_overview(&pack, &pack_row, key.as_ref(), definition))
                    .collect::<Result<_, _>>()?;
                let key = key.map(|key| KeyOverview {
                    is_provisional: key.provenance == "authors",
                    version: key.version,
                    n_experts: key.n_experts,
                });
                let is_own = row.organisation_id.is_some();
                Ok(PackOverview { pack, is_own, imported_at: row.imported_at, key, forms })
            })
            .collect()
    }

    fn form_overview(
        &self,
        pack: &Pack,
        pack_row: &PackRowId,
        key: Option<&PackKeyRow>,
        definition: &FormDefinition,
    ) -> Result<FormOverview, ServiceError> {
        let form = Form::resolve(pack, &definition.id)
            .map_err(|error| ServiceError::broken_by("a stored form", error))?;
        let coverage = Coverage::of(&form, pack);
        let chance_level = match key {
            None => None,
            Some(key) => {
                let key_row = stored_id(KeyRowId::parse(&key.id))?;
                let version = i32::try_from(definition.version)
                    .map_err(|error| ServiceError::broken_by("a form's version", error))?;
                Some(self.form_of(pack_row, &key_row, definition.id.as_str(), version)?.chance_level)
            }
        };
        Ok(FormOverview {
            meets_blueprint: meets_blueprint(pack, &coverage),
            definition: definition.clone(),
            coverage,
            chance_level,
        })
    }
}

fn meets_blueprint(pack: &Pack, coverage: &Coverage) -> bool {
    let plan = &pack.blueprint;
    let families = domain::construct::Family::ALL.iter().all(|family| {
        coverage.families.get(family).map_or(0, |count| count.actions) >= plan.min_scored_actions_per_family
    });
    let constructs = domain::construct::Construct::ALL.iter().all(|construct| {
        coverage.constructs.get(construct).map_or(0, |count| count.actions) >= plan.min_actions_per_construct
    });
    let channels = plan.channels.iter().all(|channel| coverage.channels.contains_key(channel));
    let emotions = plan.emotions.iter().all(|emotion| coverage.emotions.contains_key(emotion));
    families && constructs && channels && emotions
}
