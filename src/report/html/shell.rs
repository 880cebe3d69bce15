//! The frame of every page: head, policy, controls, contents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::budget::PageBudget;
use super::parts::{Text, prose};
use crate::report::view::More;
use crate::report::words;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A page before it has its shell.
pub(super) struct HtmlPage<'a> {
    /// Its title and heading.
    pub(super) title: &'a str,
    /// What it comes to, in a sentence.
    pub(super) sentence: &'a str,
    /// What else is known of it: when it was made, its digest.
    pub(super) facts: Vec<(&'a str, String)>,
    /// What the search counts, with how many there are of each.
    pub(super) counted: [(&'static str, usize); 2],
    /// What must be seen before anything else.
    pub(super) alerts: Markup,
    /// The sections, each with its heading's id and its title in the contents.
    pub(super) sections: Vec<Section>,
    /// What has everything, where something did not fit: a command, in backticks.
    pub(super) everything: &'a str,
    /// What fitted.
    pub(super) budget: PageBudget,
}

/// A part of a page with a heading.
pub(super) struct Section {
    /// The heading's id.
    pub(super) id: String,
    /// Its line in the contents.
    pub(super) title: String,
    /// All of it.
    pub(super) content: Markup,
}

/// The whole page.
pub(super) fn document(page: &HtmlPage<'_>) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    // Only what is hashed here is used; whatever a name might smuggle in is not.
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (Text(page.title)) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    h1 { (Text(page.title)) }
                    p.sentence { (Text(page.sentence)) }
                    @if !page.facts.is_empty() {
                        dl.facts {
                            @for (term, fact) in &page.facts {
                                div { dt { (term) } dd { (Text(fact)) } }
                            }
                        }
                    }
                }
                (controls(page))
                main #content tabindex="-1" {
                    (page.alerts)
                    @if let Some(more) = More::of(page.budget.omitted) {
                        p.alert.caution {
                            strong { (format!("{more:#}")) " did not fit on this page." }
                            " " (prose(page.everything)) " has everything."
                        }
                    }
                    @if page.sections.len() > 1 {
                        nav aria-label="On this page" {
                            ul {
                                @for section in &page.sections {
                                    li { a href=(format!("#{}", section.id)) { (Text(&section.title)) } }
                                }
                            }
                        }
                    }
                    @for section in &page.sections {
                        (section.content)
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string() + "\n"
}

/// Search and buttons; they need the script, which shows them.
fn controls(page: &HtmlPage<'_>) -> Markup {
    let counted = page.counted.iter().filter(|(_, n)| *n > 0);
    let is_empty = counted.clone().count() == 0;
    html! {
        div.controls hidden role="search" aria-label="This page" {
            @if !is_empty {
                label for="find" { "Find" }
                input #find type="search" autocomplete="off" spellcheck="false"
                    placeholder="address, topic, code or text" aria-describedby="find-keys";
                span.keys #find-keys { kbd { "/" } " to find, " kbd { "Esc" } " to clear" }
                div.buttons {
                    button #expand type="button" { "Expand all" }
                    button #collapse type="button" { "Collapse all" }
                    button #theme type="button" { "Dark" }
                }
                button #everything type="button" hidden {}
                p #hits role="status" aria-live="polite" {
                    @for (noun, n) in counted {
                        span data-noun=(noun) data-total=(words::quantity(*n, noun)) {}
                    }
                }
            } @else {
                div.buttons { button #theme type="button" { "Dark" } }
            }
        }
    }
}
