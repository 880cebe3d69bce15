//! Puts mutants into a source, each behind a switch: [`weave`].
//!
//! `a && b` becomes `(if crate::mutation::on(7) { a || b } else { a && b })`. What stands in the branch of
//! a mutant is the text as cargo-mutants would have it; mutants within it go on in the last branch only,
//! as one mutant at most is on. A function gets `if … { return VALUE; }` before its first statement, and
//! an arm of a match a guard.

mod find;

use std::ops::Range;

use crate::list::Mutant;

/// A source with mutants in it.
#[derive(Debug, Default)]
pub struct Woven {
    /// The text.
    pub text: String,
    /// Mutants for which no place was found.
    pub left: Vec<u32>,
    regions: Vec<Region>,
}

/// Whose text stands where.
#[derive(Debug)]
struct Region {
    range: Range<usize>,
    owner: Owner,
}

/// Whose a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It is a mutant's own.
    Mutant(u32),
    /// It is what weaving put around these, or what it left in between.
    Weaving(Vec<u32>),
}

impl Woven {
    /// Whose the text at a place is.
    pub fn owner(&self, at: usize) -> Option<&Owner> {
        self.regions
            .iter()
            .filter(|region| region.range.contains(&at))
            .min_by_key(|region| region.range.len())
            .map(|region| &region.owner)
    }

    /// The mutants with which that mutant stands in one place.
    pub fn beside(&self, id: u32) -> Vec<u32> {
        self.regions
            .iter()
            .find_map(|region| match &region.owner {
                Owner::Weaving(all) if all.contains(&id) => Some(all.clone()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// The mutants that take an arm away from the match whose scrutinee begins at a place.
    pub fn arms(&self, at: usize) -> Vec<u32> {
        find::guards(&self.text, at)
            .into_iter()
            .filter_map(|guard| {
                guard
                    .strip_prefix("!crate::mutation::on(")?
                    .strip_suffix(')')
            })
            .filter_map(|id| id.parse().ok())
            .collect()
    }
}

/// How mutants are put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// An expression, or its text with a mutant.
    Choice,
    /// A function's values, before its first statement.
    Return,
    /// A function's iterators, where the function does not tell its type.
    Iterator,
    /// A guard of an arm that has none.
    NewGuard,
    /// A guard.
    Guard,
}

/// A place with its mutants: what each has in place of the text.
#[derive(Debug)]
struct Site {
    range: Range<usize>,
    form: Form,
    choices: Vec<(u32, String)>,
}

/// Puts mutants into a source.
pub fn weave(text: &str, mutants: &[&Mutant]) -> syn::Result<Woven> {
    let (mut sites, left) = find::find(text, mutants)?;
    sites.sort_by_key(|site| {
        let length = site.range.len();
        (site.range.start, length > 0, std::cmp::Reverse(length))
    });
    let mut woven = Woven {
        left,
        ..Woven::default()
    };
    woven.write(text, 0..text.len(), &sites);
    Ok(woven)
}

fn switch(id: u32) -> String {
    format!("crate::mutation::on({id})")
}

impl Woven {
    fn write(&mut self, text: &str, range: Range<usize>, mut sites: &[Site]) {
        let mut at = range.start;
        while let Some((site, rest)) = sites.split_first() {
            let within = rest
                .iter()
                .take_while(|other| other.range.start < site.range.end)
                .count();
            let (inner, after) = rest.split_at(within);
            self.text.push_str(&text[at..site.range.start]);
            self.write_site(text, site, inner);
            at = site.range.end;
            sites = after;
        }
        self.text.push_str(&text[at..range.end]);
    }

    fn write_site(&mut self, text: &str, site: &Site, inner: &[Site]) {
        let start = self.text.len();
        match site.form {
            Form::Choice => {
                self.text.push('(');
                for (id, choice) in &site.choices {
                    self.write_choice(*id, "{ ", choice, " } else ");
                }
                self.text.push_str("{ ");
                self.write(text, site.range.clone(), inner);
                self.text.push_str(" })");
            }
            Form::Return => {
                for (id, choice) in &site.choices {
                    self.write_choice(*id, "{ return ", choice, "; } ");
                }
            }
            Form::Iterator => {
                for (id, choice) in &site.choices {
                    self.write_choice(
                        *id,
                        "{ crate::mutation::Either::One(",
                        choice,
                        ") } else { crate::mutation::Either::Other(",
                    );
                }
                self.text.push_str("{ ");
                self.write(text, site.range.clone(), inner);
                self.text.push_str(" }");
                self.text.push_str(&") }".repeat(site.choices.len()));
            }
            Form::NewGuard => {
                for (id, _) in &site.choices {
                    self.text += &format!(" if !{}", switch(*id));
                }
            }
            Form::Guard => {
                let (yes, no): (Vec<_>, Vec<_>) = site
                    .choices
                    .iter()
                    .partition(|(_, choice)| choice == "true");
                for (id, _) in yes {
                    self.text += &format!("{} || ", switch(*id));
                }
                self.text.push('(');
                for (id, _) in no {
                    self.text += &format!("!{} && ", switch(*id));
                }
                self.text.push('(');
                self.write(text, site.range.clone(), inner);
                self.text.push_str("))");
            }
        }
        let mut ids: Vec<u32> = site.choices.iter().map(|(id, _)| *id).collect();
        if site.form == Form::Iterator {
            // All must give the same items, and `empty()`, which comes first, gives any.
            ids.drain(..ids.len() - 1);
        }
        self.regions.push(Region {
            range: start..self.text.len(),
            owner: Owner::Weaving(ids),
        });
    }

    fn write_choice(&mut self, id: u32, open: &str, choice: &str, close: &str) {
        self.text += &format!("if {} {open}", switch(id));
        let start = self.text.len();
        self.text.push_str(choice);
        self.regions.push(Region {
            range: start..self.text.len(),
            owner: Owner::Mutant(id),
        });
        self.text.push_str(close);
    }
}

/// The module with the switch, for so many mutants.
pub fn switches(count: usize) -> String {
    include_str!("weave/switch.rs.txt").replace("COUNT", &(count + 1).to_string())
}

#[cfg(test)]
mod tests;
