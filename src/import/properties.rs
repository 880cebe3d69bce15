//! Settings of links as texts have them: properties files by the rules of Java, and the arguments of commands
//! ([`pairs`]). Properties files that no script uses are link objects ([`read`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::NotRead;
use super::command::base;
use super::found::{Found, Half, Mode, Owned, OwnedKind, Setting};
use super::found::{UNKNOWN_MODE, is_inbound, is_name, is_placeholder, text_of};
use crate::catalog::{self, names};

/// Reads properties files of links that no script uses: each is a link object.
pub(super) fn read(
    files: &[&(Arc<str>, Arc<str>)],
    link: Option<&str>,
    found: &mut Found,
) -> Result<(), NotRead> {
    let pair = files.len() == 2;
    for (at, (file, text)) in files.iter().enumerate() {
        let entries = entries(text);
        let is_about_links = entries
            .iter()
            .any(|(name, _)| catalog::lookup(name).is_some());
        if !is_about_links {
            let words = "it has no setting of a cluster link: expected a properties file with `bootstrap.servers` or \
                         `link.mode`, or a script with `confluent kafka link create` or `kafka-cluster-links`";
            return Err(NotRead::new(file, words));
        }
        let configs = settings(entries, file, found);
        let Some(mode) = Mode::of(text_of(&configs, names::LINK_MODE)) else {
            return Err(NotRead::new(file, UNKNOWN_MODE));
        };
        let inbound = is_inbound(&configs);
        let stem = |file: &str| {
            let name = base(file);
            name.rsplit_once('.')
                .map_or(name, |(stem, _)| stem)
                .to_owned()
        };
        let (own, other) = match mode {
            Mode::Destination => ("destination", "source"),
            Mode::Source => ("source", "destination"),
            Mode::Bidirectional if at == 0 => ("first", "second"),
            Mode::Bidirectional => ("second", "first"),
        };
        let is_alone = !pair && mode == Mode::Bidirectional;
        let name = match link {
            Some(link) => link.to_owned(),
            None if pair && !is_alone => "link".to_owned(),
            None => stem(file),
        };
        found.cluster(own);
        let servers = text_of(&configs, names::BOOTSTRAP_SERVERS);
        let reached = found.cluster(other);
        if !is_placeholder(servers) {
            reached.bootstrap = reached
                .bootstrap
                .take()
                .or_else(|| Some(servers.to_owned()));
        }
        found.owned.push(Owned {
            address: file.to_string(),
            kind: OwnedKind::Link,
            object: format!("{own}/{name}"),
            is_doomed: false,
        });
        found.add_half(Half {
            link: name,
            cluster: own.to_owned(),
            other: other.to_owned(),
            mode,
            inbound,
            configs,
            from: file.to_string(),
        });
    }
    Ok(())
}

/// Settings by their names. What is no name may be a piece of a value that is broken across lines, and is not shown.
pub(super) fn settings(
    entries: Vec<(String, String)>,
    file: &str,
    found: &mut Found,
) -> BTreeMap<String, Setting> {
    let (named, others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(name, _)| is_name(name));
    if !others.is_empty() {
        found.lack(
            format!("{} of the settings of {file}", others.len()),
            "these have no name of a config, as in a value that is broken across lines, and were not imported",
        );
    }
    let settings = named.into_iter().map(|(name, value)| {
        let setting = Setting::of(&name, &value);
        (name, setting)
    });
    settings.collect()
}

/// `a.b=1,c.d=[x,y],e.f={"k":1,"l":2}` → names and values. A comma in quotes or brackets, and one behind a backslash, is
/// part of a value. So is one that no name of a config follows: of a value that is not shown whatever follows, of
/// another only items of a list.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in pieces(text) {
        match (pairs.last_mut(), piece.split_once('=')) {
            (None, Some((name, value))) => pairs.push((name.trim().to_owned(), value.to_owned())),
            (Some((before, _)), Some((name, value)))
                if is_name(name.trim()) || Setting::of(before, "") != Setting::Hidden =>
            {
                pairs.push((name.trim().to_owned(), value.to_owned()));
            }
            (Some((_, value)), _) => {
                value.push(',');
                value.push_str(piece);
            }
            (None, None) => {}
        }
    }
    for (_, value) in &mut pairs {
        let inner = value
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        *value = inner.unwrap_or(value).trim().to_owned();
    }
    pairs
}

/// What is between the commas of a text that are in no quotes and no brackets.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut from, mut depth, mut quote) = (0, 0_usize, None);
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (_, '\\') => {
                letters.next();
            }
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                pieces.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[from..]);
    pieces
}

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
