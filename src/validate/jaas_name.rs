//! LW081: a JAAS line that begins with the name of its config.

use super::{Check, Rule, view};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::secret::Part;

pub(super) const RULE: Rule = Rule {
    code: Code("LW081"),
    severity: Severity::Error,
    title: "a JAAS line that begins with the name of its config",
    why: "the line is the value of `sasl.jaas.config`; with the name before it the server looks \
          for a login module of that name, and the link cannot authenticate",
    example: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials:
      sasl_jaas:
        mechanism: GSSAPI
        jaas: sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required password=\"${env:LINK_SECRET}\";
",
    fix: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials:
      sasl_jaas:
        mechanism: GSSAPI
        jaas: com.sun.security.auth.module.Krb5LoginModule required password=\"${env:LINK_SECRET}\";
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in &check.sites {
        for line in view::jaas_lines(site) {
            if let Some(Part::Clear(text, _)) = line.0.parts().first()
                && let Some(name) = config_name(text.expose())
            {
                problems.push(
                    RULE.report(
                        &line.place,
                        format!("the JAAS line begins with `{name}`"),
                        "expected a login module",
                    )
                    .help("remove the name and the `=`; begin with the login module's class"),
                );
            }
        }
    }
}

/// The config name that a line of a properties file begins with.
fn config_name(line: &str) -> Option<&'static str> {
    ["sasl.jaas.config", "local.sasl.jaas.config"]
        .into_iter()
        .find(|name| {
            let rest = line.trim_start().strip_prefix(name);
            rest.is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
        })
}

#[cfg(test)]
mod tests {
    use super::config_name;

    #[test]
    fn a_name_is_followed_by_a_sign() {
        for (line, name) in [
            (
                "sasl.jaas.config=a.Module required;",
                Some("sasl.jaas.config"),
            ),
            (
                " sasl.jaas.config = a.Module required;",
                Some("sasl.jaas.config"),
            ),
            (
                "sasl.jaas.config: a.Module required;",
                Some("sasl.jaas.config"),
            ),
            (
                "local.sasl.jaas.config=a.Module required;",
                Some("local.sasl.jaas.config"),
            ),
            ("a.Module required sasl.jaas.config=\"x\";", None),
            ("sasl.jaas.configuration.Module required;", None),
        ] {
            assert_eq!(config_name(line), name, "{line}");
        }
    }
}
