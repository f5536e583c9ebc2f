//! A look at the text of a rule file before it is parsed: how deep its brackets nest, how long a chain
//! of operators can be.
//!
//! It is no parser. `regorus` parses nested sets and objects in a time that doubles with each level, and
//! recurses over chains of operators; this keeps both small whatever the file holds.
//!
//! Invariant: what passes is parsed in bounded time and stack.

/// How deep brackets may nest.
pub const NESTING_MAX: usize = 8;
/// The most operators, dots and brackets between an outermost bracket and its end.
pub const GROUP_MARKS_MAX: usize = 600;
/// The most of them outside all brackets in one file.
pub const OUTER_MARKS_MAX: usize = 1_000;

/// Why a text is refused, if it is.
pub(crate) fn refuse(text: &str) -> Option<String> {
    let mut scan = Scan::default();
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'#' => while bytes.next_if(|b| *b != b'\n').is_some() {},
            b'`' => while bytes.next().is_some_and(|b| b != b'`') {},
            b'"' => {
                while let Some(inner) = bytes.next() {
                    match inner {
                        b'\\' => _ = bytes.next(),
                        b'"' | b'\n' => break,
                        _ => {}
                    }
                }
            }
            _ => scan.take(byte),
        }
        if scan.deepest > NESTING_MAX {
            return Some(format!("brackets nest deeper than {NESTING_MAX}"));
        }
        if scan.group > GROUP_MARKS_MAX || scan.outer > OUTER_MARKS_MAX {
            return Some(format!(
                "a rule has more than {GROUP_MARKS_MAX} operators, dots and brackets, or the file has more than \
                 {OUTER_MARKS_MAX} of them outside all brackets; divide it"
            ));
        }
    }
    None
}

#[derive(Default)]
struct Scan {
    depth: usize,
    deepest: usize,
    /// Marks since the outermost open bracket.
    group: usize,
    /// Marks outside all brackets.
    outer: usize,
    /// The word that is being read, if it can be an operator: `in`, `not`.
    word: Vec<u8>,
}

impl Scan {
    fn take(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            if self.word.len() < 8 {
                self.word.push(byte);
            }
            return;
        }
        let word = std::mem::take(&mut self.word);
        if matches!(
            word.as_slice(),
            b"in" | b"not" | b"else" | b"every" | b"with"
        ) {
            self.mark();
        }
        match byte {
            b'(' | b'[' | b'{' => {
                self.mark();
                self.depth += 1;
                self.deepest = self.deepest.max(self.depth);
            }
            b')' | b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.group = 0;
                }
            }
            b'+' | b'-' | b'*' | b'/' | b'%' | b'|' | b'&' | b'=' | b'<' | b'>' | b'.' | b'!' => {
                self.mark();
            }
            _ => {}
        }
    }

    fn mark(&mut self) {
        if self.depth == 0 {
            self.outer += 1;
        } else {
            self.group += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUP_MARKS_MAX, NESTING_MAX, refuse};

    #[test]
    fn brackets_in_texts_and_comments_do_not_nest() {
        let many = "[".repeat(NESTING_MAX + 1);
        for text in [
            format!("# {many}\n"),
            format!("x := \"\\\"{many}\"\n"),
            format!("x := `{many}`\n"),
        ] {
            assert_eq!(refuse(&text), None, "{text}");
        }
        assert!(refuse(&format!("x := \"a\" {many}")).is_some());
    }

    #[test]
    fn a_long_chain_is_seen_in_one_rule_and_not_in_many() {
        let long = format!("a if {{ {}1 }}\n", "1 +\n".repeat(GROUP_MARKS_MAX + 1));
        assert!(refuse(&long).is_some());
        assert_eq!(refuse(&"a if { 1 + 1 }\n".repeat(300)), None);
        let words = format!("a if {{ {}1 }}\n", "1 in\n".repeat(GROUP_MARKS_MAX + 1));
        assert!(refuse(&words).is_some());
    }
}
