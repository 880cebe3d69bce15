//! What accounts must be permitted: for people ([`text`]), as JSON ([`json`]) and as commands ([`commands`]).

pub mod commands;
pub mod json;

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::page::{Page, ink, plain};
use super::style::{Ink, Style};
use super::words::permission as words;
use crate::permissions::{AccountNeeds, OnCluster, Permissions, Purpose};

/// Writes the permissions for people.
///
/// # Errors
/// When the writer fails.
pub fn text(out: &mut dyn Write, permissions: &Permissions, style: &Style) -> io::Result<()> {
    let mut page = Page::new(out, style);
    if permissions.clusters.is_empty() {
        return page.line(0, 0, &[plain("No permission is needed.")]);
    }
    for (index, cluster) in permissions.clusters.iter().enumerate() {
        if index > 0 {
            page.blank()?;
        }
        let kind = words::cluster_kind(cluster.kind);
        let about = format!(" ({}, {kind})", cluster.id);
        page.line(0, 2, &[ink(Ink::Name, cluster.name.as_str()), plain(about)])?;
        for needs in &cluster.accounts {
            page.blank()?;
            account(&mut page, cluster, needs)?;
        }
    }
    for note in &permissions.notes {
        page.blank()?;
        page.line(0, 2, &[plain(format!("Note: {}.", words::note(note)))])?;
    }
    Ok(())
}

fn account(page: &mut Page<'_>, cluster: &OnCluster, needs: &AccountNeeds) -> io::Result<()> {
    let whose = format!(": {}", words::account(&needs.account, &cluster.name));
    let name = ink(Ink::Name, needs.account.name.as_str());
    page.line(2, 2, &[name, plain(whose)])?;
    for grants in needs.by_resource() {
        let operations: Vec<String> = grants
            .iter()
            .map(|it| words::operation(it.operation))
            .collect();
        let purposes: BTreeSet<&Purpose> = grants.iter().flat_map(|it| &it.purposes).collect();
        let purposes: Vec<String> = purposes.into_iter().map(words::purpose).collect();
        let resource = grants.iter().map(|it| &it.resource).next();
        let resource = resource.map(ToString::to_string).unwrap_or_default();
        let line = format!(
            "{} on {resource}: {}",
            operations.join(", "),
            purposes.join("; ")
        );
        page.line(4, 2, &[plain(line)])?;
    }
    let purposes: Vec<_> = needs.grants.iter().flat_map(|it| &it.purposes).collect();
    let roles = words::roles(&needs.account, &purposes, cluster.kind);
    if !roles.is_empty() {
        let roles = format!("or the role {}", roles.join(", and "));
        page.line(4, 2, &[plain(roles)])?;
    }
    Ok(())
}
