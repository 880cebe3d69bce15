//! `linkwright approve` signs a saved plan or a saved drill, and [`verify`] checks that for `apply --verify` and
//! `show --verify`.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::args::Approve;
use super::exit::Exit;
use super::saved::SavedFile;
use super::screen::Screen;
use super::{Failure, drills, files, input};
use crate::apply::durable::Readers;
use crate::plan::Allowances;
use crate::plan::file::{Approvable, ApprovalFileV1, ApprovalV1};
use crate::report::{safe, words};
use crate::signature::{PublicKey, SigningKey};

pub(super) fn run(args: &Approve, screen: &mut Screen) -> Result<Exit, Failure> {
    if let Some(drill) = drills::read(&args.plan)? {
        let approval = sign(args, &drill.saved)?;
        screen.note(&format!(
            "signed the drill of {} until {}; wrote {}",
            safe::clean(&drill.saved.link),
            approval.not_after,
            path_of(&args.plan).display()
        ));
        let clusters = match drill.saved.drill.simulated {
            true => " (simulated clusters)",
            false => "",
        };
        let summary = safe::clean(&drill.saved.summary);
        screen.note(&format!("it says: {summary}{clusters}"));
        return Ok(Exit::Done);
    }
    let saved = SavedFile::read(&args.plan)?;
    if saved.shown()?.is_refused() {
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "{} is refused and cannot be approved; `linkwright show` says why, and which flag or \
                 line of the spec would allow it",
                args.plan.display()
            ),
        ));
    }
    let approval = sign(args, &saved.plan)?;
    let origin = saved.plan.origin();
    screen.note(&format!(
        "approved {} until {}, with {}; wrote {}",
        saved.sentence(),
        approval.not_after,
        safe::clean(&words::origin::needs(origin)),
        path_of(&args.plan).display()
    ));
    Ok(Exit::Done)
}

/// Signs a saved plan or a saved drill, and writes its approval next to it.
fn sign<'a>(args: &Approve, what: impl Into<Approvable<'a>>) -> Result<ApprovalV1, Failure> {
    let key = key_of(&args.key, SigningKey::from_pem)?;
    let now = super::now();
    let until = SignedDuration::try_from(args.valid_for)
        .ok()
        .and_then(|time| now.checked_add(time).ok())
        .ok_or_else(|| Failure::new(Exit::Usage, "--valid-for is too long"))?;
    let approval = ApprovalV1::of(what, now, until);
    let unusable = |error| Failure::new(Exit::Usage, format!("{}: {error}", args.key.display()));
    let key_id = key.public_key().map_err(unusable)?.id();
    let signature = key.sign(&approval.message()).map_err(unusable)?;
    let file = ApprovalFileV1::new(approval, key_id, &signature);
    let path = path_of(&args.plan);
    let mut text = serde_json::to_vec_pretty(&file).unwrap_or_default();
    text.push(b'\n');
    files::replace(&path, &text, Readers::Owner)?;
    Ok(file.approval)
}

/// Where the approval of a plan or a drill is.
fn path_of(plan: &Path) -> PathBuf {
    let mut name = plan.as_os_str().to_owned();
    name.push(".approval");
    name.into()
}

fn key_of<K, E: std::fmt::Display>(
    file: &Path,
    read: impl Fn(&str) -> Result<K, E>,
) -> Result<K, Failure> {
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::new(Exit::Usage, format!("{}: {why}", file.display()))
    };
    let pem = input::text(file, input::SECRET).map_err(|error| wrong(&error))?;
    read(&pem).map_err(|error| wrong(&error))
}

/// A plan that someone approved.
pub(super) struct Verified {
    /// What was allowed.
    pub(super) allowances: Allowances,
    /// The key that it is signed with.
    pub(super) key_id: String,
}

/// Checks that a plan is approved with this key, unchanged and not too long ago.
///
/// # Errors
/// Exit 3 when it is not, 64 when the key file cannot be used.
pub(super) fn verify<'a>(
    key: &Path,
    file: &Path,
    what: impl Into<Approvable<'a>>,
    now: Timestamp,
) -> Result<Verified, Failure> {
    let key = key_of(key, PublicKey::from_pem)?;
    let path = path_of(file);
    let refused = |why: &dyn std::fmt::Display| {
        Failure::new(
            Exit::Refused,
            format!(
                "{} is not approved: {}: {}. No changes were made",
                file.display(),
                path.display(),
                safe::clean(&why.to_string())
            ),
        )
    };
    let text = input::text(&path, input::SECRET).map_err(|error| refused(&error))?;
    let approval = ApprovalFileV1::read(&text).map_err(|error| refused(&error))?;
    let key_id = key.id();
    let verifies = |message: &[u8], signature: &[u8]| key.verifies(message, signature);
    let allowances = approval.verify(what, now, &key_id, verifies);
    Ok(Verified {
        allowances: allowances.map_err(|error| refused(&error))?,
        key_id,
    })
}
