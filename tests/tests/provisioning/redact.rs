//! Making answers comparable: what differs from run to run gets a name by its place of first appearance.
//!
//! Two equal ids keep one name, so that a snapshot still shows what belongs together.

use std::collections::HashMap;

use serde_json::Value;

/// An answer with names for ids, digests and moments, and `0` for durations.
pub(crate) fn redact(mut answer: Value) -> Value {
    Names::default().walk(&mut answer);
    answer
}

#[derive(Default)]
struct Names {
    ids: HashMap<String, String>,
    digests: HashMap<String, String>,
}

impl Names {
    fn walk(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Value::Object(fields) => {
                for (key, field) in fields {
                    if key == "duration_ms" {
                        *field = 0.into();
                    } else {
                        self.walk(field);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, text: &str) -> String {
        if is_time(text) {
            return "[time]".to_owned();
        }
        let words = text.split(' ').map(|word| self.word(word));
        words.collect::<Vec<_>>().join(" ")
    }

    /// A word; what follows a digest in a sentence stays.
    fn word(&mut self, word: &str) -> String {
        let end = word.trim_end_matches([',', '.', ')', '`']);
        let rest = &word[end.len()..];
        if let Some(hex) = end.strip_prefix("sha256:") {
            // Twelve digits name a digest as well as all of them.
            let short: String = hex.chars().take(12).collect();
            return name(&mut self.digests, "digest", &short) + rest;
        }
        if is_id(end) {
            return name(&mut self.ids, "id", end) + rest;
        }
        word.to_owned()
    }
}

fn name(known: &mut HashMap<String, String>, kind: &str, of: &str) -> String {
    let next = known.len() + 1;
    let name = known.entry(of.to_owned());
    name.or_insert_with(|| format!("[{kind} {next}]")).clone()
}

fn is_id(word: &str) -> bool {
    let hyphens: Vec<usize> = word.match_indices('-').map(|(at, _)| at).collect();
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    word.len() == 36 && hyphens == [8, 13, 18, 23] && word.chars().all(is_hex)
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.ends_with('Z') && bytes.len() >= 20 && bytes[4] == b'-' && bytes[10] == b'T'
}

#[test]
fn one_thing_gets_one_name_and_the_rest_of_a_sentence_stays() {
    let id = "01a1fab6-b64a-75ad-80bc-a7588b46a004";
    let digest = format!("sha256:{}", "ab".repeat(32));
    let answer = serde_json::json!({
        "digest": digest,
        "duration_ms": 7,
        "run": id,
        "time": "2026-11-20T20:47:21.1Z",
        "what": format!("run {id}, plan sha256:abababababab, 3 plugins"),
    });
    let expected = serde_json::json!({
        "digest": "[digest 1]",
        "duration_ms": 0,
        "run": "[id 1]",
        "time": "[time]",
        "what": "run [id 1], plan [digest 1], 3 plugins",
    });
    assert_eq!(redact(answer), expected);
}
