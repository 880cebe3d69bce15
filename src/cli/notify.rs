//! `drift --since` and `--notify`: the last report, and telling another system what is new since.

use std::io;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use super::args::{Drift as DriftArgs, Global, NotifyFormat};
use super::clusters;
use super::exit::Exit;
use super::references::References;
use crate::api::webhook::Webhook;
use crate::api::{Net, NetSettings};
use crate::diagnostic::{Code, Diagnostic};
use crate::report::drift::last_report::LastReport;
use crate::report::drift::{DriftView, notification, slack};
use crate::spec;

/// The last report cannot be used.
const LAST_REPORT: Code = Code("LW440");
/// There is no such webhook.
const WEBHOOK: Code = Code("LW441");
/// The notification was not delivered.
const UNDELIVERED: Code = Code("LW442");

/// A problem, and how the run ends for it.
pub(super) type Problem = Box<(Diagnostic, Exit)>;

/// The last report, if its file exists.
///
/// # Errors
/// When it exists and is none: taking everything for new would be a guess.
pub(super) fn last_report(file: &Path) -> Result<Option<LastReport>, Problem> {
    let name = file.display();
    let problem = |why: String, exit| {
        let problem = Diagnostic::error(
            LAST_REPORT,
            format!("the last report cannot be used: {name}: {why}"),
        )
        .why("without it nobody can tell what is new, and everything would be told again")
        .help("give the file that `drift --json-into` wrote, or delete it to begin anew");
        Box::new((problem, exit))
    };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(problem(error.to_string(), Exit::Failed)),
    };
    LastReport::read(&text)
        .map(Some)
        .map_err(|error| problem(error.to_string(), Exit::Usage))
}

/// Somebody to tell.
pub(super) struct Receiver {
    webhook: Webhook,
    net: Net,
    format: NotifyFormat,
}

impl Receiver {
    /// The webhook of the command line, if there is one, ready to be sent to.
    ///
    /// # Errors
    /// When its reference leads nowhere, it is no URL, or TLS cannot be set up.
    pub(super) fn of(args: &DriftArgs, global: &Global) -> Result<Option<Self>, Problem> {
        let Some(url) = &args.notify else {
            return Ok(None);
        };
        let problem = |why: &dyn std::fmt::Display, exit| {
            let problem = Diagnostic::error(WEBHOOK, format!("--notify cannot be used: {why}"))
                .help("give the webhook's URL as a reference, in single quotes: --notify '${env:NAME}' or '${file:PATH}'");
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

    /// Tells what is new.
    ///
    /// # Errors
    /// When it was not delivered.
    pub(super) async fn tell(
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
            .why("what was found is printed and written all the same, but nobody was told")
            .help("run again once the webhook works: while the file of --since stays as it is, the next run tells the same news")
        })
    }
}
