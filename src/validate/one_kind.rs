//! LW038: not exactly one kind of credentials or authentication.

use super::{Check, Rule};
use crate::diagnostic::Place;
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW038"),
    severity: Severity::Error,
    title: "not exactly one kind of credentials or authentication",
    why: "Linkwright does not guess which of two to use, and without any the connection cannot \
         authenticate",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials:
      sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" }
      tls: {}
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials:
      sasl_plain: { username: \"${env:KEY}\", password: \"${env:SECRET}\" }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for (_, link) in check.spec.links.iter() {
        let halves = link.halves.iter().map(|(_, half)| &half.settings);
        for settings in std::iter::once(&link.settings).chain(halves) {
            for credentials in [&settings.credentials, &settings.local_credentials]
                .into_iter()
                .flatten()
                .filter(|credentials| !credentials.broken)
            {
                let kinds: Vec<&str> = credentials.kinds().iter().map(|kind| kind.key()).collect();
                one(
                    &kinds,
                    &credentials.place,
                    "credentials",
                    CREDENTIALS,
                    problems,
                );
            }
        }
    }
    for (_, cluster) in check.spec.clusters.iter() {
        let Some(auth) = &cluster.rest_auth else {
            continue;
        };
        if auth.broken {
            continue;
        }
        let kinds = [
            auth.basic.as_ref().map(|_| "basic"),
            auth.bearer.as_ref().map(|_| "bearer"),
            auth.oauth.as_ref().map(|_| "oauth"),
            auth.mtls.as_ref().map(|_| "mtls"),
            auth.mds.as_ref().map(|_| "mds"),
            auth.none.as_ref().map(|_| "none"),
        ];
        let kinds: Vec<&str> = kinds.into_iter().flatten().collect();
        one(&kinds, &auth.place, "rest_auth", REST, problems);
    }
}

const CREDENTIALS: &str =
    "`sasl_plain`, `sasl_scram`, `sasl_oauthbearer`, `sasl_jaas`, `mtls`, `tls` or `plaintext`";
const REST: &str = "`basic`, `bearer`, `oauth`, `mtls`, `mds` or `none`";

fn one(kinds: &[&str], place: &Place, what: &str, all: &str, problems: &mut Vec<Diagnostic>) {
    match kinds {
        [_] => {}
        [] => problems.push(
            RULE.report(place, format!("`{what}` has no kind"), "expected one kind")
                .help(format!("write one of {all}")),
        ),
        [first, second, ..] => problems.push(
            RULE.report(
                place,
                format!("`{what}` has both `{first}` and `{second}`"),
                "expected one kind",
            )
            .help("keep one of them"),
        ),
    }
}
