//! `linkwright explain CODE`.

use super::Failure;
use super::args::Explain;
use super::exit::Exit;
use super::screen::Screen;
use crate::report::words::{self, Explanation};
use crate::validate;

pub(super) fn run(args: &Explain, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(code) = &args.code else {
        for rule in validate::RULES.iter() {
            writeln!(screen.out(), "{}  {}", rule.code, rule.title)?;
        }
        for explanation in words::explanations() {
            writeln!(screen.out(), "{}  {}", explanation.code, explanation.title)?;
        }
        return Ok(Exit::Done);
    };
    let code = code.to_uppercase();
    let text = validate::explain(&code).or_else(|| words::explain(&code).map(explained));
    let Some(text) = text else {
        return Err(Failure::new(
            Exit::Usage,
            format!("unknown code {code}; `linkwright explain` lists all codes"),
        ));
    };
    write!(screen.out(), "{text}")?;
    Ok(Exit::Done)
}

/// A code of a plan in the form of those of a spec.
fn explained(explanation: &Explanation) -> String {
    let Explanation {
        code,
        title,
        why,
        example,
        remediation,
    } = explanation;
    format!(
        "{code}: {title}\n\n{why}\n\nExample:\n\n{}\nHow to fix:\n\n{remediation}\n",
        indented(example)
    )
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}").trim_end().to_owned() + "\n")
        .collect()
}
