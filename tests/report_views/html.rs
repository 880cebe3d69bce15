//! Pages for a browser. What needs a real one is tested by `.ci/pages`.

use std::collections::BTreeSet;

use linkwright::apply::report_file::{CountsV1, OperationV1, OutcomeV1, ReportV1, StateV1};
use linkwright::desired::MirrorState;
use linkwright::drift::DriftClass;
use linkwright::health::Health;
use linkwright::live::MirrorStatus;
use linkwright::plan::file::{CommitV1, OriginV1};
use linkwright::report::drift::last_report::LastReport;
use linkwright::report::drift::{DriftView, json};
use linkwright::report::html::{drift, plan, runs, status};
use linkwright::report::plan_json::About;
use linkwright::report::stored::{self, Part};
use linkwright::store::kept::Kept;

use super::drift::{by_hand, drift as found, now, written};
use super::world::World;
use super::{golden, worlds};

fn plan_page(world: &World) -> String {
    plan::render(&world.plan(), &About::default())
}

fn drift_page(world: &World) -> String {
    drift::render(
        &DriftView::of(&found(world), None),
        &world.plan(),
        &Default::default(),
    )
}

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "link", "input", "wbr"];

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

/// What a reviewer compares is in the header, and each link has a line that filters what is below it.
#[test]
fn a_page_says_where_it_is_from_and_has_a_line_for_each_link() {
    let world = worlds::failover();
    let health = Health::of(&world.live, &world.desired);
    let about = About {
        digest: Some("d1ge57".to_owned()),
        origin: Some(OriginV1 {
            made_at: "2026-11-01T11:00:00Z".to_owned(),
            paths: vec!["links/".to_owned()],
            commit: CommitV1::Named {
                id: "0123abc".to_owned(),
                by: "CI_COMMIT_SHA".to_owned(),
            },
            needs: vec!["irreversible".to_owned()],
            ..OriginV1::default()
        }),
        is_unsaved: true,
        ..About::default()
    };
    let plan = world.plan();
    let page = plan::render_with(&plan, &about, Some(&health));
    assert_eq!(check(&page), Ok(()));
    let version = OriginV1::default().linkwright;
    for fact in [
        "Plan digest",
        "d1ge57",
        "links/",
        "0123abc",
        "--allow irreversible",
        &version,
    ] {
        assert!(page.contains(fact), "{fact}");
    }
    let halves: BTreeSet<String> = plan
        .operations
        .iter()
        .map(|it| it.half().to_string())
        .collect();
    for half in halves {
        let line = format!("<th class=\"pick\" scope=\"row\" data-half=\"{half}\">");
        assert_eq!(page.matches(&line).count(), 1, "{half}");
    }
    assert!(page.contains("data-label=\"Worst lag\""));
}

#[test]
fn a_status_has_a_page() {
    for (name, world) in worlds::all() {
        let health = Health::of(&world.live, &world.desired);
        let page = status::render(&health, Vec::new(), now());
        assert_eq!(check(&page), Ok(()), "{name}");
        for link in &health.links {
            let line = format!("data-half=\"{}\"", link.address);
            assert!(name == "hostile" || page.contains(&line), "{name}: {line}");
        }
    }
    let health = Health::of(&worlds::health().live, &worlds::health().desired);
    golden::same(
        "html/status.html",
        &body(&status::render(&health, Vec::new(), now())),
    );
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
    // Where a line may break is no part of a name.
    let page = plan_page(&worlds::many(3_000, 400)).replace("<wbr>", "");
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
    let members = page.matches("class=\"member\"").count();
    assert!(members > 10_000, "{members}");
    let more = linkwright::report::words::number(100_000 - members as u64);
    assert!(page.contains(&format!("{more} more did not fit on this page.</strong>")));
    assert!(page.contains("<code>linkwright plan -o json</code> has everything."));
    // What did not fit is said where it is missing, too.
    assert!(page.contains(&format!("<p class=\"caution\">and {more} more</p>")));
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
        &drift::About {
            read_at: Some(now()),
            ..Default::default()
        },
    );
    assert_eq!(check(&page), Ok(()));
    assert!(page.contains("Resolved since the last report"));
    assert!(page.contains("<strong class=\"news\">new</strong>"));
    assert!(page.contains("2026-11-01T11:00:00Z"));
    let again = found(&by_hand()).compared_with(Some(last.earlier()), now());
    let page = drift::render(
        &DriftView::of(&again, Some(&last)),
        &by_hand().plan(),
        &Default::default(),
    );
    assert!(page.contains("<span class=\"faint\">first seen </span>2026-11-01T11:00:00Z"));
}

/// A record of a run as a store keeps it, with this report.
fn record(command: &str, exit_code: u8, report: Option<serde_json::Value>) -> stored::RunDocument {
    stored::RunDocument {
        format_version: stored::FORMAT_VERSION,
        id: format!("20261101T110000Z-{command}"),
        command: command.to_owned(),
        scope: None,
        commit: Some("0123abc".to_owned()),
        origin: Some(OriginV1 {
            paths: vec!["links/".to_owned()],
            needs: vec!["irreversible".to_owned()],
            ..OriginV1::default()
        }),
        holder: "ann/<b>".to_owned(),
        host: "laptop".to_owned(),
        url: None,
        started_at: "2026-11-01T11:00:00Z".to_owned(),
        ended_at: Some("2026-11-01T11:04:10Z".to_owned()),
        exit_code: Some(exit_code),
        outcome: if exit_code == 0 { "done" } else { "partial" }.to_owned(),
        plan_digest: Some("sha256:d1ge57".to_owned()),
        without_lease: None,
        report,
        events: Vec::new(),
    }
}

/// A run report of so many promotions, the last of which has failed.
fn promotions(count: u32) -> serde_json::Value {
    let operations = (1..=count).map(|number| OperationV1 {
        number,
        address: format!(
            "west/orders-dr/orders.{number:05}.of-a-department-with-a-long-name-in-a-company-that-says-everything-at-length"
        ),
        operation: "promote-mirror".to_owned(),
        together: Vec::new(),
        state: StateV1::Finished,
        outcome: Some(match number == count {
            false => OutcomeV1::Done,
            true => OutcomeV1::Failed {
                reason: "refused".to_owned(),
                code: "server-refused".to_owned(),
                words: "the server says <no>".to_owned(),
            },
        }),
        attempts: 1,
        took_ms: Some(1_000),
        lost: None,
        cut: None,
    });
    let report = ReportV1 {
        format_version: 1,
        started_at: "2026-11-01T11:00:00Z".to_owned(),
        generated_at: "2026-11-01T11:04:10Z".to_owned(),
        verdict: None,
        interrupted: false,
        timed_out: false,
        counts: CountsV1::default(),
        archives: Vec::new(),
        approved: None,
        ending: None,
        hand_over: Vec::new(),
        operations: operations.collect(),
    };
    serde_json::to_value(report).unwrap()
}

#[test]
fn a_recorded_run_has_a_page() {
    let run = record("apply", 5, Some(promotions(500)));
    let page = runs::run(Part::Live, &serde_json::to_vec(&run).unwrap(), Vec::new()).unwrap();
    assert_eq!(check(&page), Ok(()));
    for words in [
        "Apply ended: partial, after 4m 10s.",
        "links/",
        "--allow irreversible",
        "sha256:d1ge57",
        "ann/&lt;b&gt; on laptop",
        "promote 499 mirror topics on west/orders-dr",
        "the server says &lt;no&gt;",
        "data-half=\"west/orders-dr\"",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(page.matches("class=\"member\"").count(), 499);
    // What failed is first.
    assert!(page.find(">Failed<").unwrap() < page.find(">Done<").unwrap());
    assert_eq!(runs::run(Part::Live, b"no record", Vec::new()), None);
    let odd = record("apply", 5, Some(serde_json::json!({ "format_version": 9 })));
    let page = runs::run(Part::Live, &serde_json::to_vec(&odd).unwrap(), Vec::new()).unwrap();
    assert!(page.contains("not in a form that this version of Linkwright knows"));
}

#[test]
fn what_commands_found_that_only_read_has_a_page() {
    let world = worlds::health();
    let drift = found(&world);
    let health = Health::of(&world.live, &world.desired);
    let selection = linkwright::health::Selection::default();
    let written = [
        (
            "drift",
            written(|out| json::write(out, &DriftView::of(&drift, None), Some(now()))),
        ),
        (
            "status",
            written(|out| {
                linkwright::report::status::json::write(out, &health, &selection, None, None)
            }),
        ),
        (
            "plan",
            written(|out| {
                linkwright::report::plan_json::write(out, &world.plan(), &About::default())
            }),
        ),
    ];
    for (command, text) in written {
        let report = serde_json::from_str(&text).unwrap();
        let run = record(command, 2, Some(report));
        let page = runs::run(Part::Live, &serde_json::to_vec(&run).unwrap(), Vec::new()).unwrap();
        assert_eq!(check(&page), Ok(()), "{command}");
        assert!(page.contains("class=\"item\""), "{command}");
        assert!(!page.contains("Not shown:"), "{command}");
    }
}

#[test]
fn a_run_that_has_not_ended_is_not_called_ended() {
    let run = stored::RunDocument {
        ended_at: None,
        exit_code: None,
        outcome: stored::UNFINISHED.to_owned(),
        ..record("apply", 0, None)
    };
    let page = runs::run(
        Part::Sandbox,
        &serde_json::to_vec(&run).unwrap(),
        Vec::new(),
    );
    let page = page.unwrap();
    assert!(page.contains("Apply has not ended: it is still running, or it was killed."));
    assert!(page.contains("<dt>Clusters</dt><dd>simulated (--sandbox)</dd>"));
}

/// What cannot be read of an address, and problems that name nothing, count like everything else.
#[test]
fn everything_counts_whatever_it_is_about() {
    let mut report = promotions(4);
    for operation in report["operations"].as_array_mut().unwrap().iter_mut() {
        operation["address"] = "?".into();
    }
    let run = record("apply", 5, Some(report));
    let page = runs::run(Part::Live, &serde_json::to_vec(&run).unwrap(), Vec::new()).unwrap();
    assert!(
        page.contains("Done<span class=\"faint\">: 3</span>"),
        "{page}"
    );
    let problem =
        serde_json::json!({ "summary": "x", "code": "y", "links": [], "mirror_topics": [] });
    let report = serde_json::json!({ "problems": [problem], "unread": ["the links of west", "those of east"] });
    let run = record("status", 1, Some(report));
    let page = runs::run(Part::Live, &serde_json::to_vec(&run).unwrap(), Vec::new()).unwrap();
    for words in [
        "Not read<span class=\"faint\">: 2</span>",
        "Problem<span class=\"faint\">: 1</span>",
        "the links of west",
    ] {
        assert!(page.contains(words), "{words} {page}");
    }
}

#[test]
fn recorded_runs_have_a_page_with_a_line_for_each_command() {
    let kept = |run: &stored::RunDocument| Kept {
        id: run.id.clone(),
        content: serde_json::to_vec(run).unwrap(),
    };
    let unfinished = stored::RunDocument {
        ended_at: None,
        exit_code: None,
        outcome: stored::UNFINISHED.to_owned(),
        ..record("apply", 0, None)
    };
    let odd = Kept {
        id: "odd".to_owned(),
        content: b"?".to_vec(),
    };
    let all = [
        (Part::Live, kept(&record("apply", 5, Some(promotions(3))))),
        (Part::Live, kept(&record("drift", 0, None))),
        (Part::Sandbox, kept(&unfinished)),
        (Part::Live, odd),
    ];
    let page = runs::list(&all, vec![("Store", "file:///runs".to_owned())]);
    assert_eq!(check(&page), Ok(()));
    for words in [
        "3 runs, 1 failed.",
        "1 failed, 2 done",
        "unfinished",
        "(sandbox)",
        "runs show 20261101T110000Z-apply",
    ] {
        assert!(page.contains(words), "{words}");
    }
    for command in ["apply", "drift"] {
        let line = format!("<th class=\"pick\" scope=\"row\" data-half=\"{command}\">");
        assert!(page.contains(&line), "{command}");
    }
    assert!(page.contains("the record <code class=\"name\">odd"));
    assert_eq!(check(&runs::list(&[], Vec::new())), Ok(()));
}

#[test]
fn every_link_is_on_a_page_of_very_many_findings() {
    let mut world = World::new(&[]);
    world.link("orders-dr", &[]);
    world.declare("orders-dr", &[]);
    for n in 0..30_000 {
        let topic = format!("{n:05}.{}", "of-a-long-name.".repeat(16));
        world.live_mirror("orders-dr", &topic, MirrorStatus::Active, 0);
        world.mirror("orders-dr", topic, MirrorState::Paused);
    }
    let page = drift_page(&world);
    assert!(page.contains("more did not fit on this page"));
    assert!(!page.contains("and 1 link more"));
    assert!(page.contains("<th class=\"pick\" scope=\"row\" data-half=\"west/orders-dr\">"));
}

#[test]
fn every_link_is_on_a_page_of_very_many_operations() {
    let run = record("apply", 5, Some(promotions(60_000)));
    let page = runs::run(Part::Live, &serde_json::to_vec(&run).unwrap(), Vec::new()).unwrap();
    assert!(page.len() < 10_000_000, "{}", page.len());
    assert!(page.contains("the server says"));
    assert!(page.contains("promote 59,999 mirror topics"));
    let members = page.matches("class=\"member\"").count();
    assert!(members > 1_000, "{members}");
    let more = linkwright::report::words::number(59_999 - members as u64);
    assert!(page.contains(&format!("{more} more did not fit on this page.</strong>")));
    assert!(page.contains("runs show 20261101T110000Z-apply -o json</code> has everything."));
}
