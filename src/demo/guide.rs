//! Who to sign in as, and what each of them should look at.

use crate::l10n::L10nLanguage;
use crate::lang::Lang;
use crate::person::directory::Directory;

/// A sign-in name and what to look at; the post is read from the directory.
type Line = (&'static str, fn(&L10nLanguage) -> String);

const LINES: [Line; 12] = [
    ("leader", |l| l.msg_demo_look_leader()),
    ("deputy", |l| l.msg_demo_look_deputy()),
    ("duty", |l| l.msg_demo_look_duty()),
    ("lgo.head", |l| l.msg_demo_look_lgo()),
    ("head.inf", |l| l.msg_demo_look_inf()),
    ("head.ord", |l| l.msg_demo_look_ord()),
    ("head.dist", |l| l.msg_demo_look_dist()),
    ("head.rmd-yl", |l| l.msg_demo_look_rmd()),
    ("drv.q02", |l| l.msg_demo_look_driver()),
    ("clerk3.ord", |l| l.msg_demo_look_clerk()),
    ("insp1.insp", |l| l.msg_demo_look_inspector()),
    ("admin", |l| l.msg_demo_look_admin()),
];

/// The guide as a table in columns, one line each: sign-in name, post, and on a demo what to look at.
pub fn table(directory: &Directory, lang: Lang, with_story: bool) -> Vec<String> {
    let l = lang.l10n();
    let mut rows = vec![[l.msg_demo_sign_in(), l.msg_demo_post(), l.msg_demo_look()]];
    for (login, look) in LINES {
        let Some(post) = directory.by_login(login).and_then(|p| p.posts.first()) else {
            continue;
        };
        let role = directory.role_name(&post.role);
        let post = format!("{} · {}", post.department, role.get(lang));
        rows.push([login.to_owned(), post, look(l)]);
    }
    let wide = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let (first, second) = (wide(0), wide(1));
    let line = |[login, post, look]: &[String; 3]| {
        let look = if with_story { look.as_str() } else { "" };
        let line = format!("  {}  {}  {look}", padded(login, first), padded(post, second));
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// Columns a terminal gives the text: Chinese characters and marks take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_chinese_too() {
        assert_eq!(width("INF 信息"), 8);
        assert_eq!(padded("信", 4), "信  ");
        assert_eq!(table(&Directory::default(), Lang::En, true).len(), 1);
    }
}
