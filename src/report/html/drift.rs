//! Drift as a page for a browser: [`render`].

use maud::{Markup, html};

use super::parts::{self, FEW, Text, glossary, meaning, name, place, prose, tone};
use super::room::Room;
use super::shell::{self, Section, Sheet};
use crate::drift::DriftClass;
use crate::plan::Plan;
use crate::report::drift::json::DriftEntry;
use crate::report::drift::text::{class_ink, first_seen, groups, oldest, subject};
use crate::report::drift::{DriftItem, DriftView};
use crate::report::style::Detail;
use crate::report::{picture, plan_svg, words};

/// The drift as HTML. The plan that would bring the world back knows where links lead.
#[must_use]
pub fn render(view: &DriftView<'_>, plan: &Plan, looked_at: Option<jiff::Timestamp>) -> String {
    let mut room = Room::new();
    let mut sections: Vec<Section> = DriftClass::ALL
        .into_iter()
        .filter_map(|class| of_class(view, class, &mut room))
        .collect();
    sections.extend(past(
        "gone",
        "Gone since the last report",
        &view.gone,
        &mut room,
    ));
    sections.extend(past(
        "unseen",
        "In the last report, and not to be seen this time",
        &view.unseen,
        &mut room,
    ));
    if !view.items.is_empty() {
        sections.insert(0, map(view, plan));
        let codes = view.items.iter().map(|item| item.finding.code()).collect();
        sections.push(Section {
            id: "codes".to_owned(),
            title: "What the codes mean".to_owned(),
            content: glossary(&codes),
        });
    }
    let mut facts = Vec::new();
    if let Some(time) = looked_at {
        facts.push(("Looked at", time.to_string()));
    }
    shell::document(&Sheet {
        title: "Linkwright drift",
        sentence: &view.headline,
        facts,
        counted: [
            ("finding", view.items.len()),
            ("former finding", view.gone.len() + view.unseen.len()),
        ],
        alerts: Markup::default(),
        sections,
        room,
    })
}

fn map(view: &DriftView<'_>, plan: &Plan) -> Section {
    let about = view.items.iter().map(|item| (&item.finding.address, None));
    let estate = picture::estate(plan, "finding", about);
    Section {
        id: "picture".to_owned(),
        title: "Picture".to_owned(),
        content: html! {
            section.aside aria-labelledby="picture" {
                h2 #picture tabindex="-1" { "Picture" }
                (parts::picture(
                    &plan_svg::map(&estate),
                    "Clusters and links with findings",
                    &view.summary,
                ))
            }
        },
    }
}

fn of_class(view: &DriftView<'_>, class: DriftClass, room: &mut Room) -> Option<Section> {
    let groups = groups(view.of_class(class), Detail::Brief);
    if groups.is_empty() {
        return None;
    }
    let count = view.of_class(class).count();
    let title = words::drift_title(class);
    let items: Vec<Markup> = groups
        .iter()
        .filter_map(|group| item(group, room))
        .collect();
    let id = class.word();
    Some(Section {
        id: id.to_owned(),
        title: format!("{title}: {}", words::number(count as u64)),
        content: html! {
            section.part aria-labelledby=(id) {
                h2.(tone(class_ink(class))) id=(id) tabindex="-1" {
                    (title) span.faint { " (" (id) "): " (words::number(count as u64)) }
                }
                @for item in &items {
                    (item)
                }
            }
        },
    })
}

fn item(group: &[&DriftItem<'_>], room: &mut Room) -> Option<Markup> {
    let DriftItem {
        finding: first,
        words: its,
    } = group.first()?;
    let members = members(group, room);
    let mark = words::news_mark(first.news);
    let half = first.address.half().map(ToString::to_string);
    let (oldest, first_seen) = (oldest(group), first_seen(group));
    let about = match group.len() {
        1 => name(&subject(group)),
        _ => html! { code.name { (Text(subject(group))) } },
    };
    let item = html! {
        details.item open data-noun="finding" data-half=[half.map(Text)] {
            summary {
                @if !mark.is_empty() {
                    strong.news { (mark) } " "
                }
                (about) ": " (prose(&its.summary)) " " span.code { (first.code()) }
            }
            div.told {
                @if first.place.is_some() {
                    p { (place(first.place.as_ref())) }
                }
                @if !its.details.is_empty() {
                    ul.phrases {
                        @for detail in &its.details {
                            li { (prose(detail)) }
                        }
                    }
                }
                @if let Some(oldest) = oldest {
                    p { span.faint { "since " } (words::moment(oldest)) }
                } @else if let Some(first_seen) = first_seen {
                    p { span.faint { "first seen " } (Text(first_seen)) }
                }
                @if let Some(expected) = &first.expected {
                    p {
                        span.faint { "expected: " } (prose(&expected.reason))
                        span.faint { " (until " (expected.until) ", " (Text(expected.place.to_string())) ")" }
                    }
                } @else if !its.resolve.is_empty() {
                    p { span.faint { "to do: " } (prose(&its.resolve)) }
                }
                (meaning(first.code()))
            }
            (members)
        }
    };
    room.fit(item, group.len())
}

/// Every mirror topic of a group; nothing for one alone.
fn members(group: &[&DriftItem<'_>], room: &mut Room) -> Markup {
    if group.len() < 2 {
        return Markup::default();
    }
    let has_since = group.iter().any(|item| item.finding.since_ms.is_some());
    let has_place = group
        .windows(2)
        .any(|pair| pair[0].finding.place != pair[1].finding.place);
    let mut rows = Vec::new();
    for (index, DriftItem { finding, .. }) in group.iter().enumerate() {
        let topic = finding.address.mirror().map(ToString::to_string);
        let row = html! {
            tr.member {
                th scope="row" { (name(&topic.unwrap_or_default())) }
                @if has_since {
                    td { @if let Some(since) = finding.since_ms { (words::moment(since)) } }
                }
                @if has_place {
                    td { (place(finding.place.as_ref())) }
                }
            }
        };
        let Some(row) = room.fit(row, group.len() - index) else {
            break;
        };
        rows.push(row);
    }
    let left = group.len() - rows.len();
    html! {
        details.more.members open[group.len() <= FEW] {
            summary { (words::quantity(group.len(), "mirror topic")) }
            table {
                thead {
                    tr {
                        th scope="col" { "Mirror topic" }
                        @if has_since { th scope="col" { "Since" } }
                        @if has_place { th scope="col" { "Place" } }
                    }
                }
                tbody {
                    @for row in &rows { (row) }
                }
            }
            @if left > 0 {
                p.caution { "and " (words::number(left as u64)) " more" }
            }
        }
    }
}

/// What the last report had and this one has not.
fn past(id: &str, title: &str, entries: &[DriftEntry], room: &mut Room) -> Option<Section> {
    if entries.is_empty() {
        return None;
    }
    let items: Vec<Markup> = entries
        .iter()
        .filter_map(|entry| room.fit(former(entry), 1))
        .collect();
    let count = words::number(entries.len() as u64);
    Some(Section {
        id: id.to_owned(),
        title: format!("{title}: {count}"),
        content: html! {
            section.part aria-labelledby=(id) {
                h2 id=(id) tabindex="-1" { (title) span.faint { ": " (count) } }
                @for item in &items {
                    (item)
                }
            }
        },
    })
}

fn former(entry: &DriftEntry) -> Markup {
    html! {
        div.item data-noun="former finding" {
            div.told {
                (name(&entry.address)) ": " (prose(&entry.summary)) " "
                span.code { (Text(&entry.code)) }
            }
        }
    }
}
