//! CSV with a byte order mark, by which a spreadsheet knows UTF-8, and lines as RFC 4180 ends them.

use csv::{Terminator, Writer, WriterBuilder};

use super::{Book, Cell, runs};
use crate::error::Result;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The heading, then one table under the other with a blank line between.
pub fn write(book: &Book) -> Result<Vec<u8>> {
    let mut out = WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer(MARK.to_vec());
    for (name, value) in &book.head {
        line(&mut out, [safe(name), safe(value)])?;
    }
    for table in &book.tables {
        line(&mut out, [String::new()])?;
        line(&mut out, [safe(&table.name)])?;
        line(&mut out, table.columns.iter().map(|c| safe(c)))?;
        for row in &table.rows {
            line(&mut out, row.iter().map(cell))?;
        }
    }
    Ok(out.into_inner().map_err(|e| anyhow::anyhow!("{e}"))?)
}

fn line(out: &mut Writer<Vec<u8>>, cells: impl IntoIterator<Item = String>) -> Result<()> {
    Ok(out.write_record(cells).map_err(anyhow::Error::from)?)
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => safe(text),
        Cell::Number(number) => number.to_string(),
        Cell::None => String::new(),
    }
}

fn safe(text: &str) -> String {
    if runs(text) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::sheet::Table;

    #[test]
    fn nothing_runs_and_nothing_is_lost() {
        let rows = vec![
            vec![Cell::from("=HYPERLINK(\"http://x\")"), Cell::from(-3_i64)],
            vec![Cell::from("两行\n\"引号\", 逗号"), Cell::None],
        ];
        let table = Table { name: "任务".to_owned(), columns: vec!["a".to_owned(), "@b".to_owned()], rows };
        let head = vec![("编号".to_owned(), "YJ-1".to_owned())];
        let bytes = write(&Book { head, tables: vec![table] }).unwrap();
        assert!(bytes.starts_with(MARK));
        let text = String::from_utf8(bytes[3..].to_vec()).unwrap();
        assert!(text.starts_with("编号,YJ-1\r\n"), "{text}");
        let read: Vec<Vec<String>> = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes())
            .records()
            .map(|r| r.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert!(read.contains(&vec!["a".to_owned(), "'@b".to_owned()]), "{read:?}");
        assert!(read.contains(&vec!["'=HYPERLINK(\"http://x\")".to_owned(), "-3".to_owned()]), "{read:?}");
        assert!(read.contains(&vec!["两行\n\"引号\", 逗号".to_owned(), String::new()]), "{read:?}");
    }
}
