//! One operation, or several told together with every name.

use maud::{Markup, html};

use super::attribute;
use crate::desired::Risk;
use crate::diff::Effect;
use crate::plan::{OpId, Operation, OperationKind, Plan};
use crate::report::group::{Group, numbers, waits};
use crate::report::html::parts::{FEW, Text, heard, name, names, place, prose, tone};
use crate::report::html::room::Room;
use crate::report::plan_svg::symbol;
use crate::report::specifics::{attributes_of, specifics};
use crate::report::style::{deed_ink, risk_ink};
use crate::report::words::{self, EffectWords, Listing, Weight};

/// An item that opens; nothing when it does not fit any more.
pub(super) fn item(
    plan: &Plan,
    group: &Group<'_>,
    is_open: bool,
    room: &mut Room,
) -> Option<Markup> {
    let members = members(plan, group, room);
    let is_grave = words::is_grave(&group.first.risks);
    let item = html! {
        details.item.grave[is_grave] id=(id(group)) open[is_open || is_grave]
            data-noun="operation" data-half=(Text(group.first.half().to_string())) {
            summary { (headline(group)) }
            div.told { (told(plan, group)) }
            (members)
        }
    };
    room.fit(item, group.ids.len())
}

/// The headline as a link to the item.
pub(super) fn link(group: &Group<'_>) -> Markup {
    html! { a href=(format!("#{}", id(group))) { (headline(group)) } }
}

/// The item's id: that of its first operation.
fn id(group: &Group<'_>) -> String {
    let first = group.ids.first().map_or(0, |id| id.index() + 1);
    format!("operation-{first}")
}

fn headline(group: &Group<'_>) -> Markup {
    let (order, subject) = group.headline();
    let ink = tone(deed_ink(group.deed));
    html! {
        span.sign.(ink) aria-hidden="true" { (symbol(group.deed)) }
        " " span.order.(ink) { (Text(order)) }
        " " (name(&subject))
        " " span.faint { "(" (group.numbers()) ")" }
        @for risk in &group.first.risks {
            @if *risk != Risk::Reversible {
                " " span.risk.(tone(risk_ink(*risk))) { (risk.word()) }
            }
        }
    }
}

fn told(plan: &Plan, group: &Group<'_>) -> Markup {
    let attributes = attributes_of(group.first);
    let effects = group.effects(plan);
    html! {
        p {
            span.faint { "because " } (prose(&words::because(&group.first.because)))
            (place(group.place(plan)))
        }
        @for detail in specifics(group) {
            p { (prose(&detail)) }
        }
        @if !attributes.is_empty() {
            (attribute::table(&attributes))
        }
        @if !effects.is_empty() {
            ul.effects {
                @for effect in &effects {
                    (effect_item(effect, group.ids.len() > 1))
                }
            }
        }
        @for unchecked in &group.first.unchecked {
            p.caution { "not checked: " (prose(unchecked)) }
        }
        @for wait in waits(plan, &group.ids) {
            p {
                span.faint { "waits for " } (numbers(&wait.before))
                span.faint { ", because " } (prose(wait.rule.why))
            }
        }
        @if let Some(settled) = words::settle(&group.first.settle) {
            p {
                span.faint { "settled when " } (prose(&settled))
                ", within " (words::duration(group.first.deadline))
            }
        }
    }
}

fn effect_item(effect: &EffectWords, are_many: bool) -> Markup {
    let (tone, sign) = match effect.weight {
        Weight::Plain => ("plain", "→"),
        Weight::Caution => ("caution", "→"),
        Weight::Danger => ("danger", "!"),
    };
    // What each member loses stands beside its name.
    let is_told_below = are_many && effect.code == "loses";
    html! {
        li.(tone) {
            span.sign aria-hidden="true" { (sign) } (heard(effect.weight.word())) " "
            (prose(&effect.text))
            @if !effect.note.is_empty() {
                span.faint { "; " (prose(&effect.note)) }
            }
            @if !is_told_below {
                @match effect.listing {
                    Listing::Names => (names(&effect.names, "name")),
                    Listing::Phrases => @if !effect.names.is_empty() {
                        ul.phrases {
                            @for phrase in &effect.names {
                                li { (prose(phrase)) }
                            }
                        }
                    },
                }
            }
        }
    }
}

/// What differs between operations told together.
struct Columns {
    source: bool,
    loses: bool,
    place: bool,
}

/// Every operation of a group by its name; nothing for one alone.
fn members(plan: &Plan, group: &Group<'_>, room: &mut Room) -> Markup {
    if group.ids.len() < 2 {
        return Markup::default();
    }
    let all = || group.ids.iter().map(|id| plan.operation(*id));
    let columns = Columns {
        source: all().any(|operation| source(operation).is_some()),
        loses: all().any(|operation| loses(operation).is_some()),
        place: all().any(|operation| operation.place != group.first.place),
    };
    let mut rows = Vec::new();
    for (index, id) in group.ids.iter().enumerate() {
        match room.fit(row(plan, *id, &columns), 0) {
            Some(row) => rows.push(row),
            None => {
                room.omitted += group.ids.len() - index;
                break;
            }
        }
    }
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "Number" }
                    th scope="col" { "Mirror topic" }
                    @if columns.source { th scope="col" { "Source topic" } }
                    @if columns.loses { th.number scope="col" { "Messages it may lose" } }
                    @if columns.place { th scope="col" { "Place" } }
                }
            }
            tbody {
                @for row in &rows { (row) }
            }
        }
    };
    let left = group.ids.len() - rows.len();
    html! {
        details.more.members open[group.ids.len() <= FEW] {
            summary { (words::quantity(group.ids.len(), group.deed.noun())) }
            (table)
            @if left > 0 {
                p.caution { "and " (words::number(left as u64)) " more" }
            }
        }
    }
}

fn row(plan: &Plan, id: OpId, columns: &Columns) -> Markup {
    let operation = plan.operation(id);
    let own = operation
        .address
        .mirror()
        .map_or_else(String::new, ToString::to_string);
    html! {
        tr.member {
            td { (id) }
            th scope="row" { (name(&own)) }
            @if columns.source {
                td { @if let Some(source) = source(operation) { (name(&source)) } }
            }
            @if columns.loses {
                td.number { @if let Some(loses) = loses(operation) { (loses) } }
            }
            @if columns.place {
                td { (place(operation.place.as_ref())) }
            }
        }
    }
}

/// The source topic of a mirror topic that is created under another name.
fn source(operation: &Operation) -> Option<String> {
    match &operation.kind {
        OperationKind::CreateMirror { source, .. } => {
            (operation.address.mirror() != Some(source)).then(|| source.to_string())
        }
        _ => None,
    }
}

fn loses(operation: &Operation) -> Option<String> {
    operation.effects.iter().find_map(|effect| match effect {
        Effect::Loses {
            messages, stale, ..
        } => Some(match (messages, stale) {
            (0, false) => "none".to_owned(),
            (0, true) => "not known".to_owned(),
            (n, true) => format!("at least {}", words::number(*n)),
            (n, false) => words::number(*n),
        }),
        _ => None,
    })
}
