//! `status --watch`: the status, refreshed at an interval, on the terminal's alternate screen.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::pin::pin;
use std::time::Duration;

use linkwright_clock::Clock;

use super::args::{Global, Status as StatusArgs, StatusFormat};
use super::exit::Exit;
use super::keys::Keys;
use super::screen::{self, Screen};
use super::session::Session;
use super::view::View;
use super::{Failure, interrupts};
use crate::live::Sample;
use crate::report::words::{self, More};

/// The alternate screen, no cursor, and lines that are cut instead of wrapped.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE: &str = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME: &str = "\x1b[H";
const REST_OF_LINE: &str = "\x1b[K";
const REST_OF_SCREEN: &str = "\x1b[J";

/// Whether there is a terminal to draw on.
///
/// # Errors
/// When there is none, or a machine is to read it.
pub(super) fn check(args: &StatusArgs, screen: &Screen) -> Result<(), Failure> {
    let usage = |words| Err(Failure::new(Exit::Usage, words));
    if args.output == StatusFormat::Json {
        usage("--watch cannot print JSON; run `linkwright status -o json` on a schedule")
    } else if screen.can_redraw {
        Ok(())
    } else {
        usage(
            "--watch needs a terminal, and stdout is not a terminal; run `linkwright status` without --watch, or with `-o json`",
        )
    }
}

/// Reads and draws until it is interrupted.
pub(super) async fn run(
    view: &View,
    interval: Duration,
    session: &mut Session,
    global: &Global,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let mut end = pin!(interrupts::signal());
    let mut keys = Keys::listen();
    let mut resized = Resized::listen();
    let mut canvas: Option<Canvas> = None;
    loop {
        // No state is saved: a watch changes nothing, and must not undo what other runs do.
        session.follow(global)?;
        let status = tokio::select! {
            status = view.read(session, &Sample::Once) => status,
            _ = &mut end => return Ok(Exit::Done),
            () = keys.quit() => return Ok(Exit::Done),
        };
        if canvas.is_none() {
            view.check(&status)?;
        }
        let now = session.now();
        let time = Clock::wall();
        let next = time.now() + interval;
        loop {
            let size = screen::size();
            let mut style = screen.style(true);
            style.width = size.columns;
            let page = view.fitted(&status, now, &style, body(&size))?;
            let frame = frame(&title(now, interval, size.columns), &page, &size);
            canvas
                .get_or_insert_with(Canvas::default)
                .draw(screen.out(), &frame)?;
            tokio::select! {
                () = time.sleep_until(next) => break,
                () = resized.next() => {}
                _ = &mut end => return Ok(Exit::Done),
                () = keys.quit() => return Ok(Exit::Done),
            }
        }
    }
}

/// The first line: when it was read, and how to end.
fn title(now: jiff::Timestamp, interval: Duration, columns: usize) -> String {
    let now = now.round(jiff::Unit::Second).unwrap_or(now);
    let long = format!(
        "status at {now}, refreshes every {}; press q or ctrl-C to stop",
        words::duration(interval)
    );
    let lines = [long, format!("{now}; q stops"), "q stops".to_owned()];
    let fitting = lines.into_iter().find(|line| line.len() <= columns);
    fitting.unwrap_or_default()
}

/// Rows below the title.
fn body(size: &screen::Size) -> usize {
    size.rows.saturating_sub(2).max(1)
}

/// One page for the terminal: drawn over the last one, without clearing it first, so that nothing
/// flickers.
fn frame(title: &str, page: &str, size: &screen::Size) -> String {
    let rows = body(size);
    let lines: Vec<&str> = page.lines().collect();
    let mut frame = format!("{HOME}{title}{REST_OF_LINE}\r\n{REST_OF_LINE}");
    let shown = if lines.len() > rows { rows - 1 } else { rows };
    for line in lines.iter().take(shown) {
        let _ = write!(frame, "\r\n{line}{REST_OF_LINE}");
    }
    if let Some(more) = More::of(lines.len().saturating_sub(shown)) {
        let more = more.called("line");
        let _ = write!(frame, "\r\n{more:#}: enlarge the window{REST_OF_LINE}");
    }
    frame.push_str(REST_OF_SCREEN);
    frame
}

/// The alternate screen, which is left however the run ends.
#[derive(Default)]
struct Canvas {
    is_entered: bool,
}

impl Canvas {
    fn draw(&mut self, out: &mut (dyn Write + Send), frame: &str) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_entered, true) {
            out.write_all(ENTER.as_bytes())?;
        }
        out.write_all(frame.as_bytes())?;
        out.flush()
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        if self.is_entered {
            let mut out = io::stdout();
            // A terminal that is gone needs no restoring.
            drop(out.write_all(LEAVE.as_bytes()).and_then(|()| out.flush()));
        }
    }
}

/// When the window changes its size.
struct Resized {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Resized {
    fn listen() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::window_change())
                .ok(),
        }
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_never_scrolls_and_says_what_it_leaves_out() {
        let page = (1..=30).map(|n| format!("line {n}\n")).collect::<String>();
        for rows in 1..40 {
            let size = screen::Size { columns: 80, rows };
            let frame = frame("title", &page, &size);
            let lines = frame.split("\r\n").count();
            assert!(lines <= rows.max(3), "{lines} lines on {rows} rows");
            assert_eq!(frame.contains("more: enlarge"), rows < 32, "{rows} rows");
        }
    }
}
