//! What was found and what is refused, with the way out.

use maud::{Markup, html};

use crate::diff::Class;
use crate::plan::{Plan, Refusal};
use crate::report::finding_group::{self, FindingGroup};
use crate::report::group::numbers;
use crate::report::html::parts::{Text, meaning, members, place, prose, tone};
use crate::report::html::room::Room;
use crate::report::html::shell::Section;
use crate::report::words;

/// Everything that refuses the plan.
pub(super) fn refusals(plan: &Plan, room: &mut Room) -> Option<Section> {
    let found = finding_group::groups(plan.of_class(Class::Refusal));
    let count = plan.refusals.len() + plan.of_class(Class::Refusal).count();
    if count == 0 {
        return None;
    }
    let mut items: Vec<Markup> = Vec::new();
    for refusal in &plan.refusals {
        items.extend(room.fit(refused(plan, refusal), 1));
    }
    items.extend(found.iter().filter_map(|group| item(group, room)));
    Some(in_section("refused", "Refused", "danger", count, &items))
}

/// The findings of a class; nothing when there are none.
pub(super) fn section(plan: &Plan, class: Class, room: &mut Room) -> Option<Section> {
    let found = finding_group::groups(plan.of_class(class));
    if found.is_empty() {
        return None;
    }
    let count = plan.of_class(class).count();
    let items: Vec<Markup> = found.iter().filter_map(|group| item(group, room)).collect();
    let id = match class {
        Class::Refusal => "refused",
        Class::Unknown => "unknown",
        Class::Health => "health",
        Class::Config => "config",
        Class::Unmanaged => "unmanaged",
        Class::Note => "notes",
    };
    let tone = tone(finding_group::class_ink(class));
    Some(in_section(
        id,
        words::class_title(class),
        tone,
        count,
        &items,
    ))
}

fn in_section(id: &str, title: &str, tone: &str, count: usize, items: &[Markup]) -> Section {
    let count = words::number(count as u64);
    Section {
        id: id.to_owned(),
        title: format!("{title}: {count}"),
        content: html! {
            section.part aria-labelledby=(id) {
                h2.(tone) id=(id) tabindex="-1" { (title) span.faint { ": " (count) } }
                @for item in items {
                    (item)
                }
            }
        },
    }
}

fn item(group: &FindingGroup<'_>, room: &mut Room) -> Option<Markup> {
    let words = &group.words;
    let half = group
        .findings
        .first()
        .and_then(|first| first.address.half());
    let item = html! {
        details.item open data-noun="finding" data-half=[half.map(|half| Text(half.to_string()))] {
            summary {
                code.name { (Text(group.subject())) } ": " (prose(&words.summary))
                " " span.code { (group.code) }
            }
            div.told {
                (place(group.place()))
                @if !words.details.is_empty() {
                    ul.phrases {
                        @for detail in &words.details {
                            li { (prose(detail)) }
                        }
                    }
                }
                @if !words.why.is_empty() {
                    p.faint { (prose(&words.why)) }
                }
                @if !words.help.is_empty() {
                    p { span.faint { "to do: " } (prose(&words.help)) }
                }
                @if !words.steps.is_empty() {
                    ul.phrases {
                        @for step in &words.steps {
                            li { (prose(step)) }
                        }
                    }
                }
                (meaning(group.code.0))
            }
            (members(&group.names(), "mirror topic"))
        }
    };
    room.fit(item, group.findings.len())
}

fn refused(plan: &Plan, refusal: &Refusal) -> Markup {
    let words = words::refusal(plan, refusal);
    html! {
        details.item open data-noun="finding" {
            summary {
                (prose(&words.summary)) " " span.code { (refusal.kind.code()) }
            }
            div.told {
                (place(refusal.place.as_ref()))
                p.faint { (prose(&words.why)) }
                p { span.faint { "about: " } (numbers(&refusal.operations)) }
                @if let Some(flag) = &words.flag {
                    p { span.faint { "for this run: " } code { (Text(flag)) } }
                }
                p { span.faint { "in the spec: " } (prose(&words.spec)) }
                (meaning(refusal.kind.code().0))
            }
        }
    }
}
