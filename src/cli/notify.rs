//! `drift --since` and `--notify`: the last report, and telling another system what is new since.

use std::io;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use super::args::{Drift as DriftArgs, Global, NotifyFormat};
use super::clusters;
use super::exit::Exit;
use super::input;
use super::references::References;
use crate::api::webhook::Webhook;
use crate::api::{Net, NetSettings};
use crate::diagnostic::{Code, Diagnostic};
use crate::report::drift::last_report::LastReport;
use crate::report::drift::{DriftView, notification, slack};
use crate::spec;

/// The last report cannot be used.
const LAST_REPORT: Code = Code("LW440");
/// The webhook cannot be used.
const WEBHOOK: Code = Code("LW441");
/// The notification was not delivered.
const UNDELIVERED: Code = Code("LW442");

/// A problem, and how the run ends for it.
pub(super) type Problem = Box<(Diagnostic, Exit)>;

/// A report that must exist.
///
/// # Errors
/// When it does not, or is no report.
pub(super) fn report(file: &Path) -> Result<LastReport, Problem> {
    let missing = || {
        let name = file.display();
        let problem = Diagnostic::error(LAST_REPORT, format!("there is no report: {name}"))
            .help("pass the file that `drift --json-out` wrote");
        Box::new((problem, Exit::Failed))
    };
    last_report(file)?.ok_or_else(missing)
}

/// The last report, if its file exists.
///
/// # Errors
/// When the file exists and is not a report: to report everything as new would be a guess.
pub(super) fn last_report(file: &Path) -> Result<Option<LastReport>, Problem> {
    let name = file.display();
    let problem = |why: String, exit| {
        let problem = Diagnostic::error(
            LAST_REPORT,
            format!("cannot use the last report: {name}: {why}"),
        )
        .why("without it, new findings cannot be recognised, and all findings would be sent again")
        .help("pass the file that `drift --json-out` wrote, or delete it to start again");
        Box::new((problem, exit))
    };
    let text = match input::text(file, input::SAVED) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(problem(error.to_string(), Exit::Failed)),
    };
    LastReport::read(&text)
        .map(Some)
        .map_err(|error| problem(error.to_string(), Exit::Usage))
}

/// The receiver of a notification.
pub(super) struct Receiver {
    webhook: Webhook,
    net: Net,
    format: NotifyFormat,
}

impl Receiver {
    /// The webhook of the command line, if there is one, ready to be sent to.
    ///
    /// # Errors
    /// When its reference has no value, it is not a URL, or TLS cannot be set up.
    pub(super) fn of(args: &DriftArgs, global: &Global) -> Result<Option<Self>, Problem> {
        let Some(url) = &args.notify else {
            return Ok(None);
        };
        let problem = |why: &dyn std::fmt::Display, exit| {
            let problem = Diagnostic::error(WEBHOOK, format!("cannot use --notify: {why}"))
                .help("pass the webhook's URL as a reference, in single quotes: --notify '${env:NAME}' or '${file:PATH}'");
            Box::new((problem, exit))
        };
        let usage = |why: &dyn std::fmt::Display| problem(why, Exit::Usage);
        let failed = |why: &dyn std::fmt::Display| problem(why, Exit::Failed);
        let template = spec::secret(url.expose()).map_err(|why| usage(&why))?;
        let url = References
            .resolve(&template)
            .map_err(|missing| usage(&missing))?;
        let webhook = Webhook::new(&url).map_err(|error| usage(&error))?;
        let roots = clusters::roots(global, webhook.is_https()).map_err(|error| failed(&error))?;
        let net = Net::new(&NetSettings {
            roots,
            connect_timeout: Duration::from_secs(5),
            largest_body: 1 << 20,
            ..NetSettings::default()
        })
        .map_err(|error| failed(&error))?;
        Ok(Some(Self {
            webhook,
            net,
            format: args.notify_format,
        }))
    }

    /// Sends what is new.
    ///
    /// # Errors
    /// When it was not delivered.
    pub(super) async fn send(
        &self,
        view: &DriftView<'_>,
        now: jiff::Timestamp,
    ) -> Result<(), Diagnostic> {
        let document = match self.format {
            NotifyFormat::Json => {
                serde_json::to_value(notification::document(view, Some(now))).unwrap_or_default()
            }
            NotifyFormat::Slack => slack::document(view),
        };
        let json = Bytes::from(document.to_string());
        self.webhook.post(&self.net, json).await.map_err(|error| {
            Diagnostic::error(
                UNDELIVERED,
                format!("the notification was not delivered: {error}"),
            )
            .why("the findings are printed and written, but no one was notified")
            .help("run again when the webhook works: the file of --since is not replaced, so the next run reports the same findings as new")
        })
    }
}
