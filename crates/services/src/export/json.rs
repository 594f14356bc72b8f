//! An export as JSON: `{"notes": {…}, "rows": [{…}, …]}`, written row by row.

use serde_json::{Map, Value};

use crate::error::ServiceError;
use crate::export::{Export, Sink};
use crate::state::Services;

pub(super) fn write(services: &Services, export: &Export, sink: &mut Sink<'_>) -> Result<(), ServiceError> {
    let fault = |error: serde_json::Error| ServiceError::broken_by("writing a JSON file", error);
    let notes: Map<String, Value> =
        export.notes().into_iter().map(|(name, cell)| (name.to_owned(), cell.json(export.zone()))).collect();
    sink(format!("{{\"notes\":{},\n\"rows\":[", serde_json::to_string(&notes).map_err(fault)?).into_bytes())?;
    let heads = export.heads();
    let mut separator = "\n";
    export.for_each_chunk(services, &mut |rows| {
        let mut text = String::new();
        for row in rows {
            let object: Map<String, Value> =
                heads.iter().zip(&row).map(|(name, cell)| (name.clone(), cell.json(export.zone()))).collect();
            text.push_str(separator);
            text.push_str(&serde_json::to_string(&object).map_err(fault)?);
            separator = ",\n";
        }
        Ok(sink(text.into_bytes())?)
    })?;
    Ok(sink(b"\n]}\n".to_vec())?)
}
