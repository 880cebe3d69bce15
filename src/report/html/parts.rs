//! What every page is made of: harmless text, names, places, codes.

use std::collections::BTreeSet;

use maud::{Markup, Render, html};

use crate::report::plan_svg::Drawing;
use crate::report::plan_svg::px;
use crate::report::safe;
use crate::report::style::Ink;
use crate::report::view::More;
use crate::report::words::{self, Weight};

/// Characters of a message from outside.
pub(super) const MESSAGE: usize = 4_000;
/// More things to open than this are closed at first.
pub(super) const MAX_ITEMS_OPEN: usize = 25;
/// More names than this are collapsed.
pub(super) const MAX_OPEN: usize = 20;

/// Text from anywhere: on one line, with nothing in it that acts on a browser or hides.
pub(super) struct Text<T>(pub(super) T);

impl<T: AsRef<str>> Render for Text<T> {
    fn render_to(&self, buffer: &mut String) {
        safe::clean(self.0.as_ref()).render_to(buffer);
    }
}

/// A sentence of ours with what is in backticks as code.
pub(super) fn prose(sentence: &str) -> Markup {
    let sentence = safe::message(sentence, MESSAGE);
    let pieces: Vec<&str> = sentence.split('`').collect();
    // The last of an even number has lost its partner.
    let closed = pieces.len() - (pieces.len() + 1) % 2;
    html! {
        @for (index, piece) in pieces.iter().enumerate() {
            @if index >= closed {
                "`" (piece)
            } @else if index % 2 == 1 {
                code { (piece) }
            } @else {
                (piece)
            }
        }
    }
}

/// A name of something live or declared. A line may break after a separator in it.
pub(super) fn name(text: &str) -> Markup {
    html! { code.name { (breakable(&safe::name(text))) } }
}

/// A name with places where a line may break; text that is found or copied has none of them.
pub(super) fn breakable(text: &str) -> Markup {
    html! {
        @for piece in text.split_inclusive(['/', '.', '_', ':']) {
            (piece) wbr;
        }
    }
}

/// Names after a sentence: a few in a row, many behind a click.
pub(super) fn names(names: &[String], noun: &str) -> Markup {
    let list = html! {
        ul.names {
            @for one in names {
                li { (name(one)) }
            }
        }
    };
    html! {
        @if names.len() > MAX_OPEN {
            details.more {
                summary { (words::quantity(names.len(), noun)) }
                (list)
            }
        } @else if !names.is_empty() {
            (list)
        }
    }
}

/// A name of a group: the search finds and counts each.
pub(super) fn member_name(text: &str) -> Markup {
    html! { li.member { (name(text)) } }
}

/// What a group is made of, by name, as far as it fitted.
pub(super) fn members(count: usize, noun: &str, rows: &[Markup], more: Option<More>) -> Markup {
    html! {
        @if count > 0 {
            details.more.members open[count <= MAX_OPEN] {
                summary { (words::quantity(count, noun)) }
                ul.names {
                    @for row in rows { (row) }
                }
                @if let Some(more) = more {
                    p.caution { (more.to_string()) }
                }
            }
        }
    }
}

/// A place in the spec.
pub(super) fn place(place: Option<impl ToString>) -> Markup {
    html! {
        @if let Some(place) = place {
            " " span.place { (Text(place.to_string())) }
        }
    }
}

/// What only a screen reader reads: a word for a sign or a colour.
pub(super) fn screen_reader_only(word: &str) -> Markup {
    html! { span.screen-reader-only { (word) } }
}

/// The way to what a code means, for what its headline names.
pub(super) fn meaning(code: &str) -> Markup {
    html! {
        @if words::explain(code).is_some() {
            p { a href=(format!("#{code}")) { "what " span.code { (code) } " means" } }
        }
    }
}

/// The class that gives text its ink.
pub(super) fn tone(ink: Ink) -> &'static str {
    match ink {
        Ink::Plain | Ink::Title | Ink::Name => "plain",
        Ink::Faint => "faint",
        Ink::Added => "added",
        Ink::Removed => "removed",
        Ink::Changed => "changed",
        Ink::Stopped => "stopped",
        Ink::Caution => "caution",
        Ink::Danger => "danger",
    }
}

/// The class that gives a weight its colour.
pub(super) fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Plain => "plain",
        Weight::Caution => "caution",
        Weight::Danger => "danger",
    }
}

/// A drawing up to this wide is shown as wide as the page, where its texts stay readable.
const MAX_FITTED: f64 = 1_700.0;

/// A drawing, to be scrolled where it is wider than the page.
pub(super) fn picture(drawing: &Drawing, title: &str, text: &str) -> Markup {
    let (width, height) = (px(drawing.width), px(drawing.height));
    let is_fitted = drawing.width <= MAX_FITTED;
    html! {
        div.canvas tabindex="0" role="group" aria-label="Drawing" {
            svg.picture.fitted[is_fitted] viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height)
                role="img" aria-labelledby="picture-title picture-text" {
                title id="picture-title" { (Text(title)) }
                desc id="picture-text" { (Text(text)) "." }
                (maud::PreEscaped(&drawing.body))
            }
        }
    }
}

/// What the codes on this page mean.
pub(super) fn glossary(codes: &BTreeSet<&str>) -> Markup {
    let known: Vec<_> = codes
        .iter()
        .filter_map(|code| words::explain(code))
        .collect();
    html! {
        @if !known.is_empty() {
            section aria-labelledby="codes" {
                h2 #codes tabindex="-1" { "What the codes mean" }
                dl.codes {
                    @for explanation in known {
                        dt id=(explanation.code) tabindex="-1" { span.code { (explanation.code) } " " (explanation.title) }
                        dd {
                            p { (prose(explanation.why)) }
                            p { span.faint { "How to fix: " } (prose(explanation.remediation)) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_code_between_backticks() {
        let explanation = |sentence: &str| prose(sentence).into_string();
        assert_eq!(
            explanation("write `a: b` & go"),
            "write <code>a: b</code> &amp; go"
        );
        assert_eq!(explanation("one ` alone"), "one ` alone");
        assert_eq!(explanation("`a` and ` alone"), "<code>a</code> and ` alone");
        assert_eq!(explanation("``"), "<code></code>");
        assert_eq!(explanation(""), "");
    }

    #[test]
    fn text_is_harmless() {
        let explanation = html! { (Text("a\u{202e}b\n<b>\"'\u{1b}")) }.into_string();
        assert_eq!(explanation, "a\\u{202e}b\\n&lt;b&gt;&quot;'\\u{1b}");
    }
}
