//! `HANDOVER.md`: the guide from another tool to the spec that was imported from its files: [`hand_over`].
//!
//! Names come from files of others: none may become Markdown, a command or a block of Terraform.

use std::collections::BTreeSet;

use super::markdown::{block, code, prose};
use super::safe::shell_word;
use crate::export::Document;
use crate::import::{Checked, Described, Found, Owned, OwnedKind, Tool, without_keys};

/// What the guide is about.
#[derive(Clone, Copy, Debug)]
pub struct HandOver<'a> {
    /// The tool that hands over.
    pub tool: Tool,
    /// What its files say.
    pub found: &'a Found,
    /// The world that they describe.
    pub described: &'a Described,
    /// The spec.
    pub document: &'a Document,
    /// The folder that the spec is in.
    pub folder: &'a str,
    /// How the spec compares with the live clusters.
    pub checked: &'a Checked,
}

/// The text of the guide, as Markdown.
#[must_use]
pub fn hand_over(it: &HandOver<'_>) -> String {
    let mut text = String::new();
    let tool = match it.tool {
        Tool::Terraform => "Terraform",
        Tool::Cfk => "Confluent for Kubernetes",
        Tool::Properties => "scripts and properties files",
    };
    line(&mut text, &format!("# Hand-over from {tool}\n"));
    line(
        &mut text,
        "The specs in this folder declare what the imported files say about cluster links and mirror topics. Two tools \
         that both write a link undo each other's changes, so the other tool must stop managing them, without \
         deleting anything. Do the steps in this order.\n",
    );
    doomed(it, &mut text);
    let mut step = 0;
    unknown(it, &mut step, &mut text);
    variables(it, &mut step, &mut text);
    plan(it, &mut step, &mut text);
    match it.tool {
        Tool::Terraform => forget_in_terraform(it, &mut step, &mut text),
        Tool::Cfk => forget_in_cfk(it, &mut step, &mut text),
        Tool::Properties => forget_scripts(it, &mut step, &mut text),
    }
    left(it, &mut text);
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn heading(step: &mut usize, words: &str, text: &mut String) {
    *step += 1;
    line(text, &format!("## {step}. {words}\n"));
}

/// Text from files of others, as code in a cell of a table.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Commands to paste. A line that is empty parts those of one resource from the next.
fn commands(lines: &[String], text: &mut String) {
    line(text, &block("sh", 0, lines));
}

fn doomed(it: &HandOver<'_>, text: &mut String) {
    let doomed: Vec<&Owned> = it.found.owned.iter().filter(|it| it.is_doomed).collect();
    if doomed.is_empty() {
        return;
    }
    line(
        text,
        "> **Stop: the other tool is about to destroy what is listed here. Do not apply its plan.**\n>",
    );
    for owned in doomed {
        line(
            text,
            &format!(
                "> - {} ({}): {}",
                code(&owned.address),
                code(&owned.object),
                destroys(it.tool, owned.kind)
            ),
        );
    }
    line(text, "");
}

fn unknown(it: &HandOver<'_>, step: &mut usize, text: &mut String) {
    if it.described.unknown.is_empty() {
        return;
    }
    heading(step, "Fill in what the files do not say", text);
    line(
        text,
        "Each of these texts is in the specs in place of a value that the files do not have. Replace it, or import \
         again with `--cluster NAME=ENDPOINT` (reads the id from the cluster) or `--id NAME=ID`.\n",
    );
    for (placeholder, what) in &it.described.unknown {
        line(text, &format!("- {}: {}", code(placeholder), prose(what)));
    }
    line(text, "");
}

fn variables(it: &HandOver<'_>, step: &mut usize, text: &mut String) {
    if it.document.variables.is_empty() {
        return;
    }
    heading(step, "Set the variables", text);
    line(
        text,
        "Secrets are not imported, even where the files contain them. The specs refer to environment variables. Those of \
         clusters are used by every run; those of links only when `apply` rotates their credentials.\n",
    );
    line(text, "| variable | holds |\n|---|---|");
    for (name, holds) in &it.document.variables {
        line(text, &format!("| {} | {} |", cell(name), prose(holds)));
    }
    line(text, "");
}

fn plan(it: &HandOver<'_>, step: &mut usize, text: &mut String) {
    heading(step, "Plan until there are no changes", text);
    let folder = shell_word(it.folder);
    let validate = format!("linkwright validate {folder}");
    let plan = format!("linkwright plan {folder} --detailed-exitcode");
    commands(&[validate, plan], text);
    line(
        text,
        "A change in this plan is a difference between the files and the live clusters. Correct the spec where live is \
         right; do not apply before the other tool has stopped.\n",
    );
    let listed = |words: &str, lines: &[String], text: &mut String| {
        line(text, &format!("{words}\n"));
        for one in lines {
            line(text, &format!("- {}", code(one)));
        }
        line(text, "");
    };
    match it.checked {
        Checked::Not => line(
            text,
            "The import did not compare the specs with the live clusters: no `--cluster NAME=ENDPOINT` was given.\n",
        ),
        Checked::Same => line(
            text,
            "The import compared the specs with the live clusters: a plan had no changes.\n",
        ),
        Checked::Differs(lines) => listed(
            "The import compared the specs with the live clusters, and they differ:",
            lines,
            text,
        ),
        Checked::Invalid(lines) => listed(
            "The import did not compare the specs with the live clusters, because they do not validate:",
            lines,
            text,
        ),
        Checked::Unread(lines) => listed(
            "The import could not compare the specs with all live clusters:",
            lines,
            text,
        ),
    }
}

/// What destroying the other tool's resource does.
fn destroys(tool: Tool, kind: OwnedKind) -> &'static str {
    match (tool, kind) {
        (Tool::Terraform, OwnedKind::Link) => {
            "deletes the link object; the cluster refuses this while the link has mirror topics"
        }
        (Tool::Terraform, OwnedKind::Mirror) => {
            "deletes the topic with its data, also when it is promoted and written to"
        }
        (Tool::Cfk, OwnedKind::Link) => {
            "fails over its mirror topics, then deletes the link object"
        }
        (Tool::Cfk, OwnedKind::Mirror) => {
            "with its ClusterLink: it is failed over; removed from `mirrorTopics`: it may be deleted with its data"
        }
        (Tool::Properties, OwnedKind::Link) => {
            "`--delete` deletes the link object; the cluster refuses this while the link has mirror topics"
        }
        (Tool::Properties, OwnedKind::Mirror) => "deleting the topic deletes its data",
    }
}

/// The resources of the other tool, by its addresses, also those that it is about to destroy.
fn addresses<'a>(it: &HandOver<'a>) -> BTreeSet<&'a str> {
    let owned = it.found.owned.iter();
    owned.map(|owned| owned.address.as_str()).collect()
}

fn table(it: &HandOver<'_>, text: &mut String) {
    line(
        text,
        "| resource | on the clusters | destroying it |\n|---|---|---|",
    );
    for owned in &it.found.owned {
        let soon = if owned.is_doomed {
            "**about to be destroyed:** "
        } else {
            ""
        };
        line(
            text,
            &format!(
                "| {} | {} | {soon}{} |",
                cell(&owned.address),
                cell(&owned.object),
                destroys(it.tool, owned.kind)
            ),
        );
    }
    line(text, "");
}

fn forget_in_terraform(it: &HandOver<'_>, step: &mut usize, text: &mut String) {
    heading(step, "Let Terraform forget the resources", text);
    line(
        text,
        "Delete the `resource` blocks of these resources from the configuration and add the `removed` blocks below in \
         the same change. Never run `terraform destroy`, and never delete a `resource` block alone: both destroy the \
         mirror topics first, with their data, and then the links, which have no mirror topics any more.\n",
    );
    table(it, text);
    let addresses = addresses(it);
    let resources: BTreeSet<String> = addresses.iter().map(|it| without_keys(it)).collect();
    let is_of_address = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    let mut blocks = Vec::new();
    for address in &resources {
        if !blocks.is_empty() {
            blocks.push(String::new());
        }
        match address.chars().all(is_of_address) {
            true => blocks.extend(
                [
                    "removed {",
                    &format!("  from = {address}"),
                    "",
                    "  lifecycle {",
                    "    destroy = false",
                    "  }",
                    "}",
                ]
                .map(str::to_owned),
            ),
            false => blocks.push(format!("// not an address of Terraform: {address}")),
        }
    }
    line(text, &block("hcl", 0, &blocks));
    line(
        text,
        "Then `terraform plan` must say, for each of them, that it will no longer be managed and will not be destroyed. \
         If it says that one will be destroyed, do not apply. After the apply, delete the `removed` blocks.\n",
    );
    line(
        text,
        "These blocks need Terraform 1.7 or OpenTofu 1.10. OpenTofu 1.7 to 1.9 has `removed` blocks without `lifecycle`, which \
         never destroy: leave these three lines out there. With an older version delete the `resource` blocks and run, for \
         each resource and before any plan (`tofu state rm` with OpenTofu):\n",
    );
    let forget = addresses
        .iter()
        .map(|address| format!("terraform state rm {}", shell_word(address)));
    commands(&forget.collect::<Vec<_>>(), text);
}

fn forget_in_cfk(it: &HandOver<'_>, step: &mut usize, text: &mut String) {
    heading(step, "Take the resources away from CFK", text);
    line(
        text,
        "CFK reconciles a ClusterLink every few minutes, and deletes mirror topics of its link that the resource does \
         not list. When the resource is deleted, its finalizer makes CFK end the mirror topics and delete the link. \
         So the resource must go without its finalizer, while CFK does not reconcile it.\n",
    );
    table(it, text);
    line(
        text,
        "1. Remove the manifests from what applies them (Helm, Argo CD, Flux) with pruning off, so that they are neither \
         applied again nor deleted.",
    );
    line(
        text,
        "2. Stop the reconciliation of each resource (the plugin `kubectl confluent`), and check that a change of an \
         annotation is not acted upon.",
    );
    line(
        text,
        "3. Remove the finalizers, then delete the resource.\n",
    );
    let mut lines = Vec::new();
    for address in addresses(it) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let (namespace, name) = address.split_once('/').unwrap_or(("default", address));
        let (namespace, name) = (shell_word(namespace), shell_word(name));
        lines.extend([
            format!("kubectl confluent clusterlink reconcile disable --name {name} --namespace {namespace}"),
            format!(
                "kubectl patch clusterlink {name} --namespace {namespace} --type=merge --patch \
                 '{{\"metadata\":{{\"finalizers\":[]}}}}'"
            ),
            format!("kubectl delete clusterlink {name} --namespace {namespace}"),
        ]);
    }
    commands(&lines, text);
    line(
        text,
        "Try it with one link that nothing depends on: which annotations stop CFK depends on its version, and a finalizer \
         that is back before the deletion deletes the link. If in doubt, scale the operator to zero for these three steps. \
         After each, plan again: there must be no changes. KafkaRestClass and Kafka resources stay with CFK.\n",
    );
}

fn forget_scripts(it: &HandOver<'_>, step: &mut usize, text: &mut String) {
    heading(step, "Retire the scripts", text);
    line(
        text,
        "Nothing deletes these objects by itself, but a script that runs again fails or changes them. Remove it from its \
         pipeline. `kafka-cluster-links --delete` and `confluent kafka link delete` delete a link; to remove one from now \
         on, list it under `retired`.\n",
    );
    table(it, text);
}

fn left(it: &HandOver<'_>, text: &mut String) {
    if !it.document.notes.is_empty() {
        line(text, "## What is not declared\n");
        line(
            text,
            "The files say these, and a spec does not take them over as they are.\n",
        );
        if !it.document.aside.is_empty() {
            line(
                text,
                "Each link that cannot be declared is in a file that ends in `.yaml.aside`, which no run reads.\n",
            );
        }
        for (address, why) in &it.document.notes {
            line(
                text,
                &format!("- {}: {}", code(&address.to_string()), prose(why)),
            );
        }
        line(text, "");
    }
    if !it.found.left.is_empty() {
        line(text, "## What was not imported as it is\n");
        for left in &it.found.left {
            line(
                text,
                &format!("- {}: {}", code(&left.what), prose(&left.why)),
            );
        }
        line(text, "");
    }
}
