//! What an export hands out: a [`Document`] of [`Page`]s, for one file or for many.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::yaml::Text;
use crate::address::Address;

/// Specs for everything that was live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The clusters, if any is not declared elsewhere.
    pub clusters: Option<Page>,
    /// A page for each link.
    pub links: Vec<Page>,
    /// Links that no spec can declare, each as a page that is not to be read as a spec.
    pub aside: Vec<Page>,
    /// Everything that was not read or cannot be declared, a sentence each.
    pub notes: Vec<(Address, String)>,
    /// Whether something could not be read.
    pub is_partial: bool,
    /// Whether something that was read is declared nowhere: a link that is put aside, a mirror topic
    /// or a config that is written as a comment. The notes say what and why.
    pub is_incomplete: bool,
    /// The environment variables to set, with what each is to hold.
    pub variables: Vec<(String, String)>,
    /// How many mirror topics are declared by their names.
    pub mirrors: usize,
}

/// File systems take 255 bytes for a name; endings, numbers and temporary files need some of them.
const MAX_FILE_NAME: usize = 100;

/// A page: what is between the version and the end of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The link's key, or `clusters`.
    pub name: String,
    /// Comments at its top, folded.
    pub(super) head: String,
    /// `clusters:` or `links:` with one entry, without the section's own line.
    pub(super) body: String,
}

impl Page {
    /// A file of its own.
    #[must_use]
    pub fn file(&self) -> String {
        let section = if self.is_clusters() {
            "clusters"
        } else {
            "links"
        };
        format!("{}version: 1\n\n{section}:\n{}", self.head, self.body)
    }

    fn is_clusters(&self) -> bool {
        self.name.is_empty()
    }

    /// A name for its file, without an ending. Link names come from servers: nothing in one leads
    /// out of the folder.
    #[must_use]
    pub fn file_name(&self) -> String {
        if self.is_clusters() {
            return "clusters".to_owned();
        }
        let usable = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let name: String = self
            .name
            .chars()
            .map(|letter| if usable(letter) { letter } else { '_' })
            .collect();
        let name = name.trim_start_matches('.');
        match name.char_indices().nth(MAX_FILE_NAME) {
            _ if name.is_empty() => "link".to_owned(),
            None => name.to_owned(),
            // What was cut off still distinguishes one file from another.
            Some((end, _)) => {
                let digest = Sha256::digest(self.name.as_bytes());
                let digest: String = digest[..4]
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                format!("{}-{digest}", &name[..end])
            }
        }
    }
}

impl Document {
    /// Everything as one file.
    #[must_use]
    pub fn one_file(&self) -> String {
        let mut text = Text::default();
        text.comment(0, "Exported from live state by `linkwright export`.");
        variables_of(&self.variables, &mut text);
        text.line("version: 1");
        if let Some(clusters) = &self.clusters {
            text.line("");
            text.line("clusters:");
            text.text.push_str(&clusters.body);
        }
        if !self.links.is_empty() {
            text.line("");
            text.line("links:");
            let bodies: Vec<&str> = self.links.iter().map(|link| link.body.as_str()).collect();
            text.text.push_str(&bodies.join("\n"));
        }
        for page in &self.aside {
            text.line("");
            for line in page.head.lines().chain(page.body.lines()) {
                let line = line.strip_prefix("# ").unwrap_or(line);
                text.line(&format!("# {line}"));
            }
        }
        text.text
    }

    /// A file for each page. Links that are not declared get an ending that is not read as a spec. A file name that
    /// is taken gets a number.
    #[must_use]
    pub fn in_folder(
        &self,
        folder: &Path,
        is_taken: &dyn Fn(&Path) -> bool,
    ) -> Vec<(PathBuf, String)> {
        let mut used = BTreeSet::new();
        let mut file = |page: &Page, ending: &str| {
            let base = page.file_name();
            let mut path = folder.join(format!("{base}{ending}"));
            let mut number = 2;
            // Some file systems take `Orders.yaml` for `orders.yaml`.
            let folded = |path: &Path| path.to_string_lossy().to_lowercase();
            while used.contains(&folded(&path)) || is_taken(&path) {
                path = folder.join(format!("{base}-{number}{ending}"));
                number += 1;
            }
            used.insert(folded(&path));
            (path, page.file())
        };
        let clusters = self.clusters.iter().map(|page| (page, ".yaml"));
        let links = self.links.iter().map(|page| (page, ".yaml"));
        let aside = self.aside.iter().map(|page| (page, ".yaml.aside"));
        let pages = clusters.chain(links).chain(aside);
        pages.map(|(page, ending)| file(page, ending)).collect()
    }

    /// Whether nothing at all was exported.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.links.is_empty() && self.aside.is_empty()
    }
}

/// The variables to set, as a comment.
pub(super) fn variables_of(variables: &[(String, String)], text: &mut Text) {
    if variables.is_empty() {
        return;
    }
    text.comment(
        0,
        "The API does not return secrets. Set these environment variables:",
    );
    let width = variables
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or(0);
    for (name, holds) in variables {
        text.line(&format!("#   {name:width$}  {holds}"));
    }
}
