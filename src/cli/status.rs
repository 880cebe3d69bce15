//! `linkwright status`: the live picture.

use std::collections::BTreeSet;

use super::Failure;
use super::args::{Global, Planning, Status as StatusArgs, StatusFormat};
use super::exit::Exit;
use super::plan::Ready;
use super::screen::Screen;
use crate::report::status::{Status, json, text};

pub(super) async fn run(
    args: &StatusArgs,
    global: &Global,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let Some(ready) = Ready::get(&args.paths.paths, &Planning::default(), global, screen)? else {
        return Ok(Exit::Usage);
    };
    let live = ready.look_closely().await?.live;
    ready.keep()?;
    let declared = ready.desired.halves().map(|(_, half)| half.address.clone());
    let retired = ready
        .desired
        .retired
        .iter()
        .map(|link| link.address.clone());
    let managed: BTreeSet<_> = declared.chain(retired).collect();
    let status = Status::of(&live, &managed);
    let style = screen.style(true);
    match (args.output, &args.link) {
        (StatusFormat::Json, _) => json::write(screen.out(), &status, Some(ready.now()))?,
        (StatusFormat::Text, Some(name)) => {
            let mut found = false;
            for link in status.named(name) {
                text::link(screen.out(), link, &style)?;
                found = true;
            }
            if !found {
                return Err(Failure::new(
                    Exit::Usage,
                    format!("no cluster of the spec holds a link called {name}"),
                ));
            }
        }
        (StatusFormat::Text, None) if args.mirrors => {
            text::mirrors(screen.out(), &status, &style)?;
        }
        (StatusFormat::Text, None) => text::links(screen.out(), &status, &style)?,
    }
    if status.unread.is_empty() {
        Ok(Exit::Done)
    } else {
        Ok(Exit::Failed)
    }
}
