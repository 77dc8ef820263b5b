//! Turns the texts of the three languages into typed functions and takes the static files into the binary.
//! A text that one language lacks, or that names other variables there, stops the build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;
use std::{env, fs, io};

use fluent_typed::{BuildOptions, FtlOutputOptions, LintLevel, build_from_locales_folder};

const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=migrations");
    if let Err(gaps) = same_texts_everywhere() {
        eprintln!("{gaps}");
        return ExitCode::FAILURE;
    }
    let Ok(out) = env::var("OUT_DIR") else {
        eprintln!("OUT_DIR is not set");
        return ExitCode::FAILURE;
    };
    let files = Path::new(&out).join("static");
    if let Err(e) = gather_static(Path::new("static"), &files) {
        eprintln!("static: {e}");
        return ExitCode::FAILURE;
    }
    memory_serve::load_directory(files);
    let options = BuildOptions::default()
        .with_output_file_path(&format!("{out}/l10n.rs"))
        .with_ftl_output(FtlOutputOptions::single_file(&format!("{out}/translations.ftl")))
        .with_lint_level(LintLevel::Deny)
        .without_bidi_isolation()
        .without_format();
    build_from_locales_folder(options)
}

/// Copies the static files to where they are taken in, with `app.css` in one piece: a browser then fetches one sheet,
/// and its name carries the hash of all of it.
fn gather_static(from: &Path, to: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed=static");
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    copy_folder(from, to)?;
    let sheet = to.join("app.css");
    if sheet.exists() {
        let mut whole = String::new();
        for line in fs::read_to_string(&sheet)?.lines() {
            let import = line.strip_prefix("@import url(\"").and_then(|rest| rest.strip_suffix("\");"));
            match import {
                Some(room) => whole += &fs::read_to_string(to.join(room))?,
                None => whole += line,
            }
            whole.push('\n');
        }
        fs::write(sheet, whole)?;
    }
    make_old(to)
}

/// The folder is watched too; newer than this program's start, it would have everything built again each time.
fn make_old(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            make_old(&entry?.path())?;
        }
    }
    fs::File::open(path)?.set_modified(SystemTime::UNIX_EPOCH)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The generator only warns of a text that is missing in a language; here it is an error, with the place.
fn same_texts_everywhere() -> Result<(), String> {
    let mut gaps = String::new();
    let mut seen: BTreeMap<(String, String), BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    for language in LANGUAGES {
        let folder = Path::new("locales").join(language);
        let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|e| e.to_string())?.path();
            if path.extension().is_none_or(|e| e != "ftl") {
                continue;
            }
            let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            for (id, variables) in messages(&text) {
                seen.entry((file.clone(), id)).or_default().insert(language, variables);
            }
        }
    }
    for ((file, id), by_language) in &seen {
        for language in LANGUAGES {
            if !by_language.contains_key(language) {
                gaps += &format!("locales/{language}/{file}: `{id}` is missing\n");
            }
        }
        let mut variables = by_language.values();
        let first = variables.next();
        if variables.any(|v| Some(v) != first) {
            gaps += &format!("{file}: `{id}` names different variables in different languages\n");
        }
    }
    if gaps.is_empty() { Ok(()) } else { Err(gaps) }
}

/// The messages of a resource with the variables each names. Indented lines continue the message above.
fn messages(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in text.lines() {
        let starts = line.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
        if starts && let Some((id, _)) = line.split_once('=') {
            found.push((id.trim().to_owned(), BTreeSet::new()));
        } else if !line.starts_with(char::is_whitespace) {
            continue;
        }
        if let Some((_, variables)) = found.last_mut() {
            for part in line.split('$').skip(1) {
                let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(part.len());
                variables.insert(part[..end].to_owned());
            }
        }
    }
    found
}
