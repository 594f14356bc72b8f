//! A pack folder: which files of it are read, and the pack that they make.

use std::io::Read;
use std::path::Path;

use domain::pack::media::MAX_VIDEO_BYTES;
use domain::pack::{Pack, PackFile, ParsedPack};

use crate::cli::CliError;

/// The pack in a folder, or all its problems, each with file and line.
pub(super) fn parse(folder: &Path) -> Result<ParsedPack, CliError> {
    let files =
        read(folder).map_err(|error| CliError(format!("{} cannot be read: {error}", folder.display())))?;
    if !files.iter().any(|file| file.path.ends_with(".toml")) {
        return Err(CliError(format!("{} holds no .toml file", folder.display())));
    }
    Pack::parse(&files).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CliError(format!("{}\n{} problem(s) in {}", lines.join("\n"), lines.len(), folder.display()))
    })
}

/// The files below a folder, with their paths inside it: TOML and media, without what is hidden or for people.
fn read(folder: &Path) -> std::io::Result<Vec<PackFile>> {
    let mut files = Vec::new();
    walk(folder, folder, &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<PackFile>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A link may lead anywhere, outside the pack or back into it.
        if entry.file_type()?.is_symlink() {
            let message = format!("{} is a link; a pack holds its files itself", path.display());
            return Err(std::io::Error::other(message));
        }
        if is_hidden || path.extension().is_some_and(|extension| extension == "md") {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files)?;
        } else {
            let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push(PackFile { path: inside, bytes: beginning(&path)? });
        }
    }
    Ok(())
}

/// The bytes of a file as far as a pack may hold any, and one more for one that is too large.
fn beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let most = u64::try_from(MAX_VIDEO_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
