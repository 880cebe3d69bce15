//! The EXAMPLES part of each help page. A test parses every line of them.

/// `linkwright --help`.
pub(super) const ALL: &str = "\
EXAMPLES:
  linkwright init
  linkwright validate
  linkwright plan --out plan.json
  linkwright show plan.json
  linkwright apply plan.json
  linkwright drift --json-out drift.json

EXIT CODES:
  0 done · 1 failed · 2 changes or drift · 3 refused · 4 stale · 5 partial · 6 timed out ·
  7 declined · 64 usage or invalid spec · 130 interrupted";

/// `validate`.
pub(super) const VALIDATE: &str = "\
EXAMPLES:
  linkwright validate
  linkwright validate links/ --references
  linkwright validate links/ --all-environments
  linkwright validate links/ --fix
  linkwright validate links/ --strict
  linkwright validate links/ --output sarif > validate.sarif";

/// `render`.
pub(super) const RENDER: &str = "\
EXAMPLES:
  linkwright render links/ --environment prod
  linkwright render links/ --environment prod --var region=us-east-1 > prod.yaml";

/// `fmt`.
pub(super) const FMT: &str = "\
EXAMPLES:
  linkwright fmt
  linkwright fmt links/ --check";

/// `set`.
pub(super) const SET: &str = "\
EXAMPLES:
  linkwright set west/orders-dr/payments state=paused
  linkwright set west/orders-dr consumer_offset_sync.interval=10s --write
  linkwright set links.orders-dr.mirrors.payments links.orders-dr.mirrors.refunds state=mirroring
  linkwright set west/orders-dr prefix=east. --environment prod
  linkwright set west/orders-dr --remove acl_sync --spec links/";

/// `plan`.
pub(super) const PLAN: &str = "\
EXAMPLES:
  linkwright plan links/
  linkwright plan links/ --out plan.json --markdown-out plan.md
  linkwright plan links/ --environment prod
  linkwright plan links/ --allow irreversible --target west/orders-dr
  linkwright plan links/ --from snapshot.json
  linkwright plan links/ --why west/orders-dr/payments";

/// `show`.
pub(super) const SHOW: &str = "\
EXAMPLES:
  linkwright show plan.json
  linkwright show plan.json --output markdown
  linkwright show plan.json --output html > plan.html";

/// `approve`.
pub(super) const APPROVE: &str = "\
EXAMPLES:
  linkwright approve plan.json --key approver.pem
  linkwright approve plan.json --key approver.pem --valid-for 2h";

/// `apply`.
pub(super) const APPLY: &str = "\
EXAMPLES:
  linkwright apply links/
  linkwright apply links/ --plan plan.json --auto-approve --report report.json
  linkwright apply plan.json --allow irreversible
  linkwright apply links/ --plan plan.json --verify approver.pub.pem --auto-approve
  linkwright apply links/ --rotate orders-dr
  linkwright apply links/ --store s3://example-links/prod --lease-timeout 10m
  linkwright apply links/ --dry-run";

/// `failover`.
pub(super) const FAILOVER: &str = "\
EXAMPLES:
  linkwright failover west/orders-dr/payments --dry-run
  linkwright failover west/orders-dr --allow irreversible,data-loss
  linkwright failover west/dr --lost 'region down, INC-4711' --allow irreversible,data-loss --write
  linkwright failover west/dr/orders west/dr/payments --lost 'region down' --lost-until 2026-12-01";

/// `promote`.
pub(super) const PROMOTE: &str = "\
EXAMPLES:
  linkwright promote west/orders-dr/payments --dry-run
  linkwright promote west/orders-dr --allow irreversible --write";

/// `pause`.
pub(super) const PAUSE: &str = "\
EXAMPLES:
  linkwright pause west/orders-dr/payments
  linkwright pause west/orders-dr --patch pause.patch";

/// `resume`.
pub(super) const RESUME: &str = "\
EXAMPLES:
  linkwright resume west/orders-dr/payments --write
  linkwright resume west/orders-dr";

/// `switchover`.
pub(super) const SWITCHOVER: &str = "\
EXAMPLES:
  linkwright switchover dr --to west --dry-run
  linkwright switchover dr --to west --allow direction --write";

/// `drift`.
pub(super) const DRIFT: &str = "\
EXAMPLES:
  linkwright drift links/
  linkwright drift links/ --fail-on state,missing --max-lag 10000
  linkwright drift links/ --since drift.json --json-out drift.json --notify '${env:DRIFT_WEBHOOK}'";

/// `accept`.
pub(super) const ACCEPT: &str = "\
EXAMPLES:
  linkwright accept
  linkwright accept west/orders-dr/payments
  linkwright accept west/orders-dr/payments --as failed-over --patch payments.patch
  linkwright accept --all --write
  linkwright accept --all --report drift.json --environment prod --write";

/// `status`.
pub(super) const STATUS: &str = "\
EXAMPLES:
  linkwright status links/
  linkwright status links/ west/orders-dr
  linkwright status links/ --status FAILED,SOURCE_UNAVAILABLE --sort lag --limit 20
  linkwright status links/ --mirrors --watch --interval 10s";

/// `snapshot`.
pub(super) const SNAPSHOT: &str = "\
EXAMPLES:
  linkwright snapshot --out snapshot.json
  linkwright snapshot links/ --environment prod --sample 30s --out snapshot.json
  linkwright snapshot --hash-names --out snapshot.json";

/// `twin`.
pub(super) const TWIN: &str = "\
EXAMPLES:
  linkwright twin snapshot.json --out world.yaml";

/// `drill`.
pub(super) const DRILL: &str = "\
EXAMPLES:
  linkwright drill west/orders-dr links/
  linkwright drill west/orders-dr links/ --sample 1m --out drill.json --html-out drill.html";

/// `test`.
pub(super) const TEST: &str = "\
EXAMPLES:
  linkwright test
  linkwright test scenarios/ links/region-lost.scenario.yaml
  linkwright test --output junit > scenarios.xml
  linkwright test scenarios/ --watch";

/// `export`.
pub(super) const EXPORT: &str = "\
EXAMPLES:
  linkwright export --cluster west=https://pkc-1.us-west-2.aws.confluent.cloud > links.yaml
  linkwright export --cluster east=lkc-east01 --sandbox world.yaml --out-dir links/
  linkwright export links/ --merge";

/// `import`.
pub(super) const IMPORT: &str = "\
EXAMPLES:
  linkwright import terraform state.json --out-dir links
  linkwright import cfk clusterlink.yaml kafkarestclass.yaml --out-dir links
  linkwright import properties create-link.sh --out-dir links --cluster west=https://west.example";

/// `permissions`.
pub(super) const PERMISSIONS: &str = "\
EXAMPLES:
  linkwright permissions links/
  linkwright permissions links/ --for-failover --output commands > grant.sh
  linkwright permissions links/ --output json";

/// `store`.
pub(super) const STORE: &str = "\
EXAMPLES:
  linkwright store check --store s3://example-links/prod
  linkwright store push --store s3://example-links/prod";

/// `lease`.
pub(super) const LEASE: &str = "\
EXAMPLES:
  linkwright lease list --store s3://example-links/prod
  linkwright lease release lkc-west01 --holder ann/20261127T140501Z-3f9a1c07";

/// `archive`.
pub(super) const ARCHIVE: &str = "\
EXAMPLES:
  linkwright archive list --store s3://example-links/prod
  linkwright archive show lkc-west01/20261127T140501Z-3f9a1c07--west--orders-dr";

/// `store check`.
pub(super) const STORE_CHECK: &str = "\
EXAMPLES:
  linkwright store check --store s3://example-links/prod
  linkwright store check --spec links/";

/// `store push`.
pub(super) const STORE_PUSH: &str = "\
EXAMPLES:
  linkwright store push --store s3://example-links/prod";

/// `lease list`.
pub(super) const LEASE_LIST: &str = "\
EXAMPLES:
  linkwright lease list
  linkwright lease list --store s3://example-links/prod --output json";

/// `lease release`.
pub(super) const LEASE_RELEASE: &str = "\
EXAMPLES:
  linkwright lease release lkc-west01 --holder ann/20261127T140501Z-3f9a1c07";

/// `runs`.
pub(super) const RUNS: &str = "\
EXAMPLES:
  linkwright runs
  linkwright runs show 20261127T140501Z-3f9a1c07";

/// `runs list`.
pub(super) const RUNS_LIST: &str = "\
EXAMPLES:
  linkwright runs list --store s3://example-links/prod --output json";

/// `runs show`.
pub(super) const RUNS_SHOW: &str = "\
EXAMPLES:
  linkwright runs show 20261127T140501Z-3f9a1c07
  linkwright runs show 20261127T140501Z-3f9a1c07 --output json";

/// `runs prune`.
pub(super) const RUNS_PRUNE: &str = "\
EXAMPLES:
  linkwright runs prune --older-than 2160h";

/// `archive list`.
pub(super) const ARCHIVE_LIST: &str = "\
EXAMPLES:
  linkwright archive list
  linkwright archive list --store s3://example-links/prod --output json";

/// `archive show`.
pub(super) const ARCHIVE_SHOW: &str = "\
EXAMPLES:
  linkwright archive show lkc-west01/20261127T140501Z-3f9a1c07--west--orders-dr";

/// `sandbox`.
pub(super) const SANDBOX: &str = "\
EXAMPLES:
  linkwright sandbox world.yaml
  linkwright sandbox world.yaml --cluster west=127.0.0.1:8091 --state world.state.json";

/// `init`.
pub(super) const INIT: &str = "\
EXAMPLES:
  linkwright init
  linkwright init links/orders.yaml
  linkwright init links/dr.yaml --template dr
  linkwright init links/clusters.yaml --from-cluster west=https://west.example";

/// `lsp`.
pub(super) const LSP: &str = "\
EXAMPLES:
  linkwright lsp";

/// `schema`.
pub(super) const SCHEMA: &str = "\
EXAMPLES:
  linkwright schema > linkwright.schema.json
  linkwright schema plan";

/// `explain`.
pub(super) const EXPLAIN: &str = "\
EXAMPLES:
  linkwright explain LW217
  linkwright explain";

/// `completions`.
pub(super) const COMPLETIONS: &str = "\
EXAMPLES:
  linkwright completions bash > /etc/bash_completion.d/linkwright
  linkwright completions zsh";

/// `man`.
pub(super) const MAN: &str = "\
EXAMPLES:
  linkwright man --out-dir man";

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::super::args::Args;
    use super::super::exit::Exit;

    /// The words of a command line as a shell passes them on; what goes to a file is left out.
    fn words(line: &str) -> Vec<String> {
        line.split_whitespace()
            .take_while(|word| *word != ">")
            .map(|word| word.trim_matches('\'').to_owned())
            .collect()
    }

    #[test]
    fn every_help_page_has_examples_that_parse() {
        let mut root = Args::command();
        root.build();
        let mut pages = Vec::new();
        for page in root.get_subcommands() {
            let name = page.get_name().to_owned();
            for inner in page.get_subcommands() {
                pages.push((format!("{name} {}", inner.get_name()), inner.clone()));
            }
            pages.push((name, page.clone()));
        }
        pages.retain(|(name, _)| name.split(' ').all(|word| word != "help"));
        assert_eq!(pages.len(), 34 + 9);
        pages.push(("linkwright".to_owned(), root));
        for (name, mut page) in pages {
            let help = page.render_long_help().to_string();
            let (_, examples) = help.split_once("\nEXAMPLES:\n").expect(&name);
            let (examples, _) = examples.split_once("\n\n").unwrap_or((examples, ""));
            assert!(examples.lines().count() > 0, "{name}");
            for line in examples.lines() {
                let line = line.trim();
                Args::try_parse_from(words(line)).unwrap_or_else(|error| panic!("{line}: {error}"));
                let starts = format!("linkwright {}", name.trim_start_matches("linkwright"));
                assert!(line.starts_with(&starts), "{line} is not about {name}");
            }
        }
    }

    #[test]
    fn the_first_help_page_lists_every_exit_code() {
        for (exit, _) in Exit::ALL {
            let code = format!("{} ", exit.code());
            let is_listed = super::ALL
                .split(['·', '\n'])
                .any(|part| part.trim_start().starts_with(&code));
            assert!(is_listed, "{code}");
        }
    }

    #[test]
    fn a_command_has_only_the_flags_that_it_uses() {
        let mut root = Args::command();
        root.build();
        for (name, only) in [
            ("completions", &["addresses", "help"][..]),
            ("schema", &["help"]),
            ("explain", &["help"]),
        ] {
            let page = root.find_subcommand(name).expect(name);
            let flags: Vec<_> = page
                .get_arguments()
                .filter_map(|flag| flag.get_long())
                .collect();
            assert_eq!(flags, only, "{name}");
        }
        for (name, flag, is_there) in [
            ("plan", "sandbox", true),
            ("export", "ca-file", true),
            ("validate", "sandbox", false),
            ("sandbox", "ca-file", false),
            ("init", "color", false),
            ("export", "symbols", false),
            ("fmt", "guard", false),
            ("set", "sandbox", false),
        ] {
            let page = root.find_subcommand(name).expect(name);
            let has = page.get_arguments().any(|one| one.get_long() == Some(flag));
            assert_eq!(has, is_there, "{name} --{flag}");
        }
    }
}
