//! LW560: a `store` that is not the URL of a store.

use super::{Check, Rule};
use crate::address::store_url::StoreUrl;
use crate::diagnostic::{Code, Diagnostic, Severity};

pub(super) const RULE: Rule = Rule {
    code: Code("LW560"),
    severity: Severity::Error,
    title: "`store` is not the URL of a store",
    why: "leases keep two runs apart only if both use the same store, and one that cannot be found keeps no one \
          apart",
    example: "\
version: 1
store: https://example-links.s3.amazonaws.com/prod
",
    fix: "\
version: 1
store: s3://example-links/prod
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(store) = &check.spec.store else {
        return;
    };
    if StoreUrl::parse(store).is_ok() {
        return;
    }
    problems.push(
        RULE.report(
            &store.place,
            "`store` is not the URL of a store",
            "expected `file:///PATH`, `s3://BUCKET/PREFIX`, `az://CONTAINER/PREFIX` or `gs://BUCKET/PREFIX`",
        )
        .help(
            "write only where the store is: keys and endpoints come from the environment, such as \
             AWS_ACCESS_KEY_ID and AWS_ENDPOINT_URL",
        ),
    );
}
