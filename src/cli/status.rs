//! `linkwright status`: the live picture, once or again and again.

use linkwright_clock::Clock;

use super::args::{Global, Status as StatusArgs, StatusFormat};
use super::exit::Exit;
use super::screen::Screen;
use super::session::Session;
use super::view::View;
use super::{Failure, watch};
use crate::report::status::json;

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
    let Some(mut session) = Session::open(&view.paths, &[], global, time, screen)? else {
        return Ok(Exit::Usage);
    };
    if args.watch {
        return watch::run(&view, args.interval, &mut session, global, screen).await;
    }
    let health = view.read(&session).await;
    session.keep()?;
    view.check(&health)?;
    match args.output {
        StatusFormat::Json => json::write(screen.out(), &health, Some(session.now()))?,
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
