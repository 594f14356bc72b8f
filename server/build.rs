//! Puts the built site (when `EGARD_EMBED_SITE` names it) and the public pack into the executable.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=EGARD_EMBED_SITE");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("..");
    let site = std::env::var("EGARD_EMBED_SITE").ok().map(|folder| root.join(folder));
    std::fs::write(out.join("site_files.rs"), table("SITE_FILES", site.as_deref())?)?;
    let pack = root.join("content/packs/relation-client");
    std::fs::write(out.join("pack_files.rs"), table("PACK_FILES", Some(&pack))?)?;
    Ok(())
}

fn table(name: &str, folder: Option<&Path>) -> Result<String, Box<dyn Error>> {
    let mut code = format!("/// Path and bytes of each file.\npub static {name}: &[(&str, &[u8])] = &[\n");
    if let Some(folder) = folder {
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = Vec::new();
        walk(folder, &mut files)?;
        files.sort();
        for file in files {
            let path = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
            writeln!(
                code,
                "    ({path:?}, include_bytes!({:?})),",
                file.canonicalize()?.display().to_string()
            )?;
        }
    }
    code.push_str("];\n");
    Ok(code)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
