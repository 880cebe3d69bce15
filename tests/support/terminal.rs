//! A terminal that a command runs in, and what is on it: [`Terminal`]. `script` of util-linux makes the terminal, and
//! what comes out of it is drawn as an `xterm` would.

use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::workspace::{BINARY, Workspace};

/// A terminal in which the binary runs.
pub(crate) struct Terminal<'a> {
    workspace: &'a Workspace,
    child: Child,
    keys: ChildStdin,
    out: ChildStdout,
    drawn: vt100::Parser,
}

/// What is left of a terminal when the command in it has ended.
pub(crate) struct Left {
    pub(crate) text: String,
    pub(crate) code: i32,
    /// Whether the terminal is as it was: its main screen, its cursor, its lines and its keys.
    pub(crate) is_clean: bool,
}

/// No test draws more.
const MOST: usize = 4 << 20;

impl<'a> Terminal<'a> {
    /// Starts the binary in a terminal of this size.
    pub(crate) fn of(workspace: &'a Workspace, (rows, columns): (u16, u16), args: &str) -> Self {
        let command = format!(
            "trap : INT; tty > tty; stty rows {rows} cols {columns}; stty -g > before; {BINARY} {args}; echo $? > code; stty -g > after"
        );
        let mut script = workspace.program("/usr/bin/script", &["-qec", &command, "/dev/null"]);
        script
            .env("TERM", "xterm")
            .env("LANG", "C.UTF-8")
            .env("SHELL", "/bin/sh")
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = script.spawn().unwrap();
        Self {
            workspace,
            keys: child.stdin.take().unwrap(),
            out: child.stdout.take().unwrap(),
            child,
            drawn: vt100::Parser::new(cells(rows), cells(columns), 0),
        }
    }

    /// Types keys.
    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Reads until the screen shows what is wanted, and gives its lines.
    #[track_caller]
    pub(crate) fn until(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut read = 0;
        while !wanted(&self.text()) {
            let more = self.read();
            read += more;
            assert!(more > 0, "it has ended with\n{}", self.text());
            assert!(read < MOST, "it never came to it\n{}", self.text());
        }
        self.lines()
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, (rows, columns): (u16, u16)) {
        let tty = self.workspace.read("tty");
        let (rows_text, columns_text) = (rows.to_string(), columns.to_string());
        let size = ["-F", tty.trim(), "rows", &rows_text, "cols", &columns_text];
        let stty = self.workspace.program("/usr/bin/stty", &size).status();
        assert!(stty.unwrap().success());
        self.drawn
            .screen_mut()
            .set_size(cells(rows), cells(columns));
    }

    /// Reads to the end.
    #[track_caller]
    pub(crate) fn ends(mut self) -> Left {
        while self.read() > 0 {}
        assert!(self.child.wait().unwrap().success());
        let screen = self.drawn.screen();
        let is_drawn_over = screen.alternate_screen() || screen.hide_cursor();
        let read = |name: &str| self.workspace.read(name);
        Left {
            text: self.text(),
            code: read("code").trim().parse().unwrap(),
            is_clean: !is_drawn_over && read("before") == read("after"),
        }
    }

    /// Row by row: what was wrapped is not put together.
    fn text(&self) -> String {
        let screen = self.drawn.screen();
        let (_, columns) = screen.size();
        let rows: Vec<String> = screen.rows(0, columns.get()).collect();
        let rows: Vec<&str> = rows.iter().map(|row| row.trim_end()).collect();
        rows.join("\n").trim_end().to_owned()
    }

    /// The screen's lines as they are now.
    fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }

    fn read(&mut self) -> usize {
        let mut bytes = [0; 4096];
        let read = self.out.read(&mut bytes).unwrap();
        self.drawn.process(&bytes[..read]);
        read
    }
}

/// A test that fails leaves nothing running.
impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        // It may have ended.
        drop(self.keys.write_all(b"\x03\x03"));
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}
