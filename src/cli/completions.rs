//! `linkwright completions SHELL`: what clap knows of the command line, and the addresses of the specs in the
//! working directory.

use std::path::PathBuf;

use clap::{Arg, Command, CommandFactory};
use clap_complete::Shell;

use super::Failure;
use super::args::{Args, Chosen, Completions};
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
    let script = completed(shell, &script);
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
    for (link, half) in desired.halves() {
        addresses.push(half.address.to_string());
        let topics = link.topics.iter().flat_map(|topics| topics.literal.keys());
        addresses.extend(topics.map(|topic| format!("{}/{topic}", half.address)));
        let sources = half.mirrors.literal.keys();
        addresses
            .extend(sources.map(|source| format!("{}/{}", half.address, half.mirror_name(source))));
    }
    addresses.sort();
    // A spec may be anyone's: what no name has is not for a command line.
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
    addresses.retain(|address| address.chars().all(is_plain));
    addresses
}

/// What prints them.
const CALL: &str = "linkwright completions --addresses 2>/dev/null";

/// The commands that take addresses as arguments.
fn with_addresses() -> Vec<String> {
    let takes_addresses = |command: &&Command| {
        let mut given = command.get_positionals();
        given.any(|it| ["addresses", "what"].contains(&it.get_id().as_str()))
    };
    let command = Args::command();
    let commands = command.get_subcommands().filter(takes_addresses);
    commands.map(|it| it.get_name().to_owned()).collect()
}

/// The script with addresses as well: clap completes files after `--target`, and nothing where a command takes
/// addresses.
fn completed(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => bash(script),
        Shell::Zsh => zsh(script),
        Shell::Fish => fish(script),
        _ => script.to_owned(),
    }
}

fn bash(script: &str) -> String {
    // `compgen -W` would expand what is in the names, and so would the line that they are put into.
    let function = format!(
        "_linkwright_addresses() {{\n    local address\n    COMPREPLY=()\n    while IFS= read -r address; do\n        \
         [[ $address == \"$1\"* ]] && COMPREPLY+=(\"$(printf '%q' \"$address\")\")\n    done < <({CALL})\n}}\n\n"
    );
    let call = "_linkwright_addresses \"${cur}\"";
    let mut script = script.replace(
        "                --target)\n                    COMPREPLY=($(compgen -f \"${cur}\"))",
        &format!("                --target)\n                    {call}"),
    );
    // `--option=value` is three words.
    let after = "    prev=\"$3\"\n";
    let parted = "    if [[ ${cur} == = ]] ; then\n        cur=\"\"\n    elif [[ ${prev} == = ]] ; then\n        \
                  prev=\"${COMP_WORDS[COMP_CWORD-2]}\"\n    fi\n";
    script = script.replacen(after, &format!("{after}{parted}"), 1);
    for name in with_addresses() {
        let case = format!("        linkwright__subcmd__{name})\n");
        let given = format!(
            "            if [[ ${{cur}} != -* && ${{prev}} != -* ]] ; then\n                {call}\n                \
             return 0\n            fi\n"
        );
        script = script.replace(&case, &format!("{case}{given}"));
    }
    function + &script
}

fn zsh(script: &str) -> String {
    let is_address = |line: &str| {
        let given = ["'*::addresses -- ", "'*::what -- "];
        line.contains(":ADDRESS:_default'") || given.iter().any(|it| line.starts_with(it))
    };
    let mut text = String::new();
    for line in script.lines() {
        match is_address(line) {
            true => text += &line.replace(":_default'", ":_linkwright_addresses'"),
            false => text += line,
        }
        text.push('\n');
    }
    let function = format!(
        "_linkwright_addresses() {{\n    local -a addresses\n    addresses=(\"${{(@f)$({CALL})}}\")\n    \
         compadd -a addresses\n}}\n\n"
    );
    // Before the script calls itself at its end.
    let at = text.rfind("if [ \"$funcstack[1]\"").unwrap_or(text.len());
    text.insert_str(at, &function);
    text
}

fn fish(script: &str) -> String {
    let mut text = String::new();
    for line in script.lines() {
        text += line;
        if line.contains(" -l target ") && line.ends_with(" -r") {
            text += &format!(" -f -a '({CALL})'");
        }
        text.push('\n');
    }
    // clap completes only options there.
    let mut given = |name: &str, words: &str| {
        let of = format!("complete -c linkwright -n \"__fish_linkwright_using_subcommand {name}\"");
        text += &format!("{of} -f -a '{words}'\n");
    };
    for name in with_addresses() {
        given(&name, &format!("({CALL})"));
    }
    for command in Args::command().get_subcommands() {
        let values = command.get_positionals().flat_map(Arg::get_possible_values);
        let values: Vec<String> = values.map(|it| it.get_name().to_owned()).collect();
        if !values.is_empty() {
            given(command.get_name(), &values.join(" "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_complete_addresses_codes_and_risks() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "linkwright", &mut script);
            let script = completed(shell, &String::from_utf8_lossy(&script));
            // After `--target` of some commands, and as what these commands take.
            let commands = with_addresses();
            assert!(commands.contains(&"failover".to_owned()), "{commands:?}");
            assert!(commands.contains(&"accept".to_owned()), "{commands:?}");
            let completed = match shell {
                // One function prints them.
                Shell::Zsh => script.matches(":_linkwright_addresses'").count(),
                Shell::Bash => script.matches("_linkwright_addresses \"${cur}\"").count(),
                _ => script.matches(CALL).count(),
            };
            assert!(completed >= 2 + commands.len(), "{shell}: {completed}");
            // Words of a spec are never expanded.
            assert!(!script.contains(&format!("-W \"$({CALL}")), "{shell}");
            assert!(script.contains("LW217"), "{shell}");
            assert!(script.contains("blast-radius"), "{shell}");
            assert!(script.contains("terraform"), "{shell}");
            // `--target=east/dr` is completed, too.
            assert_eq!(script.contains("${prev} == ="), shell == Shell::Bash);
        }
    }
}
