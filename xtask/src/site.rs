//! Builds what the browser loads: the islands, the style sheet and the public files, each with its gzip copy,
//! and `site.json`, which tells the server the hash of each.
//! It owns target/site and replaces it whole, so that no file of an earlier build stays.

mod islands;
mod manifest;
mod style;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::hash::Fingerprint;
use crate::process::say;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Raised when the same inputs give other outputs than before.
const RECIPE: &str = "1";

/// What the command line may change.
pub(crate) struct Options {
    /// Cargo profile of the islands.
    pub(crate) profile: String,
    /// Whether to shrink the islands with wasm-opt when it is there.
    pub(crate) wasm_opt: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { profile: "wasm".to_owned(), wasm_opt: true }
    }
}

impl Options {
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Outcome<Self> {
        let mut options = Self::default();
        while let Some(argument) = parser.next().map_err(crate::explain)? {
            match argument {
                lexopt::Arg::Long("profile") => {
                    let value = parser.value().map_err(crate::explain)?;
                    options.profile = value.to_string_lossy().into_owned();
                }
                lexopt::Arg::Long("no-wasm-opt") => options.wasm_opt = false,
                other => return Err(crate::explain(other.unexpected())),
            }
        }
        Ok(options)
    }
}

/// Files of the site by their path below its root, with `/` between folders.
type Files = BTreeMap<String, Vec<u8>>;

/// Builds the site if anything it is made from has changed, and returns its folder.
pub(crate) fn build(workspace: &Workspace, toolchain: &Toolchain, options: &Options) -> Outcome<PathBuf> {
    let folder = workspace.target().join("site");
    fs::create_dir_all(workspace.target()).map_err(|e| format!("{}: {e}", workspace.target().display()))?;
    let lock_path = workspace.target().join("site.lock");
    let lock = fs::File::create(&lock_path).map_err(|e| format!("{}: {e}", lock_path.display()))?;
    lock.lock().map_err(|e| format!("{}: {e}", lock_path.display()))?;

    let module = if toolchain.compiles_wasm() {
        say("Building the islands for the browser");
        Some(islands::compile(workspace, toolchain, &options.profile)?)
    } else {
        None
    };
    let wasm_opt = if options.wasm_opt && module.is_some() { islands::usable_wasm_opt() } else { None };
    let sheets = style::read(&workspace.root().join("app/style"))?;
    let public = read_folder(&workspace.root().join("app/public"))?;

    let mut inputs = Fingerprint::new(RECIPE);
    inputs.add("module", module.as_deref().unwrap_or_default());
    inputs.add("wasm-opt", wasm_opt.as_ref().map_or("", |tool| &tool.version).as_bytes());
    for sheet in &sheets {
        inputs.add(&sheet.name, sheet.source.as_bytes());
    }
    for (path, content) in &public {
        inputs.add(path, content);
    }
    let fingerprint = inputs.finish();
    let stamp = workspace.target().join("site.stamp");
    let is_current = fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint);
    if is_current && folder.join("site.json").is_file() {
        say("The site is up to date");
        return Ok(folder);
    }

    say("Writing the site");
    let mut files = public;
    let style = style::minify(&sheets)?;
    add(&mut files, "egard.css", style.into_bytes())?;
    if let Some(module) = module {
        for (name, content) in islands::bind(module, wasm_opt.as_ref(), &folder.with_extension("bindgen"))? {
            add(&mut files, &format!("pkg/{name}"), content)?;
        }
    }
    let _ = fs::remove_file(&stamp);
    let summary = write(&files, &folder)?;
    fs::write(&stamp, fingerprint).map_err(|e| format!("{}: {e}", stamp.display()))?;
    println!("{summary}");
    Ok(folder)
}

/// Writes a whole site beside the old one, then puts it in its place. Returns a table of sizes.
fn write(files: &Files, folder: &Path) -> Outcome<String> {
    let partial = folder.with_extension("partial");
    remove_folder(&partial)?;
    let mut entries = Vec::new();
    for (path, content) in files {
        let file = partial.join(path);
        let entry = manifest::Entry::of(path, content)?;
        write_file(&file, content)?;
        if let Some(gzip) = &entry.gzip {
            let mut name = file.into_os_string();
            name.push(".gz");
            write_file(Path::new(&name), gzip)?;
        }
        entries.push(entry);
    }
    write_file(&partial.join("site.json"), manifest::json(&entries).as_bytes())?;
    remove_folder(folder)?;
    fs::rename(&partial, folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(manifest::table(&entries))
}

fn add(files: &mut Files, path: &str, content: Vec<u8>) -> Outcome<()> {
    match files.insert(path.to_owned(), content) {
        None => Ok(()),
        Some(_) => Err(format!("app/public/{path} would be overwritten by what xtask makes: rename it")),
    }
}

/// All files below a folder; none when it does not exist.
fn read_folder(root: &Path) -> Outcome<Files> {
    let mut files = Files::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))? {
            let path = entry.map_err(|e| format!("{}: {e}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(root).map_err(|e| format!("{}: {e}", path.display()))?;
            let name = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            let content = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            files.insert(name, content);
        }
    }
    Ok(files)
}

fn write_file(path: &Path, content: &[u8]) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))
}

fn remove_folder(folder: &Path) -> Outcome<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {e}", folder.display())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_lists_every_file_with_its_gzip_copy() {
        let folder = std::env::temp_dir().join(format!("egard-xtask-site-{}", std::process::id()));
        let files = Files::from([("a/b.css".to_owned(), vec![b'a'; 4000]), ("c.png".to_owned(), vec![1, 2])]);

        write(&files, &folder).unwrap();
        write(&files, &folder).unwrap();

        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.join("site.json")).unwrap()).unwrap();
        assert_eq!(json["files"].as_array().unwrap().len(), 2);
        assert_eq!(json["files"][0]["path"], "a/b.css");
        assert_eq!(json["files"][0]["bytes"], 4000);
        assert_eq!(json["files"][0]["hash"].as_str().unwrap().len(), 16);
        let gzip_bytes = fs::metadata(folder.join("a/b.css.gz")).unwrap().len();
        assert_eq!(json["files"][0]["gzip_bytes"], gzip_bytes);
        assert!(json["files"][1]["gzip_bytes"].is_null());
        assert!(!folder.join("c.png.gz").exists());
        remove_folder(&folder).unwrap();
    }

    #[test]
    fn a_public_file_named_like_a_made_one_is_refused() {
        let mut files = Files::from([("egard.css".to_owned(), vec![])]);

        assert!(add(&mut files, "egard.css", vec![]).is_err());
    }
}
