//! What accounts must be permitted, as commands for a shell: the Confluent CLI on Confluent Cloud, `kafka-acls`
//! elsewhere.

use std::io::{self, Write};

use crate::catalog::bare_addresses;
use crate::catalog::filters::{Operation, PatternType};
use crate::desired::ClusterKind;
use crate::permissions::{Account, AccountNeeds, Grant, OnCluster, Permissions, Resource};
use crate::report::safe::{clean, shell_word};
use crate::report::words::permission as words;

/// Writes the commands. Nothing in a name from the spec does anything in a shell.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut dyn Write, permissions: &Permissions) -> io::Result<()> {
    for note in &permissions.notes {
        writeln!(out, "# Note: {}.", clean(&words::note(note)))?;
    }
    for (index, cluster) in permissions.clusters.iter().enumerate() {
        if index > 0 || !permissions.notes.is_empty() {
            writeln!(out)?;
        }
        let kind = words::cluster_kind(cluster.kind);
        writeln!(
            out,
            "# {} ({}, {kind})",
            clean(cluster.name.as_str()),
            clean(cluster.id.as_str())
        )?;
        for needs in &cluster.accounts {
            account(out, cluster, needs)?;
        }
    }
    Ok(())
}

fn account(out: &mut dyn Write, cluster: &OnCluster, needs: &AccountNeeds) -> io::Result<()> {
    let account = &needs.account;
    writeln!(
        out,
        "\n# {}",
        clean(&words::account(account, &cluster.name))
    )?;
    if let Some(placeholder) = words::placeholder(account, cluster.kind) {
        writeln!(out, "{}=''   # {placeholder}", account.name)?;
    }
    for grants in needs.by_resource() {
        let Some(Grant { resource, .. }) = grants.first() else {
            continue;
        };
        let operations: Vec<Operation> = grants.iter().map(|it| it.operation).collect();
        let command = match cluster.kind {
            ClusterKind::ConfluentCloud => cloud(cluster, account, resource, &operations),
            ClusterKind::ConfluentPlatform | ClusterKind::ApacheKafka => {
                kafka(cluster, account, resource, &operations)
            }
        };
        writeln!(out, "{command}")?;
    }
    Ok(())
}

fn cloud(
    cluster: &OnCluster,
    account: &Account,
    resource: &Resource,
    operations: &[Operation],
) -> String {
    let operations: Vec<&str> = operations.iter().map(|it| it.in_specs()).collect();
    let about = match resource {
        Resource::Cluster => "--cluster-scope".to_owned(),
        Resource::Topics(_) => format!("--topic {}", shell_word(resource.name())),
        Resource::Groups(_) => format!("--consumer-group {}", shell_word(resource.name())),
    };
    let prefix = match resource.pattern_type() {
        PatternType::Literal => "",
        PatternType::Prefixed => " --prefix",
    };
    format!(
        "confluent kafka acl create --allow --cluster {} --principal {} --operations {} {about}{prefix}",
        shell_word(cluster.id.as_str()),
        principal(account),
        operations.join(",")
    )
}

fn kafka(
    cluster: &OnCluster,
    account: &Account,
    resource: &Resource,
    operations: &[Operation],
) -> String {
    let bootstrap = match &cluster.bootstrap_servers {
        Some(servers) => shell_word(&bare_addresses(servers)),
        None => "\"$BOOTSTRAP_SERVERS\"".to_owned(),
    };
    let operations: Vec<String> = operations
        .iter()
        .map(|it| format!(" --operation {}", camel(it.in_specs())))
        .collect();
    let about = match resource {
        Resource::Cluster => "--cluster".to_owned(),
        Resource::Topics(_) => format!("--topic {}", shell_word(resource.name())),
        Resource::Groups(_) => format!("--group {}", shell_word(resource.name())),
    };
    let prefix = match resource.pattern_type() {
        PatternType::Literal => "",
        PatternType::Prefixed => " --resource-pattern-type prefixed",
    };
    format!(
        "kafka-acls --bootstrap-server {bootstrap} --command-config admin.properties --add --allow-principal {}{} \
         {about}{prefix}",
        principal(account),
        operations.concat()
    )
}

/// The principal with its variable, if it has one, for the shell to fill in.
fn principal(account: &Account) -> String {
    let text = words::principal(account);
    match text.strip_prefix("User:$") {
        Some(variable) if is_variable(variable) => format!("\"User:${variable}\""),
        _ => shell_word(&text),
    }
}

fn is_variable(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// `describe-configs` as `DescribeConfigs`.
fn camel(word: &str) -> String {
    let part = |part: &str| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    word.split('-').map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word_of_a_shell_and_does_nothing() {
        assert_eq!(shell_word("orders.placed"), "orders.placed");
        assert_eq!(shell_word("*"), "'*'");
        assert_eq!(shell_word("a'; rm -rf $HOME"), "'a'\\''; rm -rf $HOME'");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("a\nb"), "'a\\nb'");
        assert_eq!(camel("describe-configs"), "DescribeConfigs");
    }
}
