//! LW072: a JAAS configuration that does not end with `;`.

use super::{Check, Rule, view};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::secret::Part;

pub(super) const RULE: Rule = Rule {
    code: Code("LW072"),
    severity: Severity::Error,
    title: "a JAAS configuration that does not end with `;`",
    why: "without the `;` the login module is not found and the link cannot authenticate",
    example: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials:
      sasl_jaas:
        mechanism: GSSAPI
        jaas: com.sun.security.auth.module.Krb5LoginModule required password=\"${env:LINK_SECRET}\"
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
    for site in check.sites.iter().filter(|site| site.role.connects()) {
        for line in view::jaas_lines(site) {
            if let Some(Part::Clear(text, _)) = line.0.parts().last()
                && !text.expose().trim_end().ends_with(';')
            {
                problems.push(
                    RULE.report(
                        &line.place,
                        "the JAAS configuration does not end with `;`",
                        "missing `;`",
                    )
                    .help("add a `;` at the end"),
                );
            }
        }
    }
}
