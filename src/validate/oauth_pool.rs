//! LW074: OAuth to Confluent Cloud without an identity pool.

use super::{Check, Rule};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::spec::ClusterKind;

pub(super) const RULE: Rule = Rule {
    code: Code("LW074"),
    severity: Severity::Warning,
    title: "OAuth to Confluent Cloud without an identity pool",
    why: "Confluent Cloud maps a token to permissions through an identity pool; without one, \
         authentication usually fails",
    example: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_oauthbearer: { token_url: \"https://id.example.com/token\", client_id: \"${env:ID}\", client_secret: \"${env:SECRET}\" } }
",
    fix: "\
links:
  orders-dr:
    source: east
    destination: west
    credentials: { sasl_oauthbearer: { token_url: \"https://id.example.com/token\", client_id: \"${env:ID}\", client_secret: \"${env:SECRET}\", identity_pool: pool-a1 } }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.sites.iter().filter(|site| site.role.connects()) {
        let both = [
            (&site.settings.credentials, check.peer(site)),
            (&site.settings.local_credentials, check.holder(site)),
        ];
        for (credentials, peer) in both {
            let oauth = credentials
                .as_ref()
                .and_then(|it| it.sasl_oauthbearer.as_ref());
            let (Some(oauth), Some(peer)) = (oauth, peer) else {
                continue;
            };
            let on_cloud = peer.kind() == ClusterKind::ConfluentCloud;
            if on_cloud && oauth.identity_pool.is_none() && !oauth.broken {
                problems.push(
                    RULE.report(
                        &oauth.place,
                        "OAuth to Confluent Cloud without an identity pool",
                        "no `identity_pool`",
                    )
                    .help("add `identity_pool: pool-…`"),
                );
            }
        }
    }
}
