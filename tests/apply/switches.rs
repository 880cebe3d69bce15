//! Nobody knows some of the real service's answers. Whichever they are, a run comes to its end.

use linkwright::apply::Verdict;
use linkwright_sandbox::switches::Switches;
use linkwright_sandbox::{Options, Sandbox, World};

use super::everything;
use crate::support::bench::{Bench, show, tell};

#[tokio::test(start_paused = true)]
async fn every_way_the_service_may_be_leads_to_the_same_end() {
    let desired = everything::desired_state();
    for (name, switches) in Switches::variations() {
        let options = Options {
            switches: Some(switches),
            ..Options::default()
        };
        let world = World::from_yaml(everything::WORLD).unwrap();
        let bench = Bench::around(Sandbox::with_options(world, options));
        let plan = bench.plan(&desired).await;
        let report = bench.apply(&plan).await;
        assert_eq!(
            report.verdict(),
            Verdict::Complete,
            "{name}\n{}",
            tell(&report)
        );
        let left = bench.plan(&desired).await;
        // Where stopped mirrors are listed no more, a new plan cannot know them.
        if !matches!(name.as_str(), "stopped_row=hidden" | "stopped_row=unlisted") {
            assert!(!left.has_changes(), "{name}\n{}", show(&left));
        }
        assert_eq!(bench.sandbox.harms(), [], "{name}");
    }
}
