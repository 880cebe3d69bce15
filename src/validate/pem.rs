//! LW071: a certificate or key that is not PEM text.

use super::{Check, Rule};
use crate::diagnostic::Place;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::secret::Part;

pub(super) const RULE: Rule = Rule {
    code: Code("LW071"),
    severity: Severity::Error,
    title: "a certificate or key that is not PEM text",
    why: "keys and certificates are given as their PEM text, which begins with `-----BEGIN`; \
          the server cannot read a path or a keystore",
    example: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials:
      mtls: { certificate: /etc/kafka/client.pem, key: \"${file:/etc/kafka/client.key}\" }
",
    fix: "\
links:
  from-onprem:
    source: onprem
    destination: west
    credentials:
      mtls: { certificate: \"${file:/etc/kafka/client.pem}\", key: \"${file:/etc/kafka/client.key}\" }
",
    check,
};

fn check(check: &Check<'_>, problems: &mut Vec<Diagnostic>) {
    for site in check.sites.iter().filter(|site| site.role.connects()) {
        let both = [&site.settings.credentials, &site.settings.local_credentials];
        for credentials in both.into_iter().flatten() {
            let mtls = credentials.mtls.as_ref();
            let texts = [mtls.map(|it| &it.certificate), credentials.ca.as_ref()];
            for text in texts.into_iter().flatten() {
                let plain = text.literal();
                if plain.is_some_and(|plain| !plain.contains("-----BEGIN")) {
                    problems.push(report(&text.place));
                }
            }
            if let Some(key) = mtls.map(|it| &it.key)
                && let [Part::Clear(clear, _)] = key.0.parts()
                && !clear.expose().contains("-----BEGIN")
            {
                problems.push(report(&key.place));
            }
        }
    }
}

fn report(place: &Place) -> Diagnostic {
    RULE.report(place, "this is not PEM text", "expected `-----BEGIN …`")
        .help("if it is a path, write `${file:PATH}`")
}
