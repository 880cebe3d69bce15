//! `linkwright show`: a saved plan or drill, without network access.

use super::args::{Show, ShowFormat};
use super::exit::Exit;
use super::saved::SavedFile;
use super::screen::Screen;
use super::{Failure, approve, drills};
use crate::report::{html, plan_markdown, plan_text, safe, words};

pub(super) fn run(args: &Show, screen: &mut Screen) -> Result<Exit, Failure> {
    let now = super::now();
    if let Some(drill) = drills::read(&args.plan)? {
        if let Some(key) = &args.verify {
            approve::verify(key, &args.plan, &drill.saved, now)?;
        }
        return drills::show(&drill, args, screen);
    }
    let saved = SavedFile::read(&args.plan)?;
    if let Some(key) = &args.verify {
        approve::verify(key, &args.plan, &saved.plan, now)?;
    }
    let plan = saved.shown()?;
    let about = saved.about();
    match args.output {
        ShowFormat::Text => {
            let facts = words::origin::facts(saved.plan.digest(), saved.plan.origin());
            let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            for (name, fact) in facts {
                writeln!(screen.out(), "{name:width$}  {}", safe::clean(&fact))?;
            }
            writeln!(screen.out())?;
            let style = screen.style(args.all);
            plan_text::write(screen.out(), plan, &style)?;
        }
        ShowFormat::Markdown => {
            let page = plan_markdown::render_saved(plan, &about);
            screen.out().write_all(page.as_bytes())?;
        }
        ShowFormat::Html => {
            let page = html::plan::render(plan, &about);
            screen.out().write_all(page.as_bytes())?;
        }
        ShowFormat::Json => screen.out().write_all(saved.text.as_bytes())?,
    }
    Ok(Exit::Done)
}
