//! A pack folder: which files of it are read, and the pack that they make.

use std::path::Path;

use domain::pack::{Pack, PackFile, ParsedPack};

use crate::cli::CliError;

/// The pack in a folder, or all its problems, each with file and line.
pub(super) fn parse(folder: &Path) -> Result<ParsedPack, CliError> {
    let files =
        read(folder).map_err(|error| CliError(format!("{} cannot be read: {error}", folder.display())))?;
    if files.is_empty() {
        return Err(CliError(format!("{} holds no .toml file", folder.display())));
    }
    Pack::parse(&files).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CliError(format!("{}\n{} problem(s) in {}", lines.join("\n"), lines.len(), folder.display()))
    })
}

/// The TOML files below a folder, with their paths inside it.
fn read(folder: &Path) -> std::io::Result<Vec<PackFile>> {
    let mut files = Vec::new();
    walk(folder, folder, &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<PackFile>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push(PackFile { path: inside, bytes: std::fs::read(&path)? });
        }
    }
    Ok(())
}
