//! Photos and documents of an incident: what is taken, and what is kept of it. Limits and types are proposed; the plan
//! is silent.

pub mod pages;
pub mod store;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::l10n::text;
use crate::refusal::Refused;

/// Bytes of one file at most.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Files of one incident at most.
pub const MAX_FILES: i64 = 20;

/// File name endings taken, with the media type each is given and the bytes it starts with.
const KINDS: &[(&str, &str, Start)] = &[
    ("jpg", "image/jpeg", Start::Bytes(&[0xff, 0xd8, 0xff])),
    ("jpeg", "image/jpeg", Start::Bytes(&[0xff, 0xd8, 0xff])),
    ("png", "image/png", Start::Bytes(b"\x89PNG\r\n\x1a\n")),
    ("webp", "image/webp", Start::Bytes(b"RIFF")),
    ("heic", "image/heic", Start::At4(b"ftyp")),
    ("heif", "image/heif", Start::At4(b"ftyp")),
    ("pdf", "application/pdf", Start::Bytes(b"%PDF-")),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Start::Bytes(b"PK\x03\x04")),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Start::Bytes(b"PK\x03\x04")),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", Start::Bytes(b"PK\x03\x04")),
    ("doc", "application/msword", Start::Bytes(OLE)),
    ("xls", "application/vnd.ms-excel", Start::Bytes(OLE)),
    ("ppt", "application/vnd.ms-powerpoint", Start::Bytes(OLE)),
    ("txt", "text/plain; charset=utf-8", Start::Text),
];

const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// What a file choice offers.
pub const ACCEPT: &str = ".jpg,.jpeg,.png,.webp,.heic,.heif,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt";

/// How a kind of file begins; an ending alone proves nothing.
enum Start {
    Bytes(&'static [u8]),
    At4(&'static [u8]),
    /// Anything without a NUL.
    Text,
}

/// A file checked and hashed, about to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    pub name: String,
    pub media_type: &'static str,
    pub sha256: [u8; 32],
    pub content: Vec<u8>,
}

/// A kept file, without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct Attached {
    pub id: Uuid,
    pub task: Option<Uuid>,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    /// In hexadecimal.
    pub sha256: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

impl Upload {
    /// Checks a file as it came.
    ///
    /// # Errors
    /// Refuses one that is missing, too large or of no kind taken, naming the limit.
    pub fn check(name: &str, content: Vec<u8>) -> Result<Upload, Refused> {
        let name = plain_name(name);
        if name.is_empty() || content.is_empty() {
            return Err(refused(text(|l| l.msg_cf_file())));
        }
        if content.len() > MAX_BYTES {
            return Err(too_large());
        }
        let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
        let kind = KINDS.iter().find(|(e, _, start)| *e == ending && start.fits(&content));
        let Some((_, media_type, _)) = kind else {
            return Err(refused(text(|l| l.msg_cf_file_types())));
        };
        Ok(Upload { sha256: Sha256::digest(&content).into(), name, media_type, content })
    }

    pub fn sha256_hex(&self) -> String {
        hex::encode(self.sha256)
    }

    pub fn size(&self) -> i64 {
        i64::try_from(self.content.len()).unwrap_or(i64::MAX)
    }
}

/// A file past the size taken.
pub fn too_large() -> Refused {
    refused(text(|l| l.msg_cf_file_size()))
}

/// One file more than an incident may have.
pub fn too_many() -> Refused {
    refused(text(|l| l.msg_cf_file_count(MAX_FILES.to_string())))
}

/// The header that makes a browser save the file under its own name, in any script (RFC 6266).
pub fn disposition(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename*=UTF-8''{encoded}")
}

fn refused(label: crate::lang::Text) -> Refused {
    Refused::Required { field: "file".to_owned(), label }
}

/// The name without folders and control characters, of a length a table can show.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let clean: Vec<char> = name.chars().filter(|c| !c.is_control()).collect();
    // The ending decides what it is, so a long name is cut at its front.
    clean[clean.len().saturating_sub(120)..].iter().collect()
}

impl Start {
    fn fits(&self, content: &[u8]) -> bool {
        match self {
            Start::Bytes(start) => content.starts_with(start),
            Start::At4(mark) => content.get(4..8) == Some(mark),
            Start::Text => !content.contains(&0),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_taken_with_its_hash() {
        let upload = Upload::check("C:\\tmp\\板 2.JPG", vec![0xff, 0xd8, 0xff, 0xe0]).unwrap();
        assert_eq!((upload.name.as_str(), upload.media_type), ("板 2.JPG", "image/jpeg"));
        assert_eq!(upload.sha256_hex().len(), 64);
        assert_eq!(disposition("a b.pdf"), "attachment; filename*=UTF-8''a%20b.pdf");
    }

    #[test]
    fn what_is_not_what_it_says_is_refused() {
        for (name, content) in [
            ("page.html", b"<html>".to_vec()),
            ("photo.jpg", b"<script>".to_vec()),
            ("empty.txt", Vec::new()),
            ("", b"x".to_vec()),
            ("big.txt", vec![b'x'; MAX_BYTES + 1]),
        ] {
            let refused = Upload::check(name, content).unwrap_err();
            assert_eq!(refused.code(), "M_REQUIRED", "{name}");
            assert_eq!(refused.field(), Some("file"));
        }
    }
}
