//! Foreign text made harmless: what a guest or its compiler says never steers a terminal.
//!
//! Short names are shown by `model::name::display`; here are whole lines.

use model::name::is_hidden;

/// Shows a line: control, bidirectional and other hidden characters are escaped (line breaks and tabs
/// become spaces), and at most `chars_max` characters are kept.
pub(crate) fn printable(text: &str, chars_max: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(chars_max));
    for (n, c) in text.chars().enumerate() {
        if n == chars_max {
            shown.push('…');
            break;
        }
        match c {
            '\n' | '\r' | '\t' => shown.push(' '),
            _ if is_hidden(c) => shown.extend(c.escape_unicode()),
            _ => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_and_bidirectional_characters_are_escaped() {
        assert_eq!(
            printable("a\u{1b}[31m\u{202e}b\0", 100),
            "a\\u{1b}[31m\\u{202e}b\\u{0}"
        );
    }

    #[test]
    fn line_breaks_become_spaces_and_long_lines_are_cut() {
        assert_eq!(printable("one\ntwo three", 7), "one two…");
    }
}
