//! Settings: from the JSON that the host gives to a Rust type.
//!
//! A small reader for plain types, because a general one would be most of a component. Types of an
//! author's own need the feature `json` and `Context::setting_as`.
//!
//! Invariant: what is not wholly read is refused.

use std::collections::BTreeMap;

/// A type that a setting can have: truth, whole numbers, floating-point numbers, text, and lists, maps
/// and options of these.
pub trait Setting: Sized {
    /// What is expected, for the error.
    const EXPECTED: &'static str;

    /// Reads a value from the beginning of the text.
    #[doc(hidden)]
    fn read(json: &mut Json<'_>) -> Option<Self>;
}

/// Reads a whole text; none when it is something else.
pub(crate) fn read<T: Setting>(text: &str) -> Option<T> {
    let mut json = Json { rest: text };
    let value = T::read(&mut json)?;
    json.skip_space();
    json.rest.is_empty().then_some(value)
}

/// The part of a JSON text that is not read yet.
#[doc(hidden)]
#[derive(Debug)]
pub struct Json<'a> {
    rest: &'a str,
}

impl<'a> Json<'a> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    /// Takes a word or sign if it comes next.
    fn take(&mut self, word: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn number(&mut self) -> Option<&'a str> {
        self.skip_space();
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(number)
    }

    fn text(&mut self) -> Option<String> {
        if !self.take("\"") {
            return None;
        }
        let mut text = String::new();
        loop {
            match self.character()? {
                '"' => return Some(text),
                '\\' => {
                    let character = self.escaped()?;
                    text.push(character);
                }
                character => text.push(character),
            }
        }
    }

    fn character(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next()?;
        self.rest = characters.as_str();
        Some(character)
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.character()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            character @ ('"' | '\\' | '/') => character,
            _ => return None,
        })
    }

    /// Four hexadecimal digits, or twice four for what lies beyond 16 bits.
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        let second = self.rest.strip_prefix("\\u")?;
        self.rest = second;
        let second = self.unit()?;
        let is_second = (0xdc00..0xe000).contains(&second);
        let code = 0x10000 + ((first - 0xd800) << 10) + second.checked_sub(0xdc00)?;
        is_second.then(|| char::from_u32(code)).flatten()
    }

    fn unit(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |unit, _| {
            Some(unit * 16 + self.character()?.to_digit(16)?)
        })
    }

    /// Items between brackets.
    fn items(
        &mut self,
        open: &str,
        close: &str,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        if !self.take(open) {
            return None;
        }
        if self.take(close) {
            return Some(());
        }
        loop {
            item(self)?;
            if self.take(close) {
                return Some(());
            }
            if !self.take(",") {
                return None;
            }
        }
    }
}

impl Setting for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(json: &mut Json<'_>) -> Option<bool> {
        if json.take("true") {
            return Some(true);
        }
        json.take("false").then_some(false)
    }
}

macro_rules! whole_numbers {
    ($($number:ident: $expected:literal;)*) => {
        $(impl Setting for $number {
            const EXPECTED: &'static str = $expected;

            fn read(json: &mut Json<'_>) -> Option<$number> {
                json.number()?.parse().ok()
            }
        })*
    };
}

whole_numbers! {
    u8: "a whole number from 0 to 255";
    u16: "a whole number from 0 to 65535";
    u32: "a whole number from 0 to 4294967295";
    u64: "a whole number, not negative, of 64 bits";
    i16: "a whole number of 16 bits";
    i32: "a whole number of 32 bits";
    i64: "a whole number of 64 bits";
    f64: "a number";
}

impl Setting for String {
    const EXPECTED: &'static str = "text";

    fn read(json: &mut Json<'_>) -> Option<String> {
        json.skip_space();
        json.text()
    }
}

impl<T: Setting> Setting for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read(json: &mut Json<'_>) -> Option<Option<T>> {
        if json.take("null") {
            return Some(None);
        }
        T::read(json).map(Some)
    }
}

impl<T: Setting> Setting for Vec<T> {
    const EXPECTED: &'static str = "a list of what is expected in it";

    fn read(json: &mut Json<'_>) -> Option<Vec<T>> {
        let mut list = Vec::new();
        json.items("[", "]", |json| {
            list.push(T::read(json)?);
            Some(())
        })?;
        Some(list)
    }
}

impl<T: Setting> Setting for BTreeMap<String, T> {
    const EXPECTED: &'static str = "an object of what is expected in it";

    fn read(json: &mut Json<'_>) -> Option<BTreeMap<String, T>> {
        let mut map = BTreeMap::new();
        json.items("{", "}", |json| {
            let key = json.text()?;
            if !json.take(":") {
                return None;
            }
            map.insert(key, T::read(json)?);
            Some(())
        })?;
        Some(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_are_read() {
        assert_eq!(read::<bool>("true"), Some(true));
        assert_eq!(read::<u32>(" 33 "), Some(33));
        assert_eq!(read::<i64>("-1"), Some(-1));
        assert_eq!(read::<f64>("1.5e3"), Some(1500.0));
        assert_eq!(read::<Option<u8>>("null"), Some(None));
        assert_eq!(
            read::<Vec<String>>(r#"["a", "b"]"#),
            Some(vec!["a".into(), "b".into()])
        );
        assert_eq!(read::<Vec<u8>>("[]"), Some(vec![]));
        assert_eq!(
            read::<BTreeMap<String, bool>>(r#"{"a": true, "b": false}"#),
            Some(BTreeMap::from([("a".into(), true), ("b".into(), false)]))
        );
    }

    #[test]
    fn texts_are_what_serde_json_writes() {
        for text in ["", "नेपाल", "\"\\/\u{8}\u{c}\n\r\t\u{1}", "🎉"] {
            let json = serde_json::to_string(text).expect("it is text");
            assert_eq!(read::<String>(&json).as_deref(), Some(text));
        }
        assert_eq!(
            read::<String>(r#""\ud83c\udf89 \u0041""#).as_deref(),
            Some("🎉 A")
        );
    }

    #[test]
    fn what_is_something_else_is_refused() {
        assert_eq!(read::<u32>("-1"), None);
        assert_eq!(read::<u32>("1.5"), None);
        assert_eq!(read::<u8>("256"), None);
        assert_eq!(read::<u32>("\"33\""), None);
        assert_eq!(read::<bool>("truer"), None);
        assert_eq!(read::<Vec<u8>>("[1,"), None);
        assert_eq!(read::<Vec<u8>>("[1 2]"), None);
        for text in [
            "\"a",
            "\"\\ud83c\"",
            "\"\\ud83c\\u0041\"",
            "\"\\x\"",
            "a",
            "",
        ] {
            assert_eq!(read::<String>(text), None, "{text}");
        }
    }
}
