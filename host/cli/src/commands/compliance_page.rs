//! The page of `strata compliance report --format html`: one file, without scripts, for people who do not use a terminal.
//!
//! Invariant: no text reaches the page but through [`escaped`] or from here.

use std::fmt::Write as _;

use compliance::PackFinding;
use engine::compliance::Checked;
use model::hazard::Severity;

use crate::commands::compliance::{of, passed, summary, word};

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222}\
table{border-collapse:collapse;width:100%;margin:0 0 1.5em}\
th,td{text-align:left;vertical-align:top;border:1px solid #bbb;padding:.4em .6em;overflow-wrap:anywhere}\
th{background:#eee}code{font-size:.9em}.error{border-left:.4em solid #b00020}\
.warning{border-left:.4em solid #c77700}.note{border-left:.4em solid #4a6fa5}h2{padding-left:.5em}";

/// The page about a tenant.
pub fn page(checked: &Checked) -> String {
    let name = escaped(&checked.name);
    let mut page =
        String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Even if something got past the escaping, a browser would not run it or load anything.
    page.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    push(
        &mut page,
        format_args!("<title>Compliance of {name}</title>\n"),
    );
    push(
        &mut page,
        format_args!("<style>{STYLE}</style>\n</head>\n<body>\n"),
    );
    push(
        &mut page,
        format_args!("<h1>Compliance of {name}</h1>\n<table>\n"),
    );
    for (title, text) in [
        ("Tenant", checked.slug.as_str()),
        ("Day", &checked.today),
        ("Environment", &checked.environment),
        ("Result", &summary(checked)),
    ] {
        push(
            &mut page,
            format_args!("<tr><th>{title}</th><td>{}</td></tr>\n", escaped(text)),
        );
    }
    page.push_str("</table>\n");
    packs(&mut page, checked);
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        findings(&mut page, checked, severity);
    }
    page.push_str("<h2>What passed</h2>\n<ul>\n");
    for pack in &checked.packs {
        push(
            &mut page,
            format_args!("<li>{}</li>\n", escaped(&passed(pack))),
        );
    }
    page.push_str(
        "</ul>\n<p>The schema was judged as it stands. Rules about changes judge plans, and find nothing here.</p>\n\
         </body>\n</html>",
    );
    page
}

fn packs(page: &mut String, checked: &Checked) {
    page.push_str("<h2>Rule packs</h2>\n<table>\n");
    page.push_str("<tr><th>Pack</th><th>Version</th><th>Title</th><th>Digest</th></tr>\n");
    for pack in &checked.packs {
        let (id, version, title) = (
            escaped(&pack.id),
            escaped(&pack.version),
            escaped(&pack.title),
        );
        let digest = escaped(&pack.digest.to_string());
        push(
            page,
            format_args!(
                "<tr><td>{id}</td><td>{version}</td><td>{title}</td><td><code>{digest}</code></td></tr>\n"
            ),
        );
    }
    page.push_str("</table>\n");
}

fn findings(page: &mut String, checked: &Checked, severity: Severity) {
    let found: Vec<&PackFinding> = of(checked, severity).collect();
    let title = match severity {
        Severity::Error => "Errors",
        Severity::Warning => "Warnings",
        Severity::Note => "Notes",
    };
    let class = word(severity);
    push(
        page,
        format_args!("<h2 class=\"{class}\">{title}: {}</h2>\n", found.len()),
    );
    if found.is_empty() {
        page.push_str("<p>None.</p>\n");
        return;
    }
    page.push_str(
        "<table>\n<tr><th>Rule</th><th>About</th><th>What was found</th><th>What to do</th></tr>\n",
    );
    for PackFinding { finding, .. } in found {
        push(
            page,
            format_args!(
                "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                escaped(&finding.code),
                escaped(&finding.object),
                escaped(&finding.message),
                escaped(&finding.fix),
            ),
        );
    }
    page.push_str("</table>\n");
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a text does not fail.
    let _never_fails = page.write_fmt(text);
}

/// A text that is nothing but text in HTML, in an element or in quotes.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in model::name::printable(text).chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            super::escaped("<script>\"a\" & 'b'</script>\u{202e}नेपाल"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;\\u{202e}नेपाल"
        );
    }
}
