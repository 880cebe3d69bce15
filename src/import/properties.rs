//! Text of a properties file → its entries, by the rules of Java: comments, escapes, lines that go on.

/// The entries in the order written. A key that is written twice has its last value.
pub(super) fn entries(text: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in logical_lines(text) {
        let (key, value) = split(&line);
        if key.is_empty() {
            continue;
        }
        match entries.iter_mut().find(|(other, _)| *other == key) {
            Some((_, earlier)) => *earlier = value,
            None => entries.push((key, value)),
        }
    }
    entries
}

/// Lines without comments and blank ones; a line that ends with an odd number of `\` goes on in the next.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim_start();
        if !open && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
        let goes_on = backslashes % 2 == 1;
        let line = if goes_on {
            &line[..line.len() - 1]
        } else {
            line
        };
        match lines.last_mut() {
            Some(last) if open => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
        open = goes_on;
    }
    lines
}

/// Key and value, at the first `=`, `:` or blank that is not escaped.
fn split(line: &str) -> (String, String) {
    let mut escaped = false;
    let end = line.char_indices().find(|(_, letter)| {
        let is_end = !escaped && (matches!(letter, '=' | ':') || letter.is_whitespace());
        escaped = *letter == '\\' && !escaped;
        is_end
    });
    let Some((end, _)) = end else {
        return (unescaped(line), String::new());
    };
    let rest = line[end..].trim_start();
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (
        unescaped(&line[..end]),
        unescaped(rest.trim_start()).trim_end().to_owned(),
    )
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let digits: String = letters.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                out.extend(code.and_then(char::from_u32));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_as_java_reads_them() {
        let text = "# a comment\n! another\n\na=1\nb : two words \n c=x\\\n   y\nd\nurl=https\\://h\\:1\nk\\ e=\\u0041\na=2\n";
        let entries = entries(text);
        let entries: Vec<(&str, &str)> = entries
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let expected = [
            ("a", "2"),
            ("b", "two words"),
            ("c", "xy"),
            ("d", ""),
            ("url", "https://h:1"),
            ("k e", "A"),
        ];
        assert_eq!(entries, expected);
    }
}
