//! Links and clusters → entries, and from what holds of them the pages: [`Draft`].

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Accepted, Part};
use super::clusters::Known;
use super::credentials::Principal;
use super::join::{Alone, LiveHalf, Logical, Shape};
use super::page::{Document, Page, variables_of};
use super::settings::Covered;
use super::variables::Variables;
use super::yaml::{Entry, Node, Text, plain};
use super::{ExportInput, Off, mirrors, settings};
use crate::address::{Address, ClusterName, HalfAddress};
use crate::catalog::names;
use crate::diff::{self, FindingKind};
use crate::live::{LinkError, Reading};

/// An export that is not checked yet.
pub(super) struct Draft<'a> {
    input: &'a ExportInput<'a>,
    known: &'a Known<'a>,
    clusters: Vec<(ClusterName, Entry, Variables)>,
    links: Vec<(String, Entry, Variables)>,
    /// Lines of these links that stand as comments only, and why.
    left: Vec<(Address, String)>,
    aside: Vec<(Vec<HalfAddress>, Entry, Vec<String>, Variables)>,
}

impl<'a> Draft<'a> {
    /// Everything but what is left out.
    pub(super) fn new(
        input: &'a ExportInput<'a>,
        known: &'a Known<'a>,
        links: &'a [Logical<'a>],
        off: &Off,
    ) -> Self {
        let mut draft = Self {
            input,
            known,
            clusters: Vec::new(),
            links: Vec::new(),
            left: Vec::new(),
            aside: Vec::new(),
        };
        let mut used = BTreeSet::new();
        let mut taken = input.references();
        let mut clusters = Vec::new();
        for name in known.names() {
            let mut variables = Variables::besides(taken);
            let entry = known.entry(name, &mut variables);
            taken = variables.give_up_taken();
            clusters.extend(entry.map(|entry| (name, entry, variables)));
        }
        for link in links {
            let mut variables = Variables::besides(taken);
            let (mut problems, mut left) = (Vec::new(), Vec::new());
            let entry = draft.link(link, off, &mut variables, &mut problems, &mut left);
            taken = variables.give_up_taken();
            problems.extend(off.links.get(&link.key).into_iter().flatten().cloned());
            if problems.is_empty() {
                used.extend(known.of_link(link));
                draft.left.append(&mut left);
                draft.links.push((link.key.clone(), entry, variables));
            } else {
                let halves = link.shape.halves().iter().map(LiveHalf::address).collect();
                draft.aside.push((halves, entry, problems, variables));
            }
        }
        for (name, entry, variables) in clusters {
            let existing = input.existing.map(|files| &files.desired.clusters);
            let is_declared = existing.is_some_and(|clusters| clusters.contains_key(name));
            // Where no link is left, the clusters are what there is to go on from.
            let is_used = !input.only_used || used.contains(name) || draft.links.is_empty();
            if !is_used || is_declared {
                continue;
            }
            if let Some(why) = off.clusters.get(name.as_str()) {
                draft
                    .left
                    .push((Address::Cluster(name.clone()), why.clone()));
                continue;
            }
            draft.clusters.push((name.clone(), entry, variables));
        }
        draft
    }

    /// The links whose topics are declared by where they are written.
    pub(super) fn by_topic(&self) -> BTreeSet<String> {
        let links = self
            .links
            .iter()
            .filter(|(_, entry, _)| match &entry.value {
                Node::Map(below) => below.iter().any(|entry| entry.key == "topics"),
                _ => false,
            });
        links.map(|(key, ..)| key.clone()).collect()
    }

    /// A file for each cluster and each link, so that a fault can be laid at one door.
    pub(super) fn parts(&self) -> Vec<(Part<'_>, Text)> {
        let text = |section: &str, entry: &Entry| {
            let mut text = Text::default();
            text.line("version: 1");
            text.line(&format!("{section}:"));
            text.entries(std::slice::from_ref(entry), 2);
            text
        };
        let clusters = self
            .clusters
            .iter()
            .map(|(name, entry, _)| (Part::Cluster(name.as_str()), text("clusters", entry)));
        let links = self
            .links
            .iter()
            .map(|(key, entry, _)| (Part::Link(key.as_str()), text("links", entry)));
        clusters.chain(links).collect()
    }

    fn link(
        &self,
        link: &Logical<'a>,
        off: &Off,
        variables: &mut Variables,
        problems: &mut Vec<String>,
        left: &mut Vec<(Address, String)>,
    ) -> Entry {
        let nothing_off = BTreeMap::new();
        let by_half = off.by_half.contains(&link.key);
        let off = off.entries.get(&link.key).unwrap_or(&nothing_off);
        let name = |cluster: &ClusterName| Node::text(cluster.as_str());
        let mut below = Vec::new();
        if link.key != link.name.as_str() {
            below.push(Entry::new("name", Node::text(link.name.as_str())));
        }
        let key = link.key.as_str();
        match link.shape {
            Shape::Destination { half, .. } => {
                let source = self.known.source_of(key);
                below.extend(source.map(|source| Entry::new("source", name(source))));
                below.push(Entry::new("destination", name(half.cluster)));
                let mut covered = Covered::default();
                if let Some(source) = source {
                    let principal = self.principal(half, "", vec![key], source);
                    let node = principal.node(variables, &mut covered.credentials);
                    below.push(Entry::new("credentials", node));
                }
                below.extend(settings::sections(half, problems));
                below.extend(mirrors::mirrors(half, None, off, left));
                below.extend(settings::raw(half, &[key], &covered, off, variables, left));
            }
            Shape::Source { inbound, outbound } => {
                below.push(Entry::new("source", name(outbound.cluster)));
                below.push(Entry::new("destination", name(inbound.cluster)));
                below.push(Entry::new("mode", Node::word("source-initiated")));
                let mut covered = Covered {
                    other: Some(inbound),
                    ..Covered::default()
                };
                let principal = self.principal(outbound, "", vec![key], inbound.cluster);
                let node = principal.node(variables, &mut covered.credentials);
                below.push(Entry::new("credentials", node));
                if self.needs_local(outbound) {
                    let local = self.principal(outbound, names::LOCAL, vec![key], outbound.cluster);
                    let node = local.node(variables, &mut covered.credentials);
                    below.push(Entry::new("local_credentials", node));
                }
                below.extend(settings::sections(inbound, problems));
                below.extend(mirrors::mirrors(inbound, None, off, left));
                let of_inbound = Covered {
                    bootstrap: self.known.bootstrap_of(outbound.cluster),
                    ..Covered::default()
                };
                let inbound = settings::raw(inbound, &[key], &of_inbound, off, variables, left);
                below.extend(inbound);
                let words = [key, "source"];
                let own = settings::raw(outbound, &words, &covered, off, variables, left);
                if let Some(own) = own {
                    let half = Entry::new(outbound.cluster.as_str(), Node::Map(vec![own]));
                    below.push(Entry::new("halves", Node::Map(vec![half])));
                }
            }
            Shape::Bidirectional { first, second } => {
                below.push(Entry::new("mode", Node::word("bidirectional")));
                let mut notes = Vec::new();
                let topics = (!by_half)
                    .then(|| mirrors::topics(first, second, &mut notes))
                    .flatten();
                if topics.is_some() {
                    left.append(&mut notes);
                }
                let halves = [(first, second), (second, first)].map(|(own, other)| {
                    let words = vec![key, own.cluster.as_str()];
                    let mut half = Vec::new();
                    let mut covered = Covered {
                        bootstrap: self.known.bootstrap_of(other.cluster),
                        ..Covered::default()
                    };
                    if own.connects() {
                        let to = other.cluster;
                        let principal = self.principal(own, "", words.clone(), to);
                        let node = principal.node(variables, &mut covered.credentials);
                        half.push(Entry::new("credentials", node));
                        // Other tools authenticate locally whichever way the other half connects.
                        let is_needed = !other.connects() && self.needs_local(own);
                        if is_needed || own.authenticates_locally() {
                            let local =
                                self.principal(own, names::LOCAL, words.clone(), own.cluster);
                            let node = local.node(variables, &mut covered.credentials);
                            half.push(Entry::new("local_credentials", node));
                        }
                    } else {
                        half.push(Entry::new("connection", Node::word("inbound")));
                    }
                    if topics.is_some() {
                        half.extend(settings::but_auto_create(own, problems));
                    } else {
                        half.extend(settings::sections(own, problems));
                        half.extend(mirrors::mirrors(own, Some(other), off, left));
                    }
                    let raw = settings::raw(own, &words, &covered, off, variables, left);
                    half.extend(raw);
                    Entry::new(own.cluster.as_str(), Node::Map(half))
                });
                below.push(Entry::new("halves", Node::Map(halves.into())));
                below.extend(topics);
            }
        }
        let mut entry = Entry::new(key, Node::Map(below));
        entry.above = self.remarks(link);
        entry
    }

    /// Whether a half authenticates to its own cluster: Confluent Platform has a listener that needs nothing.
    fn needs_local(&self, half: LiveHalf<'_>) -> bool {
        half.authenticates_locally() || self.known.is_cloud(half.cluster)
    }

    fn principal<'p>(
        &self,
        half: LiveHalf<'p>,
        scope: &'static str,
        words: Vec<&'p str>,
        to: &ClusterName,
    ) -> Principal<'p> {
        Principal {
            half,
            scope,
            words,
            holder: format!("link {} to {to}", half.row.name),
            is_cloud: self.known.is_cloud(to),
        }
    }

    /// What is worth saying above a link.
    fn remarks(&self, link: &Logical<'_>) -> Vec<String> {
        let mut remarks = Vec::new();
        let halves = link.shape.halves();
        for half in &halves {
            if half.row.error == Some(LinkError::Authentication) {
                remarks.push(format!(
                    "The half on {} reports AUTHENTICATION_ERROR: a plan will propose to rotate \
                         its credentials.",
                    half.cluster
                ));
            }
            let reading = self
                .input
                .live
                .clusters
                .get(half.cluster)
                .map(|facts| &facts.mirrors);
            let rows = reading.and_then(Reading::read);
            let listed = rows.map(|all| all.get(&half.row.name).map_or(0, BTreeMap::len));
            if let Some(listed) = listed.filter(|listed| half.row.topic_count > *listed) {
                remarks.push(format!(
                    "Mirror topics on {} may be missing here: the link names {}, and the list has {listed} of it.",
                    half.cluster, half.row.topic_count,
                ));
            }
            if let Some(Reading::Unread(why)) = reading {
                remarks.push(format!(
                    "Mirror topics on {} are missing here: they could not be read ({why}).",
                    half.cluster
                ));
            }
        }
        if let [one, other] = halves.as_slice()
            && let (Some(a), Some(b)) = (&one.row.link_id, &other.row.link_id)
            && a != b
        {
            remarks.push(
                "The two halves have different link ids: they were created separately and do not \
                     form a pair."
                    .to_owned(),
            );
        }
        remarks
    }

    /// Mirrors of links that are declared elsewhere, which no key there governs. They belong into
    /// those files, which are not rewritten.
    fn ungoverned(&self) -> Vec<(Address, String)> {
        let Some(existing) = self.input.existing else {
            return Vec::new();
        };
        let changes = diff::diff(existing.desired, self.input.live, &diff::Options::default());
        let mut topics: BTreeMap<HalfAddress, Vec<String>> = BTreeMap::new();
        for finding in changes.findings {
            if let (Address::Mirror(half, topic), FindingKind::UnmanagedMirror { .. }) =
                (finding.address, finding.kind)
            {
                topics.entry(half).or_default().push(topic.to_string());
            }
        }
        let words = |topics: Vec<String>| {
            let which = if topics.len() == 1 {
                "mirror topic"
            } else {
                "mirror topics"
            };
            format!(
                "holds {} {which} that its file does not declare; add to its `mirrors`: {}",
                topics.len(),
                topics.join(", ")
            )
        };
        let notes = topics.into_iter();
        notes
            .map(|(half, topics)| (Address::Half(half), words(topics)))
            .collect()
    }

    /// The pages, with what could not be declared.
    pub(super) fn finish(self, alone: Vec<Alone>, accepted: &Accepted) -> Document {
        let mut document = Document::default();
        let mut all = Variables::default();
        let page = |name: &str, entries: &[Entry], variables: &Variables, whys: &[String]| {
            let mut head = Text::default();
            for why in whys {
                head.comment(0, why);
            }
            let variables: Vec<(String, String)> = list(variables);
            variables_of(&variables, &mut head);
            let mut body = Text::default();
            body.entries(entries, 2);
            Page {
                name: name.to_owned(),
                head: head.text,
                body: body.text,
            }
        };
        if !self.clusters.is_empty() {
            let mut variables = Variables::default();
            let mut entries = Vec::new();
            for (_, entry, own) in &self.clusters {
                variables.add(own);
                entries.push(entry.clone());
            }
            document.clusters = Some(page("", &entries, &variables, &[]));
            all.add(&variables);
        }
        for (key, entry, variables) in &self.links {
            document.mirrors += count_mirrors(entry);
            let entries = std::slice::from_ref(entry);
            let mut page = page(key, entries, variables, &[]);
            if let Some(lines) = accepted.get(key) {
                page.body = with_allowances(&page.body, lines);
            }
            document.links.push(page);
            all.add(variables);
        }
        let mut notes = self.ungoverned();
        notes.extend(self.left);
        for (halves, entry, whys, variables) in &self.aside {
            let mut words = vec![format!("The link `{}` is not declared:", entry.key)];
            words.extend(whys.iter().map(|why| format!("- {why}")));
            let entries = std::slice::from_ref(entry);
            document
                .aside
                .push(page(&entry.key, entries, variables, &words));
            if let Some(half) = halves.first() {
                notes.push((Address::Half(half.clone()), whys.join("; ")));
            }
        }
        for half in alone {
            notes.push((Address::Half(half.address), half.why));
        }
        document.is_incomplete = !notes.is_empty();
        for (name, facts) in &self.input.live.clusters {
            for why in [facts.links.unread(), facts.mirrors.unread()]
                .into_iter()
                .flatten()
            {
                document.is_partial = true;
                notes.push((Address::Cluster(name.clone()), format!("not read: {why}")));
            }
            document.is_partial |= facts.configs.values().any(|read| read.unread().is_some());
            if !facts.nameless_links.is_empty() {
                let why = "holds the remains of a link without a name, which no call can address";
                notes.push((Address::Cluster(name.clone()), why.to_owned()));
            }
        }
        notes.sort();
        document.notes = notes;
        document.variables = list(&all);
        document
    }
}

/// The same lines with comments above those that a warning is about.
fn with_allowances(body: &str, lines: &BTreeMap<u32, BTreeMap<&'static str, String>>) -> String {
    let mut text = String::with_capacity(body.len());
    for (at, line) in (0..).zip(body.lines()) {
        let indent = line.len() - line.trim_start().len();
        for (code, summary) in lines.get(&at).into_iter().flatten() {
            let comment = "# linkwright:allow";
            let why = format!("the link has it: {}", plain(summary));
            text.push_str(&format!("{:indent$}{comment} {code} {why}\n", ""));
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn list(variables: &Variables) -> Vec<(String, String)> {
    variables
        .iter()
        .map(|(name, holds)| (name.to_owned(), holds.to_owned()))
        .collect()
}

/// The entries under every `mirrors` or `topics` that are not switched off.
fn count_mirrors(entry: &Entry) -> usize {
    let Node::Map(below) = &entry.value else {
        return 0;
    };
    if entry.key == "mirrors" || entry.key == "topics" {
        let named = below
            .iter()
            .filter(|entry| !entry.is_off && !entry.key.ends_with('*'));
        return named.count();
    }
    below.iter().map(count_mirrors).sum()
}
