//! One operation, or several shown together with every name.

use maud::{Markup, html};

use super::attribute;
use crate::report::html::budget::PageBudget;
use crate::report::html::parts::{
    MAX_OPEN, Text, name, names, place, prose, screen_reader_only, tone, weight,
};
use crate::report::plan_svg::symbol;
use crate::report::style::{action_ink, risk_ink};
use crate::report::view::More;
use crate::report::view::plan::{Item, Member};
use crate::report::words::{self, EffectWords, Listing, Weight};

/// An item that opens; nothing when it does not fit any more.
pub(super) fn item(item: &Item<'_>, is_open: bool, budget: &mut PageBudget) -> Option<Markup> {
    let columns = Columns::of(item);
    // One alone is in the headline.
    let listed = match item.is_several() {
        true => item.members.as_slice(),
        false => &[],
    };
    let rows = listed.iter().map(|member| row(member, &columns));
    budget.item(item.members.len(), rows, |rows, more| {
        html! {
            details.item.grave[item.is_severe] id=(id(item)) open[is_open]
                data-noun="operation" data-half=(Text(item.half.to_string())) {
                summary { (headline(item)) }
                div.body { (body(item)) }
                (members(item, &columns, rows, more))
            }
        }
    })
}

/// The headline as a link to the item.
pub(super) fn link(item: &Item<'_>) -> Markup {
    html! { a href=(format!("#{}", id(item))) { (headline(item)) } }
}

/// The item's id: that of its first operation.
fn id(item: &Item<'_>) -> String {
    let first = item.members.first().map_or(0, |one| one.id.index() + 1);
    format!("operation-{first}")
}

fn headline(item: &Item<'_>) -> Markup {
    let ink = tone(action_ink(item.action));
    html! {
        span.sign.(ink) aria-hidden="true" { (symbol(item.action)) }
        " " span.order.(ink) { (Text(&item.order)) }
        " " (name(&item.subject))
        " " span.faint { "(" (item.numbers()) ")" }
        @for risk in &item.risks {
            " " span.risk.(tone(risk_ink(*risk))) { (risk.word()) }
        }
    }
}

fn body(item: &Item<'_>) -> Markup {
    html! {
        p {
            span.faint { "because " } (prose(&item.because))
            (place(item.place.as_ref()))
        }
        @for detail in &item.details {
            p { (prose(detail)) }
        }
        @if !item.attributes.is_empty() {
            (attribute::table(&item.attributes))
        }
        @if !item.effects.is_empty() {
            ul.effects {
                @for effect in &item.effects {
                    (effect_item(effect, item.is_several()))
                }
            }
        }
        @for unchecked in item.unchecked {
            p.caution { "not checked: " (prose(unchecked)) }
        }
        @for (before, why) in &item.waits {
            p {
                span.faint { "waits for " } (before)
                span.faint { ", because " } (prose(why))
            }
        }
        @if let Some(settled) = &item.settled {
            p { span.faint { "settled when " } (prose(settled)) }
        }
    }
}

fn effect_item(effect: &EffectWords, are_many: bool) -> Markup {
    // What each member loses is next to its name.
    let is_listed_below = are_many && effect.code == "loses";
    let sign = match effect.weight {
        Weight::Plain | Weight::Caution => "→",
        Weight::Danger => "!",
    };
    html! {
        li.(weight(effect.weight)) {
            span.sign aria-hidden="true" { (sign) } (screen_reader_only(effect.weight.word())) " "
            (prose(&effect.text))
            @if !effect.note.is_empty() {
                span.faint { "; " (prose(&effect.note)) }
            }
            @if !is_listed_below {
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

/// What differs between operations shown together.
struct Columns {
    source: bool,
    loses: bool,
    lag: bool,
    place: bool,
}

impl Columns {
    fn of(item: &Item<'_>) -> Self {
        let all = &item.members;
        Self {
            source: all.iter().any(|member| member.source.is_some()),
            loses: all.iter().any(|member| member.loses.is_some()),
            lag: all.iter().any(|member| member.lag.is_some()),
            place: all.windows(2).any(|pair| pair[0].place != pair[1].place),
        }
    }
}

/// Every operation of an item by its name; nothing for one alone.
fn members(item: &Item<'_>, columns: &Columns, rows: &[Markup], more: Option<More>) -> Markup {
    if !item.is_several() {
        return Markup::default();
    }
    html! {
        details.more.members open[item.members.len() <= MAX_OPEN] {
            summary { (words::quantity(item.members.len(), item.action.noun())) }
            table.stacked {
                thead {
                    tr {
                        th scope="col" { "Number" }
                        th scope="col" { "Mirror topic" }
                        @if columns.source { th scope="col" { "Source topic" } }
                        @if columns.loses { th.number scope="col" { "Messages it may lose" } }
                        @if columns.lag { th.number scope="col" { "Lag at plan time" } }
                        @if columns.place { th scope="col" { "Place" } }
                    }
                }
                tbody {
                    @for row in rows { (row) }
                }
            }
            @if let Some(more) = more {
                p.caution { (more.to_string()) }
            }
        }
    }
}

fn row(member: &Member<'_>, columns: &Columns) -> Markup {
    html! {
        tr.member {
            td data-label="Number" { (member.id) }
            th scope="row" { (name(&member.name)) }
            @if columns.source {
                td data-label="Source topic" { @if let Some(source) = &member.source { (name(source)) } }
            }
            @if columns.loses {
                td.number data-label="Messages it may lose" { @if let Some(loses) = loses(member) { (loses) } }
            }
            @if columns.lag {
                td.number data-label="Lag at plan time" { @if let Some(lag) = &member.lag { (lag) } }
            }
            @if columns.place {
                td data-label="Place" { (place(member.place)) }
            }
        }
    }
}

fn loses(member: &Member<'_>) -> Option<String> {
    member.loses.map(|loses| match loses {
        (0, false) => "not known; the lag was 0".to_owned(),
        (0, true) => "not known".to_owned(),
        (n, true) => format!("at least {}", words::number(n)),
        (n, false) => words::number(n),
    })
}
