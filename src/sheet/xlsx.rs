//! XLSX, as little of it as a table needs (ECMA-376, parts 1 and 2).
//!
//! The writers to be had bring an archive library of a dozen parts with them; tables of text and whole numbers need
//! five small XML files in an archive that is not even packed.

use super::{Book, Cell, Table, runs};

/// Signs a cell may hold.
const CELL_LIMIT: usize = 32_767;
/// Signs the name of a sheet may have.
const NAME_LIMIT: usize = 31;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Styles of a cell: as it is, bold, and text kept from being read as a formula.
const BOLD: u8 = 1;
const QUOTED: u8 = 2;

/// A sheet a table; each begins with the heading, and prints with its page numbers.
pub fn write(book: &Book) -> Vec<u8> {
    let mut zip = Zip::default();
    let sheets: Vec<usize> = (1..=book.tables.len()).collect();
    let each = |line: &dyn Fn(usize) -> String| sheets.iter().map(|n| line(*n)).collect::<String>();

    let parts = each(&|n| {
        format!(
            r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        )
    });
    zip.add(
        "[Content_Types].xml",
        &format!(
            r#"{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{parts}</Types>"#
        ),
    );
    zip.add(
        "_rels/.rels",
        &format!(
            r#"{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    );
    let names = names(&book.tables);
    let listed: String = names
        .iter()
        .enumerate()
        .map(|(i, name)| format!(r#"<sheet name="{}" sheetId="{n}" r:id="rId{n}"/>"#, escaped(name), n = i + 1))
        .collect();
    zip.add(
        "xl/workbook.xml",
        &format!(r#"{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>"#),
    );
    let targets =
        each(&|n| format!(r#"<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>"#));
    let style = sheets.len() + 1;
    zip.add(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"{XML}<Relationships xmlns="{PACKAGE}/relationships">{targets}<Relationship Id="rId{style}" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>"#
        ),
    );
    zip.add(
        "xl/styles.xml",
        &format!(
            r#"{XML}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/></cellXfs></styleSheet>"#
        ),
    );
    for (n, table) in sheets.iter().zip(&book.tables) {
        zip.add(&format!("xl/worksheets/sheet{n}.xml"), &sheet(&book.head, table));
    }
    zip.finish()
}

fn sheet(head: &[(String, String)], table: &Table) -> String {
    let mut rows = String::new();
    let mut at = 0;
    let mut row = |cells: String| {
        at += 1;
        rows += &format!(r#"<row r="{at}">{cells}</row>"#);
    };
    for (name, value) in head {
        row(text(name, BOLD) + &text(value, 0));
    }
    row(String::new());
    row(table.columns.iter().map(|c| text(c, BOLD)).collect());
    for cells in &table.rows {
        row(cells.iter().map(cell).collect());
    }
    format!(
        r#"{XML}<worksheet xmlns="{MAIN}"><cols><col min="1" max="{}" width="22" customWidth="1"/></cols><sheetData>{rows}</sheetData><pageSetup paperSize="9" orientation="landscape"/><headerFooter><oddFooter>&amp;R&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"#,
        table.columns.len().max(2)
    )
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(words) => text(words, 0),
        Cell::Number(number) => format!("<c><v>{number}</v></c>"),
        Cell::None => "<c/>".to_owned(),
    }
}

/// Text is written as text, never as a formula; what looks like one is also marked as quoted, so that it stays text when
/// the cell is edited.
fn text(words: &str, style: u8) -> String {
    let style = if runs(words) { QUOTED } else { style };
    let cut: String = words.chars().take(CELL_LIMIT).collect();
    format!(r#"<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#, escaped(&cut))
}

/// Names of sheets: without the signs they may not have, short, and each once.
fn names(tables: &[Table]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for table in tables {
        let plain: String = table.name.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).collect();
        let mut name: String = plain.chars().take(NAME_LIMIT).collect();
        if name.trim().is_empty() || names.contains(&name) {
            let room = NAME_LIMIT - 4;
            name = format!("{} {}", name.chars().take(room).collect::<String>(), names.len() + 1);
        }
        names.push(name);
    }
    names
}

/// For text and attributes, without what XML 1.0 can't hold.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for sign in words.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(sign),
            '\r' => out.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

/// An archive whose files are stored as they are (APPNOTE 6.3, method 0).
#[derive(Default)]
struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

/// 1 January 1980, where the archive's calendar begins: the file says in its head when it was taken out.
const DATE: u16 = 0x21;
const VERSION: u16 = 20;

impl Zip {
    fn add(&mut self, name: &str, content: &str) {
        let at = size(self.bytes.len());
        let mut common = Vec::new();
        for half in [VERSION, 0, 0, 0, DATE] {
            common.extend(half.to_le_bytes());
        }
        for word in [crc32fast::hash(content.as_bytes()), size(content.len()), size(content.len())] {
            common.extend(word.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
        common.extend(0_u16.to_le_bytes());

        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(content.as_bytes());

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.files += 1;
    }

    fn finish(mut self) -> Vec<u8> {
        let at = size(self.bytes.len());
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.files.to_le_bytes());
        self.bytes.extend(self.files.to_le_bytes());
        self.bytes.extend(size(self.directory.len()).to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes
    }
}

/// Tables of ours stay far below four gigabytes.
fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(words: &str) -> Book {
        let table = |name: &str| Table {
            name: name.to_owned(),
            columns: vec!["列".to_owned()],
            rows: vec![vec![Cell::from(words), Cell::from(7_i64), Cell::None]],
        };
        Book { head: vec![("编号".to_owned(), "YJ-1".to_owned())], tables: vec![table("任务"), table("任务")] }
    }

    #[test]
    fn nothing_is_written_as_a_formula() {
        for words in ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"] {
            let bytes = write(&book(words));
            let all = String::from_utf8_lossy(&bytes);
            assert!(!all.contains("<f>"), "{words:?}");
            let quoted = format!(r#"<c s="2" t="inlineStr"><is><t xml:space="preserve">{}"#, escaped(words));
            assert!(all.contains(&quoted), "{words:?}");
        }
    }

    #[test]
    fn markup_and_what_xml_cannot_hold_stay_out() {
        assert_eq!(escaped("<a href=\"x\">&\0\u{b}\u{fffe}"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }

    #[test]
    fn sheets_have_names_of_their_own() {
        assert_eq!(names(&book("x").tables), ["任务", "任务 2"]);
        let odd = Table { name: "[a/b]*".to_owned(), ..Table::default() };
        let long = Table { name: "长".repeat(60), ..Table::default() };
        let found = names(&[odd, long, Table::default()]);
        assert_eq!((found[0].as_str(), found[1].chars().count(), found[2].as_str()), ("ab", 31, " 3"));
    }

    /// The directory at the end points at every file, and each has the sum of what it holds.
    #[test]
    fn the_archive_holds_together() {
        let bytes = write(&book("x"));
        let half = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let word = |at: usize| half(at) + (half(at + 2) << 16);
        let end = bytes.len() - 22;
        assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
        let mut at = word(end + 16);
        assert_eq!(at + word(end + 12), end);
        for _ in 0..half(end + 10) {
            assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
            let (name, file) = (half(at + 28), word(at + 42));
            assert_eq!(&bytes[file..file + 4], b"PK\x03\x04");
            let content = file + 30 + name;
            let content = &bytes[content..content + word(at + 20)];
            assert_eq!(word(at + 16), crc32fast::hash(content) as usize);
            assert!(content.starts_with(b"<?xml"));
            at += 46 + name;
        }
        assert_eq!((at, half(end + 10)), (end, 7));
    }
}
