//! LW070: a plaintext secret.

use super::{Check, Rule};
use crate::catalog;
use crate::diagnostic::Place;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::secret::{Fallback, Part, Reference};
use crate::spec::{Located, Secret};

pub(super) const RULE: Rule = Rule {
    code: Code("LW070"),
    severity: Severity::Warning,
    title: "a plaintext secret",
    why: "a spec is kept in version control and shown in reviews: everyone who can read it can \
         read the secret. A default that begins with `sandbox` is taken for a test value",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:KEY}\", password: hunter2 } }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, cluster) in check.spec.clusters.iter() {
        let Some(auth) = &cluster.rest_auth else {
            continue;
        };
        let secrets = [
            auth.basic.as_ref().map(|it| &it.password),
            auth.bearer.as_ref().map(|it| &it.token),
            auth.oauth.as_ref().map(|it| &it.client_secret),
            auth.mtls.as_ref().map(|it| &it.key),
            auth.mds.as_ref().map(|it| &it.password),
        ];
        secrets
            .into_iter()
            .flatten()
            .for_each(|secret| check_secret(secret, problems));
    }
    if let Some(cloud) = &check.spec.confluent_cloud {
        check_secret(&cloud.api_secret, problems);
    }
    for (_, link) in check.spec.links.iter() {
        let halves = link.halves.iter().map(|(_, half)| &half.settings);
        for settings in std::iter::once(&link.settings).chain(halves) {
            let both = [&settings.credentials, &settings.local_credentials];
            for credentials in both.into_iter().flatten() {
                let secrets = [
                    credentials.sasl_plain.as_ref().map(|it| &it.password),
                    credentials.sasl_scram.as_ref().map(|it| &it.password),
                    credentials
                        .sasl_oauthbearer
                        .as_ref()
                        .map(|it| &it.client_secret),
                    credentials.mtls.as_ref().map(|it| &it.key),
                    credentials
                        .mtls
                        .as_ref()
                        .and_then(|it| it.key_password.as_ref()),
                ];
                secrets
                    .into_iter()
                    .flatten()
                    .for_each(|secret| check_secret(secret, problems));
                if let Some(jaas) = credentials
                    .sasl_jaas
                    .as_ref()
                    .and_then(|it| it.jaas.as_ref())
                {
                    look_at_line(jaas, problems);
                }
            }
            for (name, value) in settings.configs.iter() {
                let sensitive = catalog::lookup(name).is_some_and(|entry| entry.sensitive);
                if let Some(value) = value.as_ref().filter(|_| sensitive)
                    && value.literal().is_some()
                {
                    problems.push(report(&value.place));
                }
            }
        }
    }
}

fn check_secret(secret: &Located<Secret>, problems: &mut Vec<Diagnostic>) {
    let clear = secret.0.parts().iter().any(|part| match part {
        Part::Clear(..) => true,
        Part::Reference(Reference::Env { default, .. }, _) => match default {
            Some(default @ Fallback::Text(text)) => !text.is_empty() && !default.is_for_sandbox(),
            Some(Fallback::NotSaved) | None => false,
        },
        Part::Reference(Reference::File { .. }, _) | Part::Text(_) => false,
    });
    if clear {
        problems.push(report(&secret.place));
    }
}

/// A JAAS line is mostly words. It holds a secret when it speaks of one and nothing comes by
/// reference.
fn look_at_line(line: &Located<Secret>, problems: &mut Vec<Diagnostic>) {
    let speaks_of_one = line.0.parts().iter().any(|part| match part {
        Part::Clear(text, _) => {
            let text = text.expose().to_ascii_lowercase();
            text.contains("password=") || text.contains("secret=")
        }
        Part::Reference(..) | Part::Text(_) => false,
    });
    if speaks_of_one && line.0.references().next().is_none() {
        problems.push(report(&line.place));
    }
}

fn report(place: &Place) -> Diagnostic {
    RULE.report(
        place,
        "plaintext secret",
        "readable by everyone who can read the spec",
    )
    .help(
        "move it to your secret store and write `${env:NAME}` or `${file:PATH}`; then rotate \
             it: it has been exposed",
    )
}
