//! Content packs: importing them, and the parsed form of each in memory.
//!
//! Rows of packs and keys are never altered, so what was parsed once stays true for as long as the process lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::form::Form;
use domain::ids::{FormId, KeyRowId, OrganisationId, PackRowId};
use domain::key::Key;
use domain::pack::{Pack, ParsedPack};
use store::repo::{organisations, pack_keys, packs};

use crate::audit::{Action, Entity, Entry};
use crate::error::ServiceError;
use crate::ids::row_uuid;
use crate::pack_media::insert_media;
use crate::state::{Services, Tx};
use crate::viewer::Actor;

/// A form with the pack and the key that a campaign uses it with.
#[derive(Debug)]
pub struct LoadedForm {
    /// The pack.
    pub pack: Arc<Pack>,
    /// The form, resolved.
    pub form: Form,
    /// The key.
    pub key: Key,
    /// The row of the pack.
    pub pack_row: PackRowId,
    /// The row of the key.
    pub key_row: KeyRowId,
    /// The form's chance level: the expected score of uniformly random ratings, 0-100.
    pub chance_level: f64,
}

/// A form that a campaign may use.
#[derive(Clone, Debug)]
pub struct AvailableForm {
    /// The row of the pack.
    pub pack_row: PackRowId,
    /// The row of the newest key.
    pub key_row: KeyRowId,
    /// The form.
    pub form: FormId,
    /// Its version.
    pub form_version: i32,
    /// The pack, for its texts.
    pub pack: Arc<Pack>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The pack and its key are new.
    PackAdded,
    /// The pack was there; its key is new.
    KeyAdded,
    /// Both were there already, unchanged.
    NothingNew,
}

/// Parsed packs and forms by the ids of their rows.
#[derive(Debug, Default)]
pub struct PackCache {
    packs: RwLock<HashMap<String, Arc<Pack>>>,
    /// Held by the thread that loads a pack.
    loading: Mutex<()>,
    forms: RwLock<HashMap<(String, String, String), Arc<LoadedForm>>>,
}

/// Lists of packs are short; more than this is a fault of whoever imports.
const MOST_PACKS: i64 = 200;

/// Organisations read at a time.
const ORGANISATIONS: i64 = 500;

impl Services {
    /// Imports a checked pack for the instance (`organisation` none) or for one organisation alone.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] `pack_version_taken` or `key_version_taken` when the same version is there with other
    /// content: content that was used is never altered under its version.
    pub fn import_pack(
        &self,
        organisation: Option<&OrganisationId>,
        parsed: &ParsedPack,
    ) -> Result<ImportOutcome, ServiceError> {
        let pack_hash =
            parsed.pack.content_hash().map_err(|error| ServiceError::broken_by("hash of a pack", error))?;
        let key_hash = parsed.key.hash().map_err(|error| ServiceError::broken_by("hash of a key", error))?;
        self.write(|tx| {
            let scope = organisation.map(OrganisationId::as_str);
            let found = packs::find_version(tx.conn, scope, parsed.pack.id.as_str(), &parsed.pack.version)?;
            let (pack_row, is_new) = match found {
                Some(row) if row.content_hash == pack_hash => (row.id, false),
                Some(_) => return Err(ServiceError::Conflict("pack_version_taken")),
                None => (self.insert_pack(tx, organisation, parsed, &pack_hash)?, true),
            };
            let keys = pack_keys::of_pack(tx.conn, &pack_row, MOST_PACKS)?;
            match keys.iter().find(|row| row.version == parsed.key.version) {
                Some(row) if row.content_hash == key_hash => Ok(ImportOutcome::NothingNew),
                Some(_) => Err(ServiceError::Conflict("key_version_taken")),
                None => {
                    self.insert_key(tx, organisation, parsed, &pack_row, &key_hash)?;
                    Ok(if is_new { ImportOutcome::PackAdded } else { ImportOutcome::KeyAdded })
                }
            }
        })
    }

    fn insert_pack(
        &self,
        tx: &mut Tx<'_>,
        organisation: Option<&OrganisationId>,
        parsed: &ParsedPack,
        hash: &str,
    ) -> Result<String, ServiceError> {
        let content = parsed
            .pack
            .to_canonical_json()
            .map_err(|error| ServiceError::broken_by("a pack as JSON", error))?;
        let id = row_uuid(tx.now, self.random()).to_string();
        packs::insert(
            tx.conn,
            &packs::PackRow {
                id: id.clone(),
                organisation_id: organisation.map(|organisation| organisation.as_str().to_owned()),
                pack_id: parsed.pack.id.as_str().to_owned(),
                version: parsed.pack.version.clone(),
                content_hash: hash.to_owned(),
                is_public: parsed.pack.is_public,
                content,
                imported_at: tx.now,
            },
        )?;
        insert_media(tx.conn, &id, &parsed.media)?;
        audit_import(tx, organisation, Action::PackImported, Entity::Pack, &id)?;
        Ok(id)
    }

    fn insert_key(
        &self,
        tx: &mut Tx<'_>,
        organisation: Option<&OrganisationId>,
        parsed: &ParsedPack,
        pack_row: &str,
        hash: &str,
    ) -> Result<(), ServiceError> {
        let content = parsed
            .key
            .to_canonical_json()
            .map_err(|error| ServiceError::broken_by("a key as JSON", error))?;
        let id = row_uuid(tx.now, self.random()).to_string();
        let n_experts = i32::try_from(parsed.key.n_experts)
            .map_err(|error| ServiceError::broken_by("the number of experts", error))?;
        pack_keys::insert(
            tx.conn,
            &pack_keys::PackKeyRow {
                id: id.clone(),
                pack_row_id: pack_row.to_owned(),
                version: parsed.key.version.clone(),
                provenance: parsed.key.provenance.code().to_owned(),
                n_experts,
                content_hash: hash.to_owned(),
                content,
                imported_at: tx.now,
            },
        )?;
        audit_import(tx, organisation, Action::KeyImported, Entity::Key, &id)?;
        Ok(())
    }

    /// A form with its pack and key. The caller has authorised the campaign that names them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when a row is missing, [`ServiceError::Broken`] when stored content cannot be read.
    pub fn form_of(
        &self,
        pack_row: &PackRowId,
        key_row: &KeyRowId,
        form: &str,
        form_version: i32,
    ) -> Result<Arc<LoadedForm>, ServiceError> {
        let cache_key = (pack_row.as_str().to_owned(), key_row.as_str().to_owned(), form.to_owned());
        let cached = {
            let forms = self.pack_cache().forms.read().unwrap_or_else(PoisonError::into_inner);
            forms.get(&cache_key).cloned()
        };
        let loaded = match cached {
            Some(loaded) => loaded,
            None => {
                let loaded = Arc::new(self.load_form(pack_row, key_row, form)?);
                let mut forms = self.pack_cache().forms.write().unwrap_or_else(PoisonError::into_inner);
                Arc::clone(forms.entry(cache_key).or_insert(loaded))
            }
        };
        if i64::from(loaded.form.version) == i64::from(form_version) {
            Ok(loaded)
        } else {
            Err(ServiceError::broken("a campaign names a version of a form that its pack does not hold"))
        }
    }

    fn load_form(
        &self,
        pack_row: &PackRowId,
        key_row: &KeyRowId,
        form: &str,
    ) -> Result<LoadedForm, ServiceError> {
        let pack = self.pack_of(pack_row)?;
        let key_content =
            self.db().read_beside(|conn| pack_keys::find(conn, key_row.as_str()).map(|row| row.content))?;
        let key =
            Key::from_json(&key_content).map_err(|error| ServiceError::broken_by("a stored key", error))?;
        let form = FormId::parse(form).map_err(|error| ServiceError::broken_by("a stored form id", error))?;
        let form =
            Form::resolve(&pack, &form).map_err(|error| ServiceError::broken_by("a stored form", error))?;
        let chance_level = form
            .chance_level(&key)
            .map_err(|error| ServiceError::broken_by("a form's chance level", error))?;
        Ok(LoadedForm { pack, form, key, pack_row: pack_row.clone(), key_row: key_row.clone(), chance_level })
    }

    /// A parsed pack. The caller has authorised whatever names it.
    ///
    /// # Errors
    /// As [`Services::form_of`].
    pub fn pack_of(&self, pack_row: &PackRowId) -> Result<Arc<Pack>, ServiceError> {
        let cached = || {
            let packs = self.pack_cache().packs.read().unwrap_or_else(PoisonError::into_inner);
            packs.get(pack_row.as_str()).cloned()
        };
        if let Some(pack) = cached() {
            return Ok(pack);
        }
        // One thread reads and parses it; whoever comes meanwhile waits and finds it.
        let _turn = self.pack_cache().loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pack) = cached() {
            return Ok(pack);
        }
        let content =
            self.db().read_beside(|conn| packs::find(conn, pack_row.as_str()).map(|row| row.content))?;
        let pack =
            Pack::from_json(&content).map_err(|error| ServiceError::broken_by("a stored pack", error))?;
        let mut packs = self.pack_cache().packs.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(packs.entry(pack_row.as_str().to_owned()).or_insert(Arc::new(pack))))
    }

    /// A form whose practice anyone may try: of the newest public pack of the instance; nothing when there is none.
    ///
    /// # Errors
    /// As [`Services::form_of`].
    pub fn form_to_try(&self) -> Result<Option<Arc<LoadedForm>>, ServiceError> {
        let forms = self.forms_visible_to("")?;
        let Some(public) = forms.into_iter().find(|form| form.pack.is_public) else { return Ok(None) };
        self.form_of(&public.pack_row, &public.key_row, public.form.as_str(), public.form_version).map(Some)
    }

    /// The forms that campaigns of an organisation may use, each with the newest key of its pack. The caller has
    /// authorised the viewer.
    ///
    /// # Errors
    /// As [`Services::form_of`].
    pub fn available_forms(&self, organisation: &OrganisationId) -> Result<Vec<AvailableForm>, ServiceError> {
        self.forms_visible_to(organisation.as_str())
    }

    /// The forms of the instance's packs, and of one organisation's own.
    fn forms_visible_to(&self, organisation: &str) -> Result<Vec<AvailableForm>, ServiceError> {
        let rows = self.read(|conn| {
            let mut rows = Vec::new();
            // At most MOST_PACKS queries.
            for row in packs::visible(conn, organisation, MOST_PACKS)? {
                if let Some(key) = pack_keys::of_pack(conn, &row.id, 1)?.into_iter().next() {
                    rows.push((row.id, key.id));
                }
            }
            Ok(rows)
        })?;
        let mut forms = Vec::new();
        for (pack_row, key_row) in rows {
            let pack_row =
                PackRowId::parse(&pack_row).map_err(|error| ServiceError::broken_by("a stored id", error))?;
            let key_row =
                KeyRowId::parse(&key_row).map_err(|error| ServiceError::broken_by("a stored id", error))?;
            let pack = self.pack_of(&pack_row)?;
            for form in &pack.forms {
                let form_version = i32::try_from(form.version)
                    .map_err(|error| ServiceError::broken_by("a form's version", error))?;
                forms.push(AvailableForm {
                    pack_row: pack_row.clone(),
                    key_row: key_row.clone(),
                    form: form.id.clone(),
                    form_version,
                    pack: Arc::clone(&pack),
                });
            }
        }
        Ok(forms)
    }
}

/// Writes an import down where it concerns somebody: in the chain of the organisation it was made for, or, for the
/// whole instance, in every organisation's.
fn audit_import(
    tx: &mut Tx<'_>,
    organisation: Option<&OrganisationId>,
    action: Action,
    entity: Entity,
    id: &str,
) -> Result<(), ServiceError> {
    let concerned = match organisation {
        Some(organisation) => vec![organisation.clone()],
        None => all_organisations(tx)?,
    };
    for organisation in concerned {
        tx.audit(Entry {
            organisation,
            actor: Actor::Operator,
            action,
            entity,
            entity_id: id.to_owned(),
            detail: String::new(),
            address: None,
        });
    }
    Ok(())
}

fn all_organisations(tx: &mut Tx<'_>) -> Result<Vec<OrganisationId>, ServiceError> {
    let mut all: Vec<OrganisationId> = Vec::new();
    loop {
        let after = all.last().map_or("", OrganisationId::as_str).to_owned();
        let page = organisations::page(tx.conn, &after, ORGANISATIONS)?;
        if page.is_empty() {
            return Ok(all);
        }
        for row in page {
            let id = OrganisationId::parse(&row.id);
            all.push(id.map_err(|error| ServiceError::broken_by("the id of an organisation", error))?);
        }
    }
}
