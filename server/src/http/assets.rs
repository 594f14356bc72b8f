//! The built files of the site, read once at start and served under addresses that hold their hash.

use std::collections::HashMap;
use std::path::Path;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ContentEncoding, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use egard_app::assets::Assets;
use egard_app::fault::Fault;

/// The files in memory.
#[derive(Clone, Debug, Default)]
pub struct SiteFiles {
    files: HashMap<String, SiteFile>,
}

#[derive(Clone, Debug)]
struct SiteFile {
    hash: String,
    content_type: &'static str,
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl SiteFiles {
    /// Reads a built site: its manifest and every file that the manifest names.
    ///
    /// # Errors
    /// When the folder has no manifest or a file of the manifest is missing.
    pub fn read(folder: &Path) -> std::io::Result<(Self, Assets)> {
        let read = |path: &str| std::fs::read(folder.join(path)).map(Bytes::from);
        Self::gather(&read("site.json")?, |path| read(path))
    }

    /// The site that was built into the executable; an executable without one serves plain pages.
    ///
    /// # Errors
    /// When its manifest cannot be read or a file is missing.
    pub fn from_embedded(
        embedded: &'static [(&'static str, &'static [u8])],
    ) -> std::io::Result<(Self, Assets)> {
        if embedded.is_empty() {
            return Ok((Self::default(), Assets::default()));
        }
        let read = |path: &str| {
            let found = embedded.iter().find(|(name, _)| *name == path);
            found
                .map(|(_, bytes)| Bytes::from_static(bytes))
                .ok_or_else(|| std::io::Error::other(path.to_owned()))
        };
        Self::gather(&read("site.json")?, read)
    }

    fn gather(
        manifest: &[u8],
        read: impl Fn(&str) -> std::io::Result<Bytes>,
    ) -> std::io::Result<(Self, Assets)> {
        let assets = Assets::parse(&String::from_utf8_lossy(manifest)).map_err(std::io::Error::other)?;
        let mut files = HashMap::new();
        for file in &assets.files {
            let plain = read(&file.path)?;
            let gzip = read(&format!("{}.gz", file.path)).ok();
            files.insert(
                file.path.clone(),
                SiteFile { hash: file.hash.clone(), content_type: content_type(&file.path), plain, gzip },
            );
        }
        Ok((Self { files }, assets))
    }
}

/// `GET /assets/{hash}/{path}`: the islands' module asks for its siblings under the hash of the script.
pub(crate) async fn serve(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    site: web::Data<SiteFiles>,
) -> Result<HttpResponse, Fault> {
    let (hash, path) = path.into_inner();
    let file = site.files.get(&path).ok_or(Fault::NotFound)?;
    let is_known = file.hash == hash || path.starts_with("pkg/");
    if !is_known {
        return Err(Fault::NotFound);
    }
    let takes_gzip = request
        .headers()
        .get("accept-encoding")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, file.content_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "accept-encoding"));
    match &file.gzip {
        Some(gzip) if takes_gzip => {
            response.insert_header((CONTENT_ENCODING, ContentEncoding::Gzip));
            Ok(response.body(gzip.clone()))
        }
        _ => Ok(response.body(file.plain.clone())),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
