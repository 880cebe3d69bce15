//! Pages for a browser. What needs a real one is tested by `.ci/pages`.

use std::collections::BTreeSet;

use linkwright::drift::DriftClass;
use linkwright::report::drift::last_report::LastReport;
use linkwright::report::drift::{DriftView, json};
use linkwright::report::html::{drift, plan};
use linkwright::report::plan_json::About;

use super::drift::{by_hand, drift as found, now, written};
use super::world::World;
use super::{golden, worlds};

fn plan_page(world: &World) -> String {
    plan::render(&world.plan(), &About::default())
}

fn drift_page(world: &World) -> String {
    drift::render(&DriftView::of(&found(world), None), &world.plan(), None)
}

/// Elements that have no end.
const VOID: [&str; 3] = ["meta", "link", "input"];

/// Whether a page is well formed, has nothing in it that acts, and each of its ids once; links within
/// it lead somewhere.
pub(crate) fn check(page: &str) -> Result<(), String> {
    let bad = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    if let Some(c) = page.chars().find(|c| bad(*c)) {
        return Err(format!("{c:?}"));
    }
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut targets = BTreeSet::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').ok_or("a tag without an end")?;
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        let name: &str = tag.split([' ', '\n']).next().unwrap_or_default();
        if name == "!DOCTYPE" {
            continue;
        }
        if let Some(name) = name.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        if !tag.matches('"').count().is_multiple_of(2) {
            return Err(format!("<{tag}>"));
        }
        let value = |attribute: &str| {
            let from = tag.find(&format!(" {attribute}=\""))? + attribute.len() + 3;
            Some(&tag[from..from + tag[from..].find('"')?])
        };
        if let Some(id) = value("id")
            && !ids.insert(id)
        {
            return Err(format!("the id {id} twice"));
        }
        for link in [value("href"), value("src"), value("xlink:href")]
            .into_iter()
            .flatten()
        {
            match link.strip_prefix('#') {
                Some(target) => _ = targets.insert(target),
                None if link == "data:," => {}
                None => return Err(format!("it leads to {link}")),
            }
        }
        targets.extend(
            value("aria-labelledby")
                .into_iter()
                .flat_map(str::split_whitespace),
        );
        if tag
            .split('"')
            .step_by(2)
            .any(|outside| outside.contains(" on"))
        {
            return Err(format!("<{tag}> has a handler"));
        }
        match name {
            // Their text is no markup.
            "script" | "style" => {
                let end = rest.find(&format!("</{name}>")).ok_or("no end")?;
                rest = &rest[end + name.len() + 3..];
            }
            _ if VOID.contains(&name) || tag.ends_with('/') => {}
            _ => open.push(name),
        }
    }
    if !open.is_empty() {
        return Err(format!("{open:?} are not closed"));
    }
    match targets.difference(&ids).next() {
        Some(target) => Err(format!("#{target} is nowhere")),
        None => Ok(()),
    }
}

#[test]
fn every_world_has_its_pages() {
    for (name, world) in worlds::all() {
        assert_eq!(check(&plan_page(&world)), Ok(()), "{name}");
        assert_eq!(check(&drift_page(&world)), Ok(()), "{name}");
    }
    for name in ["alter", "retire", "refused", "hostile"] {
        let (_, world) = worlds::all()
            .into_iter()
            .find(|(other, _)| *other == name)
            .unwrap();
        golden::same(&format!("html/{name}.html"), &body(&plan_page(&world)));
    }
    golden::same("html/drift-by_hand.html", &body(&drift_page(&by_hand())));
    golden::same(
        "html/drift-unknowns.html",
        &body(&drift_page(&worlds::unknowns())),
    );
}

/// What differs from page to page, a line for each block of it.
fn body(page: &str) -> String {
    let from = page.find("<body>").unwrap();
    let to = page.find("<script>").unwrap();
    let mut body = page[from..to].to_owned();
    for block in [
        "<header", "<h1", "<p", "<dl", "<div", "<main", "<nav", "<ul", "<li", "<section", "<h2",
        "<details", "<summary", "<table", "<tr", "<dt", "<dd", "<svg",
    ] {
        for end in [" ", ">"] {
            body = body.replace(&format!("{block}{end}"), &format!("\n{block}{end}"));
        }
    }
    body + "\n"
}

#[test]
fn only_our_own_script_may_run() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let page = plan_page(&worlds::hostile());
    for element in ["script", "style"] {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let text = page
            .split(&open)
            .nth(1)
            .unwrap()
            .split(&close)
            .next()
            .unwrap();
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text));
        assert!(page.contains(&format!("{element}-src 'sha256-{hash}'")));
        assert_eq!(page.matches(&format!("<{element}")).count(), 1);
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn nothing_is_left_to_the_first_names() {
    let page = plan_page(&worlds::many(3_000, 400));
    for n in [0, 1, 1_500, 2_999] {
        assert!(page.contains(&format!(">orders.{n:05}<")), "{n}");
    }
    for n in [0, 399] {
        assert!(page.contains(&format!(">promoted.{n:05}<")), "{n}");
    }
    assert_eq!(page.matches("class=\"member\"").count(), 3_400);
    assert!(page.matches("<details class=\"item").count() < 20);
    assert!(!page.contains("did not fit"));
    assert!(page.len() < 1_500_000, "{}", page.len());
}

#[test]
fn a_page_is_bounded_and_says_what_is_left_out() {
    let page = plan_page(&worlds::many(100_000, 0));
    assert_eq!(check(&page), Ok(()));
    assert!(page.len() < 10_000_000, "{}", page.len());
    assert!(page.contains("more did not fit on this page"));
}

#[test]
fn filters_are_expanded_entry_by_entry() {
    let page = plan_page(&worlds::alter());
    assert!(page.contains("<ins>"));
    assert!(page.contains("<del>"));
    assert!(page.contains("unchanged: "));
}

#[test]
fn new_and_gone_findings_are_shown() {
    let before =
        written(|out| json::write(out, &DriftView::of(&found(&by_hand()), None), Some(now())));
    let last = LastReport::read(&before).unwrap();
    let world = worlds::health();
    let drift = found(&world).compared_with(Some(last.earlier()), now());
    assert!(drift.of_class(DriftClass::Health).next().is_some());
    let page = drift::render(
        &DriftView::of(&drift, Some(&last)),
        &world.plan(),
        Some(now()),
    );
    assert_eq!(check(&page), Ok(()));
    assert!(page.contains("Resolved since the last report"));
    assert!(page.contains("<strong class=\"news\">new</strong>"));
    assert!(page.contains("2026-11-01T11:00:00Z"));
    let again = found(&by_hand()).compared_with(Some(last.earlier()), now());
    let page = drift::render(&DriftView::of(&again, Some(&last)), &by_hand().plan(), None);
    assert!(page.contains("<span class=\"faint\">first seen </span>2026-11-01T11:00:00Z"));
}
