//! The table in `docs/switchover.md` is the judge's.

use linkwright::live::switchover::PairPhase;
use linkwright::plan::switchover::{WriteKind, refusal};
use linkwright::report::words::{pair_refusal, pair_remediation};

const PAGE: &str = "docs/switchover.md";

fn name(write: WriteKind) -> &'static str {
    match write {
        WriteKind::EditConfigs => "edit configs: filters, sync settings, credentials",
        WriteKind::PrepareEnd => "turn a sync off before mirror topics or the link end",
        WriteKind::PauseLink => "pause or resume the link (`cluster.link.paused`)",
        WriteKind::CreateLink => "create a half of the link",
        WriteKind::DeleteLink => "delete a half of the link",
        WriteKind::CreateMirror => "create a mirror topic",
        WriteKind::PauseMirror => "pause a mirror topic",
        WriteKind::ResumeMirror => "resume a mirror topic",
        WriteKind::PromoteMirror => "promote",
        WriteKind::FailoverMirror => "fail over",
        WriteKind::ReverseMirror => "reverse",
        WriteKind::RestoreMirror => "truncate and restore",
    }
}

fn table() -> String {
    let unknown = PairPhase::Other("any other".to_owned());
    let phases: Vec<&PairPhase> = PairPhase::KNOWN.iter().chain([&unknown]).collect();
    let heads: Vec<String> = phases.iter().map(|phase| format!("`{phase}`")).collect();
    let mut text = format!(
        "| | {} |\n|---{}|\n",
        heads.join(" | "),
        "|---".repeat(phases.len())
    );
    for write in WriteKind::ALL {
        let cells: Vec<&str> = (phases.iter())
            .map(|phase| match refusal(phase, write) {
                None => "yes",
                Some(_) => "no",
            })
            .collect();
        text.push_str(&format!("| {} | {} |\n", name(write), cells.join(" | ")));
    }
    text.push_str("\n| phase | why not | what to do |\n|---|---|---|\n");
    for phase in phases {
        if let Some(why) = refusal(phase, WriteKind::CreateMirror) {
            text.push_str(&format!(
                "| `{phase}` | {} | {} |\n",
                pair_refusal(why),
                pair_remediation(why)
            ));
        }
    }
    text
}

#[test]
fn the_table_of_the_page_is_the_judges() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let start = "<!-- phases: generated from the code; run the switchover tests with UPDATE_GENERATED=1 -->\n";
    let end = "<!-- end of phases -->";
    let (before, rest) = page.split_once(start).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let wanted = format!("{before}{start}{}{end}{after}", table());
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(PAGE, &wanted).unwrap();
    }
    let page = std::fs::read_to_string(PAGE).unwrap();
    assert!(
        page == wanted,
        "the table in {PAGE} is stale: run this test with UPDATE_GENERATED=1"
    );
}
