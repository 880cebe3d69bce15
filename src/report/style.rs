//! How a terminal page looks: [`Style`]. The caller decides; `report` never reads the
//! environment.

use anstyle::{AnsiColor, Color, Effects, Style as Ansi};

use super::words::{Action, Family};
use crate::desired::Risk;

/// How a page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether it has colours.
    pub colors: Colors,
    /// What is before operations.
    pub symbols: Symbols,
    /// Columns to wrap at; lines that cannot be broken may be longer.
    pub width: usize,
    /// How much is shown of what is many.
    pub detail: Detail,
    /// How tables are laid out.
    pub tables: Tables,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            colors: Colors::Off,
            symbols: Symbols::Unicode,
            width: 100,
            detail: Detail::Brief,
            tables: Tables::Fitted,
        }
    }
}

/// Colours on a page. Nothing is ever said by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    /// ANSI colours.
    On,
    /// None.
    Off,
}

/// The symbols of a page. Each has its word next to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    /// Such as `⇑`.
    Unicode,
    /// Such as `^`; everything on the page is ASCII.
    Ascii,
    /// None: words only, for screen readers.
    Words,
}

/// How much is shown of what is many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Counts and the first names.
    Brief,
    /// Every name.
    All,
}

/// How tables are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// Cells are wrapped so that rows fit into the page's width: for a terminal.
    Fitted,
    /// Each row is on one line, however long: for what reads line by line.
    Lines,
}

/// What a piece of text is; it decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Title,
    Faint,
    Added,
    Removed,
    Changed,
    Stopped,
    Caution,
    Danger,
    Name,
}

impl Ink {
    fn ansi(self) -> Ansi {
        let of = |color| Ansi::new().fg_color(Some(Color::Ansi(color)));
        match self {
            Self::Plain => Ansi::new(),
            Self::Title | Self::Name => Ansi::new().effects(Effects::BOLD),
            Self::Faint => Ansi::new().effects(Effects::DIMMED),
            Self::Added => of(AnsiColor::Green),
            Self::Removed => of(AnsiColor::Red),
            Self::Changed => of(AnsiColor::Cyan),
            Self::Stopped => of(AnsiColor::Magenta),
            Self::Caution => of(AnsiColor::Yellow),
            Self::Danger => of(AnsiColor::Red).effects(Effects::BOLD),
        }
    }
}

impl Style {
    /// The text in its ink.
    pub(crate) fn paint(&self, ink: Ink, text: &str) -> String {
        let text = match self.symbols {
            Symbols::Ascii => super::safe::ascii(text),
            Symbols::Unicode | Symbols::Words => text.into(),
        };
        match self.colors {
            Colors::Off => text.into_owned(),
            Colors::On if ink == Ink::Plain || text.is_empty() => text.into_owned(),
            Colors::On => {
                let ansi = ink.ansi();
                format!("{ansi}{text}{ansi:#}")
            }
        }
    }

    /// The symbol for a action; nothing in words-only style.
    pub(crate) fn symbol(&self, action: Action) -> &'static str {
        match self.symbols {
            Symbols::Unicode => action.unicode(),
            Symbols::Ascii => action.ascii(),
            Symbols::Words => "",
        }
    }

    /// `unicode`, `ascii` or `words`, whichever the style has.
    pub(crate) fn choose(
        &self,
        unicode: &'static str,
        ascii: &'static str,
        words: &'static str,
    ) -> &'static str {
        match self.symbols {
            Symbols::Unicode => unicode,
            Symbols::Ascii => ascii,
            Symbols::Words => words,
        }
    }
}

/// The ink for a action.
pub(crate) fn action_ink(action: Action) -> Ink {
    match action.family() {
        Family::Create => Ink::Added,
        Family::Change => Ink::Changed,
        Family::Wait => Ink::Faint,
        Family::Stop => Ink::Stopped,
        Family::Delete => Ink::Removed,
    }
}

/// The ink for a risk.
pub(crate) fn risk_ink(risk: Risk) -> Ink {
    match risk {
        Risk::Reversible => Ink::Plain,
        Risk::Disruptive | Risk::Direction => Ink::Caution,
        Risk::Irreversible | Risk::DataLoss => Ink::Danger,
    }
}
