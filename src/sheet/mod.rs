//! Tables handed out: as CSV and as XLSX, safe to open in a spreadsheet (R160).
//!
//! What somebody typed never runs as a formula there: in CSV such a cell starts with `'`, in XLSX it is text.

mod csv;
mod xlsx;

use crate::error::Result;

/// What is taken out in one go: tables under one heading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// What it is, and who took it out when from which edition: name and value.
    pub head: Vec<(String, String)>,
    pub tables: Vec<Table>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(i64),
    None,
}

/// How a book is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub const ALL: [Format; 2] = [Format::Csv, Format::Xlsx];

    /// The ending of the file's name.
    pub const fn code(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    pub fn from_code(code: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|f| f.code() == code)
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl Book {
    /// The bytes of the file.
    pub fn write(&self, format: Format) -> Result<Vec<u8>> {
        match format {
            Format::Csv => csv::write(self),
            Format::Xlsx => Ok(xlsx::write(self)),
        }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Cell {
        Cell::Number(number)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Cell {
        i64::try_from(number).map_or(Cell::None, Cell::Number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        if text.is_empty() { Cell::None } else { Cell::Text(text) }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        text.to_owned().into()
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::None, Into::into)
    }
}

/// Whether a spreadsheet would take the text for a formula, or hide one behind a margin. The wide forms count too: a
/// Chinese keyboard types them.
fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_known() {
        for text in ["=1+1", "+86 371", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert!(runs(text), "{text:?}");
        }
        for text in ["", "板 2", "1-2", " =1", "'=1"] {
            assert!(!runs(text), "{text:?}");
        }
    }

    #[test]
    fn formats_are_known_by_their_ending() {
        for format in Format::ALL {
            assert_eq!(Format::from_code(format.code()), Some(format));
        }
        assert_eq!(Format::from_code("xls"), None);
    }
}
