//! LW049: a character that looks like another.

use super::{Check, Rule};
use crate::diagnostic::Place;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::Located;

pub(super) const RULE: Rule = Rule {
    code: Code("LW049"),
    severity: Severity::Error,
    title: "a character that looks like another",
    why: "word processors write curly quotes, dashes and special spaces, and letters of other \
         alphabets look the same: the name looks right and matches nothing",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders–placed: {}
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: *credentials
    mirrors:
      orders-placed: {}
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (name, cluster) in check.spec.clusters.iter() {
        check_name(name, problems);
        check_name(&cluster.id, problems);
        cluster
            .bootstrap_servers
            .iter()
            .for_each(|text| check_name(text, problems));
        cluster
            .rest_endpoint
            .iter()
            .for_each(|text| check_name(text, problems));
        cluster
            .organization
            .iter()
            .for_each(|text| check_name(text, problems));
    }
    for (key, link) in check.spec.links.iter() {
        check_name(key, problems);
        link.name.iter().for_each(|name| check_name(name, problems));
    }
    for site in check.hosts() {
        let settings = site.settings;
        settings
            .prefix
            .iter()
            .for_each(|text| check_name(text, problems));
        settings
            .mirrors
            .names()
            .for_each(|name| check_name(name, problems));
        let groups = settings
            .consumer_offset_sync
            .iter()
            .filter_map(|sync| sync.groups.as_ref());
        let topics = settings
            .auto_create_mirrors
            .iter()
            .filter_map(|auto| auto.topics.as_ref());
        for pattern in groups
            .chain(topics)
            .flat_map(|f| f.include.iter().chain(&f.exclude))
        {
            look_at(&pattern.0.name, &pattern.0.place, problems);
        }
        for filter in settings.acl_sync.iter().flat_map(|sync| &sync.filters) {
            filter
                .name
                .iter()
                .for_each(|name| check_name(name, problems));
            filter
                .principal
                .iter()
                .for_each(|name| check_name(name, problems));
        }
    }
    for raw in check.sites.iter().filter_map(|site| site.raw) {
        raw.configs
            .names()
            .for_each(|name| check_name(name, problems));
    }
    for retired in &check.spec.retired {
        check_name(&retired.link, problems);
    }
}

fn check_name(name: &Located<String>, problems: &mut Vec<Diagnostic>) {
    look_at(name, &name.place, problems);
}

fn look_at(name: &str, place: &Place, problems: &mut Vec<Diagnostic>) {
    let Some((character, what, meant)) = name.chars().find_map(look_alike) else {
        return;
    };
    let problem = RULE.report(
        place,
        format!("the name contains {what} (U+{:04X})", u32::from(character)),
        "looks like another character",
    );
    problems.push(match meant {
        "" => problem.help("remove it"),
        meant => problem.help(format!("replace it with `{meant}`")),
    });
}

/// Whether this rule reports the character.
pub(super) fn is_look_alike(character: char) -> bool {
    look_alike(character).is_some()
}

/// What a character is taken for, and what was meant.
fn look_alike(character: char) -> Option<(char, &'static str, &'static str)> {
    let (what, meant) = match character {
        '\u{2018}' | '\u{2019}' | '\u{201C}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}' => {
            ("a curly quote", "\"")
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FF0D}' => {
            ("a dash that is not `-`", "-")
        }
        '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            ("a space of an unusual kind", "")
        }
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{00AD}' => ("an invisible character", ""),
        '\u{2024}' | '\u{FF0E}' | '\u{3002}' => ("a dot that is not `.`", "."),
        '\u{FF0A}' | '\u{2217}' | '\u{2731}' => ("a star that is not `*`", "*"),
        '\u{0370}'..='\u{03FF}' => ("a Greek letter", ""),
        '\u{0400}'..='\u{04FF}' => ("a Cyrillic letter", ""),
        _ => return None,
    };
    Some((character, what, meant))
}
