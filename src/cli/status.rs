//! `linkwright status`: the live picture, once or again and again.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use linkwright_clock::Clock;

use super::args::{Global, Planning, Status as StatusArgs, StatusFormat};
use super::exit::Exit;
use super::plan::Ready;
use super::screen::Screen;
use super::{Failure, watch};
use crate::address::HalfAddress;
use crate::diff;
use crate::health::{Health, is_called};
use crate::live::{MirrorStatus, Snapshot};
use crate::read::{self, Ask};
use crate::report::status::{json, text};
use crate::report::style::Style;

/// As many mirror topics of one link are asked what holds them up.
const MOST_TRANSITIONS: usize = 20;

pub(super) async fn run(
    args: &StatusArgs,
    global: &Global,
    time: &Clock,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let view = View::of(args)?;
    if args.watch {
        watch::check(args, screen)?;
    }
    let Some(mut ready) = Ready::get(&view.paths, &Planning::default(), global, time, screen)?
    else {
        return Ok(Exit::Usage);
    };
    if args.watch {
        return watch::run(&view, args.interval, &mut ready, global, screen).await;
    }
    let health = view.look(&ready).await;
    ready.keep()?;
    view.check(&health)?;
    match args.output {
        StatusFormat::Json => json::write(screen.out(), &health, Some(ready.now()))?,
        StatusFormat::Text => {
            let style = screen.style(true);
            view.write(screen.out(), &health, &style)?;
        }
    }
    if health.unread.is_empty() {
        Ok(Exit::Done)
    } else {
        Ok(Exit::Failed)
    }
}

/// What is to be seen.
pub(super) struct View {
    paths: Vec<PathBuf>,
    link: Option<String>,
    mirrors: bool,
}

impl View {
    /// Tells the link from the paths: what exists is a path, and so is what ends as a spec does.
    fn of(args: &StatusArgs) -> Result<Self, Failure> {
        let (mut paths, mut links) = (Vec::new(), Vec::new());
        links.extend(args.link.clone());
        for given in &args.paths {
            let text = given.to_string_lossy();
            let ends = [".yaml", ".yml", "/"];
            if given.exists() || ends.iter().any(|end| text.ends_with(end)) {
                paths.push(given.clone());
            } else {
                links.push(text.into_owned());
            }
        }
        let usage = |words: String| Err(Failure::new(Exit::Usage, words));
        match links.as_slice() {
            [_, _, ..] => usage(format!(
                "one link at a time can be shown in depth, not {}; what is no link must exist as a file or folder",
                links.join(", ")
            )),
            [link] if args.mirrors => usage(format!(
                "--mirrors shows the mirror topics of every link; leave out {link} or --mirrors"
            )),
            _ => Ok(Self {
                paths,
                link: links.pop(),
                mirrors: args.mirrors,
            }),
        }
    }

    /// Looks at the live world: two calls for each cluster and one for each half, and for one link in
    /// depth what may hold up its mirror topics.
    pub(super) async fn look(&self, ready: &Ready) -> Health {
        let mut ask = Ask::default();
        for (cluster, links) in diff::first_look(&ready.desired) {
            ask.of(&cluster).tasks.extend(links);
        }
        let mut live = read::read(&ready.clients, &ask).await;
        if let Some(link) = &self.link {
            deepen(&mut live, ready, link).await;
        }
        let declared = ready.desired.halves().map(|(_, half)| half.address.clone());
        let retired = ready
            .desired
            .retired
            .iter()
            .map(|link| link.address.clone());
        let managed: BTreeSet<_> = declared.chain(retired).collect();
        let health = Health::of(&live, &managed);
        match &self.link {
            Some(link) => health.only(link),
            None => health,
        }
    }

    /// A link that nobody knows is a mistake of the caller's; one that could not be looked for is not.
    pub(super) fn check(&self, health: &Health) -> Result<(), Failure> {
        match &self.link {
            Some(link) if health.links.is_empty() && health.unread.is_empty() => Err(Failure::new(
                Exit::Usage,
                format!(
                    "there is no file or folder `{link}`, and no cluster of the spec holds a link of that name; `linkwright status` lists all links"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Writes the page.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        health: &Health,
        style: &Style,
    ) -> std::io::Result<()> {
        match &self.link {
            Some(_) => text::in_depth(out, health, style),
            None if self.mirrors => text::mirrors(out, health, style),
            None => text::links(out, health, style),
        }
    }
}

/// Reads what may hold up a link's mirror topics: its tasks even if nobody manages it and, where a
/// promotion is under way, what the server says of it, the groups, and the filters that concern them.
async fn deepen(live: &mut Snapshot, ready: &Ready, link: &str) {
    let mut ask = Ask::default();
    let mut passing = Vec::new();
    for (name, cluster) in &live.clusters {
        for found in cluster.links.read().into_iter().flatten().map(|row| row.0) {
            let half = HalfAddress {
                cluster: name.clone(),
                link: found.clone(),
            };
            if !is_called(&half, link) {
                continue;
            }
            let asked = ask.extras_of(name);
            asked.tasks.insert(found.clone());
            let rows = cluster.mirrors.read().and_then(|all| all.get(found));
            let mut statuses = rows.into_iter().flatten().map(|(_, row)| &row.status);
            if statuses
                .clone()
                .any(|status| *status == MirrorStatus::PendingStopped)
            {
                asked.groups = true;
                asked.configs.insert(found.clone());
            }
            if statuses.any(MirrorStatus::is_passing) {
                passing.push(half);
            }
        }
    }
    read::extend(live, &ready.clients, &ask).await;
    for half in passing {
        read::transitions(live, &ready.clients, &half, MOST_TRANSITIONS).await;
    }
}
