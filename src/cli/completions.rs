//! `linkwright completions SHELL`: what clap knows of the command line, and the addresses of the specs in the
//! working directory.

use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Failure;
use super::args::{self, Args, Chosen, Completions};
use super::exit::Exit;
use super::load::{self, Lookups};
use super::screen::Screen;

pub(super) fn run(args: &Completions, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(shell) = args.shell else {
        for address in addresses() {
            writeln!(screen.out(), "{address}")?;
        }
        return Ok(Exit::Done);
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "linkwright", &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = with_addresses(shell, &script);
    screen.out().write_all(script.as_bytes())?;
    Ok(Exit::Done)
}

/// The addresses of the specs in the working directory; none where they cannot be read.
fn addresses() -> Vec<String> {
    let folder = [PathBuf::from(".")];
    let chosen = Chosen::default();
    let loaded = load::load(&folder, super::today(), Lookups::None, None, &chosen);
    let desired = loaded.desired();
    let mut addresses: Vec<String> = desired.clusters.keys().map(ToString::to_string).collect();
    for (_, half) in desired.halves() {
        addresses.push(half.address.to_string());
        let sources = half.mirrors.literal.keys();
        addresses
            .extend(sources.map(|source| format!("{}/{}", half.address, half.mirror_name(source))));
    }
    addresses.sort();
    addresses
}

/// What prints them.
const CALL: &str = "linkwright completions --addresses 2>/dev/null";

/// The script with addresses where clap completes files after `--target`.
fn with_addresses(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => script.replace(
            "                --target)\n                    COMPREPLY=($(compgen -f \"${cur}\"))",
            &format!(
                "                --target)\n                    COMPREPLY=($(compgen -W \"$({CALL})\" -- \"${{cur}}\"))"
            ),
        ),
        Shell::Zsh => {
            let script = script.replace(":ADDRESS:_default'", ":ADDRESS:_linkwright_addresses'");
            let function = format!(
                "_linkwright_addresses() {{\n    local -a addresses\n    addresses=(\"${{(@f)$({CALL})}}\")\n    compadd -a addresses\n}}\n\n"
            );
            // Before the script calls itself at its end.
            match script.rfind("if [ \"$funcstack[1]\"") {
                Some(at) => format!("{}{function}{}", &script[..at], &script[at..]),
                None => format!("{script}\n{function}"),
            }
        }
        Shell::Fish => {
            let lines = script.lines().map(|line| {
                match line.contains(" -l target ") && line.ends_with(" -r") {
                    true => format!("{line} -f -a '({CALL})'\n"),
                    false => format!("{line}\n"),
                }
            });
            // clap completes only options there.
            let codes: Vec<String> = args::codes().iter().map(|code| code.get_name().to_owned()).collect();
            let explain = "complete -c linkwright -n \"__fish_linkwright_using_subcommand explain\"";
            lines.chain([format!("{explain} -f -a '{}'\n", codes.join(" "))]).collect()
        }
        _ => script.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_complete_addresses_codes_and_risks() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "linkwright", &mut script);
            let script = with_addresses(shell, &String::from_utf8_lossy(&script));
            assert!(script.contains(CALL), "{shell}");
            assert!(script.contains("LW217"), "{shell}");
            assert!(script.contains("blast-radius"), "{shell}");
        }
    }
}
