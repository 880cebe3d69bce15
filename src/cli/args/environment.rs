//! The arguments that choose an environment of a spec.

use clap::Args as ClapArgs;

use crate::spec::is_environment_name;

/// `--environment` and `--var`.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Chosen {
    /// Apply this environment to the spec: the file environments/NAME.yaml next to it
    #[arg(long, value_name = "NAME", value_parser = name, help_heading = "Environments of the spec")]
    pub environment: Option<String>,
    /// Give a variable of the spec this value; may be repeated. It wins over LINKWRIGHT_VAR_NAME, that
    /// over the environment's file, and that over the default. It must not be a secret
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Environments of the spec")]
    pub variables: Vec<(String, String)>,
}

fn name(text: &str) -> Result<String, String> {
    match is_environment_name(text) {
        true => Ok(text.to_owned()),
        false => Err(
            "the name of an environment has letters, digits, `-`, `_` and inner dots".to_owned(),
        ),
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE, such as region=us-east-1".to_owned()),
    }
}
