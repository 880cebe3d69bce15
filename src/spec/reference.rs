//! Texts that may hold references: `${env:NAME}`, `${env:NAME:-default}`, `${file:PATH}`, and `$${`
//! for a literal `${`. They become a [`Template`] here and a value only where a request is built.

use std::path::Path;

use super::codes;
use super::decode::{Cx, Decode, Used};
use super::environment::FOLDER;
use super::node::{Node, ScalarKind, shorten};
use crate::diagnostic::Diagnostic;
use crate::secret::{Clear, Fallback, Part, Quoting, Reference, Template};

/// A text that is not a secret and may hold references, such as a user name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub Template);

/// A secret: a password, a key, a token. Its plaintext is never printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret(pub Template);

/// The value of a raw config: text, a number or a boolean, perhaps with references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(pub Template);

/// A topic config's value: text, a number or a boolean, without references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(String);

impl Plain {
    /// The value as it is sent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// What is invalid in a template.
#[derive(Debug, PartialEq, Eq)]
struct Bad {
    summary: String,
    help: &'static str,
}

const FORMS: &str =
    "write `${env:NAME}`, `${env:NAME:-default}` or `${file:PATH}`, and `$${` for a literal `${`";

/// The same for a secret: a default would be a secret in plaintext.
const FORMS_OF_SECRETS: &str =
    "write `${env:NAME}` or `${file:PATH}`, and `$${` for a literal `${`";

/// Splits a text at its references. The text around them becomes a part through `plain`.
fn parse(text: &str, plain: impl Fn(String) -> Part) -> Result<Template, Bad> {
    let mut template = Template::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        literal.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("$${") {
            literal.push_str("${");
            rest = after;
        } else if let Some(after) = rest.strip_prefix("${") {
            let end = after.find('}').ok_or_else(|| Bad {
                summary: "a `${` is not closed".to_owned(),
                help: FORMS,
            })?;
            if !literal.is_empty() {
                template.push(plain(std::mem::take(&mut literal)));
            }
            template.push(Part::Reference(reference(&after[..end])?, Quoting::Plain));
            rest = &after[end + 1..];
        } else {
            literal.push('$');
            rest = &rest[1..];
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        template.push(plain(literal));
    }
    Ok(template)
}

fn reference(inside: &str) -> Result<Reference, Bad> {
    let (scheme, rest) = inside.split_once(':').unwrap_or((inside, ""));
    match scheme {
        "env" => {
            let (name, default) = match rest.split_once(":-") {
                Some((name, default)) => (name, Some(Fallback::Text(default.to_owned()))),
                None => (rest, None),
            };
            let fits = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !name.starts_with(|first: char| first.is_ascii_digit());
            if name.is_empty() || !fits {
                return Err(Bad {
                    summary: format!(
                        "`{}` is not the name of an environment variable",
                        shorten(name)
                    ),
                    help: "a name has letters, digits and `_`, and does not begin with a digit",
                });
            }
            Ok(Reference::Env {
                name: name.to_owned(),
                default,
            })
        }
        "file" if rest.is_empty() => Err(Bad {
            summary: "a `${file:…}` without a path".to_owned(),
            help: FORMS,
        }),
        "file" => Ok(Reference::File {
            path: rest.to_owned(),
        }),
        _ => Err(Bad {
            // It may be a secret that begins with `${`; only a short word is shown.
            summary: if scheme.len() <= 20
                && scheme
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            {
                format!("`${{{scheme}…}}` is not a known reference")
            } else {
                "a `${…}` that is not a reference".to_owned()
            },
            help: FORMS,
        }),
    }
}

/// The path of a `${file:…}`: a relative one begins at the folder of the spec. The folder of an environment is in it.
fn from_folder_of(file: &str, path: &str) -> String {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let folder = match folder.file_name() {
        Some(name) if name == FOLDER => folder.parent().unwrap_or(Path::new("")),
        _ => folder,
    };
    match folder == Path::new("") || Path::new(path).is_absolute() {
        true => path.to_owned(),
        false => folder.join(path).to_string_lossy().into_owned(),
    }
}

/// The same template with the paths of its files from the folder of the spec.
fn located(template: &Template, file: &str) -> Template {
    let parts = template.parts().iter().cloned().map(|part| match part {
        Part::Reference(Reference::File { path }, quoting) => {
            let path = from_folder_of(file, &path);
            Part::Reference(Reference::File { path }, quoting)
        }
        part => part,
    });
    Template::from_parts(parts.collect())
}

/// Parses the template and remembers its references.
fn template(
    node: &Node,
    text: &str,
    cx: &mut Cx<'_>,
    plain: impl Fn(String) -> Part,
) -> Option<Template> {
    let place = cx.place(node.span);
    let is_secret = matches!(plain(String::new()), Part::Clear(..));
    match parse(text, plain).map(|template| located(&template, &place.file)) {
        Ok(template) => {
            for reference in template.references() {
                let (reference, place) = (reference.clone(), place.clone());
                let purpose = cx.purpose;
                cx.references.push(Used {
                    reference,
                    place,
                    purpose,
                });
            }
            Some(template)
        }
        Err(Bad { summary, help }) => {
            let help = match is_secret && help == FORMS {
                true => FORMS_OF_SECRETS,
                false => help,
            };
            cx.report(
                Diagnostic::error(codes::BAD_REFERENCE, summary)
                    .at(&place, "in this text")
                    .help(help),
            );
            None
        }
    }
}

/// A secret that was given outside a spec, such as on the command line. Its plaintext is never
/// printed.
///
/// # Errors
/// When a reference in it is invalid; the message quotes nothing of a secret.
pub fn secret(text: &str) -> Result<Template, String> {
    let clear = |text: String| Part::Clear(Clear::new(text), Quoting::Plain);
    parse(text, clear).map_err(|Bad { summary, help }| format!("{summary}; {help}"))
}

impl Decode for Text {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = cx.text(node, "text")?;
        if is_blank(node, text, cx) {
            return None;
        }
        template(node, text, cx, Part::Text).map(Self)
    }
}

/// Reports a blank value in credentials or `rest_auth`: it would replace one that works.
fn is_blank(node: &Node, text: &str, cx: &mut Cx<'_>) -> bool {
    let is_blank = text.trim().is_empty();
    if is_blank {
        let place = cx.place(node.span);
        cx.report(
            Diagnostic::error(
                codes::NOTHING_THERE,
                "an empty value in credentials or `rest_auth`",
            )
            .at(&place, "empty")
            .why("it would be sent, and replace a value that works")
            .help("write the value as a reference such as `${env:NAME}`"),
        );
    }
    is_blank
}

impl Decode for Secret {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = match node.scalar() {
            // A password of digits is text in any case, and must not be shown in a message.
            Some(scalar) if !matches!(scalar.kind, ScalarKind::Empty | ScalarKind::Null) => {
                &*scalar.text
            }
            _ => {
                cx.wrong_type(node, "a secret", "write a reference such as `${env:NAME}`");
                return None;
            }
        };
        if node.scalar().is_some_and(|scalar| scalar.has_variable) {
            let place = cx.place(node.span);
            cx.secrets.push(place.clone());
            cx.report(
                Diagnostic::error(codes::VARIABLE_AND_SECRET, "a variable in a secret")
                    .at(&place, "a secret is expected here")
                    .why("a variable is never a secret: its value is printed, saved in plans and digested")
                    .help(
                        "write a reference such as `${env:NAME}`; where environments need different \
                         ones, `set` the whole value in each environment",
                    ),
            );
            return None;
        }
        if is_blank(node, text, cx) {
            return None;
        }
        let clear = |text: String| Part::Clear(Clear::new(text), Quoting::Plain);
        let secret = template(node, text, cx, clear).map(Self);
        // An invalid template may still be a secret.
        let shows = secret.as_ref().is_none_or(|secret| {
            let has_default = |reference: &Reference| {
                matches!(
                    reference,
                    Reference::Env {
                        default: Some(_),
                        ..
                    }
                )
            };
            secret.0.holds_clear_text() || secret.0.references().any(has_default)
        });
        if shows {
            cx.secrets.push(cx.place(node.span));
        }
        secret
    }
}

impl Decode for Raw {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = match node.scalar() {
            Some(scalar) if !matches!(scalar.kind, ScalarKind::Empty | ScalarKind::Null) => {
                &*scalar.text
            }
            _ => {
                cx.wrong_type(
                    node,
                    "a config value (text, a number or a boolean)",
                    "to reset it to the default, remove the key and set `undeclared_configs: \
                         reset` in the link",
                );
                return None;
            }
        };
        template(node, text, cx, Part::Text).map(Self)
    }
}

impl Decode for Plain {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match node.scalar() {
            Some(scalar) if scalar.kind == ScalarKind::Text => String::decode(node, cx).map(Self),
            Some(scalar) if !matches!(scalar.kind, ScalarKind::Empty | ScalarKind::Null) => {
                Some(Self(scalar.text.to_string()))
            }
            _ => {
                cx.wrong_type(node, "a config value (text, a number or a boolean)", "");
                None
            }
        }
    }
}

impl schemars::JsonSchema for Plain {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Plain".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

impl Raw {
    /// The text, if it holds no reference.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        literal(&self.0)
    }
}

impl Text {
    /// The text, if it holds no reference.
    #[must_use]
    pub fn literal(&self) -> Option<String> {
        literal(&self.0)
    }
}

fn literal(template: &Template) -> Option<String> {
    let mut whole = String::new();
    for part in template.parts() {
        match part {
            Part::Text(text) => whole.push_str(text),
            Part::Clear(..) | Part::Reference(..) => return None,
        }
    }
    Some(whole)
}

impl schemars::JsonSchema for Text {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Text that may hold references: `${env:NAME}`, `${env:NAME:-default}`, \
                 `${file:PATH}`; `$${` is a literal `${`.",
            "type": "string",
            "examples": ["${env:NAME}", "${env:NAME:-default}"],
        })
    }
}

impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A secret, given as a reference: `${env:NAME}` or `${file:PATH}`. A \
                 plaintext secret is a warning.",
            "type": ["string", "number", "boolean"],
            "examples": ["${env:NAME}", "${file:/run/secrets/name}"],
        })
    }
}

impl schemars::JsonSchema for Raw {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ConfigValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A config's value: text (perhaps with `${env:…}` references), a number or a boolean.",
            "type": ["string", "number", "boolean"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text, Part::Text) {
            Ok(template) => template.to_string(),
            Err(bad) => format!("error: {}", bad.summary),
        }
    }

    #[test]
    fn references_are_found_in_text() {
        assert_eq!(shown("a ${env:B} c"), "a ${env:B} c");
        assert_eq!(shown("${env:B:-d}"), "${env:B:-…}");
        assert_eq!(shown("${file:/run/x}"), "${file:/run/x}");
        assert_eq!(shown("price $5 and $${env:B}"), "price $5 and ${env:B}");
        let literal = parse("$${x}", Part::Text).unwrap();
        assert_eq!(literal.references().count(), 0);
    }

    #[test]
    fn an_invalid_reference_is_reported() {
        for text in [
            "${",
            "${env:}",
            "${env:1A}",
            "${env:A B}",
            "${vault:x}",
            "${}",
            "${file:}",
        ] {
            assert!(
                shown(text).starts_with("error: "),
                "{text}: {}",
                shown(text)
            );
        }
    }
}
