//! Why an operation was not rehearsed, and how a server was seen to ignore `validate_only`.

use crate::plan::{Ignored, NotSent, NotValidated, Rehearsal, Restored, Unproven};

/// The server's words, or why it was not or could not be asked; none where the verdict says it all.
#[must_use]
pub fn rehearsal(it: &Rehearsal) -> Option<String> {
    match it {
        Rehearsal::Accepted | Rehearsal::Waits | Rehearsal::NoForm => None,
        Rehearsal::Refused(words) => Some(words.clone()),
        Rehearsal::Unknown(why) => Some(not_validated(why)),
        Rehearsal::Withheld(why) => Some(not_sent(why)),
        Rehearsal::Acted(how) => Some(ignored(how)),
    }
}

fn not_validated(why: &NotValidated) -> String {
    match why {
        NotValidated::Secret(words) | NotValidated::Server(words) => words.clone(),
        NotValidated::NoEndpoint(cluster) => {
            format!("the spec gives no REST endpoint for cluster {cluster}")
        }
        NotValidated::Gone => "the link no longer exists".to_owned(),
        NotValidated::LeftOut => "the server's response does not mention this topic".to_owned(),
    }
}

fn not_sent(why: &NotSent) -> String {
    match why {
        NotSent::NotAllowed(code) => format!("it is not allowed ({code})"),
        NotSent::Unproven(why) => format!(
            "it is unknown whether this endpoint honours validate_only: {}",
            unproven(why)
        ),
        NotSent::Ignored(how @ Ignored::Operation { .. }) => format!(
            "{}; no more requests are sent to this endpoint",
            ignored(how)
        ),
        NotSent::Ignored(how) => ignored(how),
    }
}

fn unproven(why: &Unproven) -> String {
    match why {
        Unproven::NoTest => "no request of this plan can test it".to_owned(),
        Unproven::NotAllowed => "the policy does not allow reversible changes".to_owned(),
        Unproven::ConfigsUnread(half, why) => {
            let words = format!("the configs of {half} could not be read");
            match why {
                Some(why) => format!("{words}: {why}"),
                None => words,
            }
        }
        Unproven::ConfigsGone(half) => format!("the configs of {half} do not exist"),
        Unproven::NotAccepted => "the server did not accept a change".to_owned(),
        Unproven::NoSetting(half) => format!("{half} has no setting to test it with"),
        Unproven::Server {
            half,
            config,
            words,
        } => format!("testing {config} of {half}: {words}"),
    }
}

fn ignored(how: &Ignored) -> String {
    let (trial, restored) = match how {
        Ignored::Operation { half, configs } => {
            return format!(
                "the server ignored validate_only and changed {} of {half}",
                configs.join(", ")
            );
        }
        Ignored::TrialUnread(trial) => {
            return format!(
                "{} of {} could not be read after a validate_only request for {}; check that it is \
                 still {}",
                trial.config, trial.half, trial.tried, trial.before
            );
        }
        Ignored::Trial(trial, restored) => (trial, restored),
    };
    let words = format!(
        "the server ignored validate_only and changed {} of {} from {} to {}",
        trial.config, trial.half, trial.before, trial.tried
    );
    let value = trial.before;
    match restored {
        Restored::Yes => {
            format!("{words}; it was restored, and no more requests are sent to this endpoint")
        }
        Restored::NotShown => format!(
            "{words}; the server accepted the request to restore it, but does not show the value: \
             check that it is {value}"
        ),
        Restored::No(error) => {
            format!("{words}; it could not be restored ({error}): set it to {value}")
        }
    }
}
