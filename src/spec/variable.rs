//! Variables as they are declared, and the values that they accept: [`Variable`].

use super::codes;
use super::decode::{Cx, Decode, choice, list, record};
use super::duration::Duration;
use super::given::Given;
use super::located::Located;
use super::named::Named;
use super::node::{Node, ScalarKind, Value, shorten};
use super::pattern;
use super::problems::Problems;
use crate::diagnostic::{Diagnostic, Place};

choice! {
    "a type of variables"
    /// What a variable's value is.
    pub enum VariableType {
        /// Text.
        String = "string",
        /// A whole number.
        Integer = "integer",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A length of time such as `30s`.
        Duration = "duration",
        /// A list of texts. It is used as a whole value, not inside a text.
        List = "list",
    }
}

record! {
    "a variable"
    /// A variable: `${var:NAME}` in the spec is its value. It is never a secret.
    pub struct Variable {
        /// What its value is; `string` when left out.
        pub r#type: Option<Located<VariableType>>,
        /// What it is for.
        pub description: Option<Located<String>>,
        /// Its value where none is given.
        pub default: Option<Given>,
        /// The values that it accepts; any of its type when left out. Of a `list`, the values of its items.
        pub one_of: Option<Vec<Given>>,
        /// A pattern that its value has: `name`, or `name*` for what begins with `name`. For `string`, and
        /// for each item of a `list`.
        #[schemars(extend("examples" = ["lkc-*", "https://*"]))]
        pub pattern: Option<Located<String>>,
        /// The smallest value. For `integer` and `duration`.
        pub minimum: Option<Given>,
        /// The largest value. For `integer` and `duration`.
        pub maximum: Option<Given>,
    }
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// One value and what YAML would read it as.
    Scalar(Box<str>, ScalarKind),
    /// Several texts.
    List(Vec<Box<str>>),
}

impl Content {
    /// Every text in it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Self::Scalar(text, _) => (Some(&**text), &[][..]),
            Self::List(items) => (None, items.as_slice()),
        };
        one.into_iter().chain(many.iter().map(AsRef::as_ref))
    }
}

/// Why a variable does not accept a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: crate::diagnostic::Code,
    /// What is wrong with it, after the name of the variable: `must be an integer`.
    pub(crate) what: String,
    pub(crate) why: &'static str,
    pub(crate) help: String,
}

fn refuse(what: impl Into<String>, help: impl Into<String>) -> Refusal {
    Refusal {
        code: codes::VARIABLE_VALUE,
        what: what.into(),
        why: "",
        help: help.into(),
    }
}

impl VariableType {
    /// `an integer`.
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::String => "text",
            Self::Integer => "an integer",
            Self::Boolean => "`true` or `false`",
            Self::Duration => "a duration such as `30s`",
            Self::List => "a list of texts",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::String => "put it in quotes, or give the variable another `type`",
            Self::Integer => "write a whole number without quotes and units",
            Self::Boolean => "write `true` or `false` without quotes",
            Self::Duration => "write a whole number with its unit: ms, s, m, h or d",
            Self::List => "write `[a, b]`, each item as text; on the command line `a,b`",
        }
    }

    fn wrong(self) -> Refusal {
        refuse(format!("must be {}", self.expected()), self.help())
    }

    /// The value that a node of a file has.
    fn of_node(self, node: &Node) -> Result<Content, Refusal> {
        let scalar = match (&node.value, self) {
            (Value::List(items), Self::List) => {
                let items = items.iter().map(|item| match item.scalar() {
                    Some(scalar) if scalar.kind == ScalarKind::Text => Ok(scalar.text.clone()),
                    _ => Err(self.wrong()),
                });
                return items.collect::<Result<_, _>>().map(Content::List);
            }
            (Value::Scalar(scalar), _) => scalar,
            _ => return Err(self.wrong()),
        };
        let is_of_type = match self {
            Self::String => scalar.kind == ScalarKind::Text,
            Self::Integer => scalar.kind == ScalarKind::Int,
            Self::Boolean => matches!(scalar.kind, ScalarKind::Bool(_)),
            Self::Duration => Duration::parse(&scalar.text).is_some(),
            Self::List => false,
        };
        match is_of_type {
            true => Ok(Content::Scalar(scalar.text.clone(), scalar.kind)),
            false => Err(self.wrong()),
        }
    }

    /// The value that a text of the command line or of the process's environment has.
    fn of_text(self, text: &str) -> Result<Content, Refusal> {
        let kind = match self {
            Self::String => Some(ScalarKind::Text),
            Self::Integer => text.parse::<i64>().ok().map(|_| ScalarKind::Int),
            Self::Boolean => text.parse().ok().map(ScalarKind::Bool),
            Self::Duration => Duration::parse(text).map(|_| ScalarKind::Text),
            Self::List if text.is_empty() => return Ok(Content::List(Vec::new())),
            Self::List => {
                let items = text.split(',').map(|item| item.trim().into());
                return Ok(Content::List(items.collect()));
            }
        };
        kind.map(|kind| Content::Scalar(text.into(), kind))
            .ok_or_else(|| self.wrong())
    }
}

/// What no value of a variable may have.
fn check_text(text: &str) -> Result<(), Refusal> {
    if text.contains("${var:") {
        return Err(Refusal {
            code: codes::VARIABLE_IN_VARIABLE,
            what: "must not contain a variable".to_owned(),
            why: "the value of a variable is what is written: there is no loop and no order to follow",
            help: "write the value itself; two variables can be next to each other in one text of the spec"
                .to_owned(),
        });
    }
    if text.contains("${") {
        return Err(Refusal {
            code: codes::VARIABLE_AND_SECRET,
            what: "must not contain a reference".to_owned(),
            why: "a variable is never a secret: its value is printed, saved in plans and digested",
            help: "write the reference in the spec; where environments need different ones, `set` the \
                   whole value in each environment"
                .to_owned(),
        });
    }
    Ok(())
}

impl Variable {
    /// What its value is, the default filled in.
    #[must_use]
    pub fn kind(&self) -> VariableType {
        let kind = self.r#type.as_ref();
        kind.map_or(VariableType::String, |kind| kind.value)
    }

    /// The value that a node of a file gives it.
    pub(crate) fn accept_node(&self, node: &Node) -> Result<Content, Refusal> {
        let content = self.kind().of_node(node)?;
        self.accept(content)
    }

    /// The value that a text of the command line or of the process's environment gives it.
    pub(crate) fn accept_text(&self, text: &str) -> Result<Content, Refusal> {
        let content = self.kind().of_text(text)?;
        self.accept(content)
    }

    fn accept(&self, content: Content) -> Result<Content, Refusal> {
        content.texts().try_for_each(check_text)?;
        let allowed: Vec<&str> = (self.one_of.iter().flatten())
            .filter_map(|one| Some(&*one.node.scalar()?.text))
            .collect();
        if self.one_of.is_some() && !content.texts().all(|text| allowed.contains(&text)) {
            let words = list(&allowed);
            return Err(refuse(format!("must be {words}"), format!("write {words}")));
        }
        if let Some(pattern) = &self.pattern
            && let Ok(parsed) = pattern::parse(&pattern.value)
            && !content.texts().all(|text| parsed.matches(text))
        {
            let what = format!("must match the pattern `{}`", shorten(&pattern.value));
            return Err(refuse(what, "write a value that the pattern matches"));
        }
        for (bound, is_least) in [(&self.minimum, true), (&self.maximum, false)] {
            let Some(bound) = bound else { continue };
            let texts = (bound.node.scalar(), content.texts().next());
            let (Some(limit), Some(text)) = texts else {
                continue;
            };
            let pair = (self.amount(&limit.text), self.amount(text));
            if let (Some(limit_is), Some(is)) = pair
                && (if is_least {
                    is < limit_is
                } else {
                    is > limit_is
                })
            {
                let most = if is_least { "at least" } else { "at most" };
                let what = format!("must be {most} {}", limit.text);
                return Err(refuse(
                    what,
                    format!("write a value of {most} {}", limit.text),
                ));
            }
        }
        Ok(content)
    }

    /// A number that can be compared: of an integer, or of the milliseconds of a duration.
    fn amount(&self, text: &str) -> Option<i128> {
        match self.kind() {
            VariableType::Integer => text.parse().ok(),
            VariableType::Duration => Duration::parse(text).map(|it| it.as_millis().into()),
            VariableType::String | VariableType::Boolean | VariableType::List => None,
        }
    }

    /// What is wrong with the declaration itself.
    fn check(&self, name: &Located<String>, problems: &mut Problems) {
        let mut report = |place: &Place, what: String, help: &str| {
            problems.push(
                Diagnostic::error(
                    codes::VARIABLE,
                    format!("variable `{}`: {what}", name.value),
                )
                .at(place, "in this declaration")
                .help(help),
            );
        };
        let kind = self.kind();
        let has_amount = matches!(kind, VariableType::Integer | VariableType::Duration);
        for (field, bound) in [("minimum", &self.minimum), ("maximum", &self.maximum)] {
            let Some(bound) = bound else { continue };
            if !has_amount {
                let what = format!("`{field}` is for `integer` and `duration`, not for `{kind}`");
                report(&bound.place, what, "remove it, or change the `type`");
            } else if kind.of_node(&bound.node).is_err() {
                report(
                    &bound.place,
                    format!("`{field}` must be {}", kind.expected()),
                    kind.help(),
                );
            }
        }
        if let Some(pattern) = &self.pattern {
            if !matches!(kind, VariableType::String | VariableType::List) {
                let what = format!("`pattern` is for `string` and `list`, not for `{kind}`");
                report(&pattern.place, what, "remove it, or change the `type`");
            } else if pattern::parse(&pattern.value).is_err() {
                let what = "`pattern` is a name, or the beginning of one with a `*` at its end";
                report(&pattern.place, what.to_owned(), "write `name` or `name*`");
            }
        }
        let item = match kind {
            VariableType::List => VariableType::String,
            kind => kind,
        };
        for one in self.one_of.iter().flatten() {
            if item.of_node(&one.node).is_err() {
                let what = format!("`one_of` must have values that are {}", item.expected());
                report(&one.place, what, item.help());
            }
        }
    }
}

/// Variables by name: letters, digits and `_`.
#[derive(Clone, Debug, Default)]
pub struct Variables(pub(crate) Named<Variable>);

impl std::ops::Deref for Variables {
    type Target = Named<Variable>;

    fn deref(&self) -> &Named<Variable> {
        &self.0
    }
}

/// Whether a text can be the name of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty()
        && text.bytes().all(is_letter)
        && !text.starts_with(|first: char| first.is_ascii_digit())
}

impl Decode for Variables {
    fn decode(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let named = Named::<Variable>::decode(node, cx)?;
        for name in named.names().filter(|name| !is_name(name)) {
            cx.report(
                Diagnostic::error(
                    codes::VARIABLE,
                    format!("`{}` cannot be the name of a variable", shorten(name)),
                )
                .at(&name.place, "expected letters, digits and `_`")
                .why("it is also the name of an environment variable, after `LINKWRIGHT_VAR_`")
                .help("use letters, digits and `_`, and begin with a letter or `_`"),
            );
        }
        for (name, variable) in named.iter() {
            variable.check(name, cx.problems);
        }
        Some(Self(named))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl schemars::JsonSchema for Variables {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Variables".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<Variable>(),
            "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
            "examples": [{ "region": { "description": "Where it runs", "default": "us-east-1" } }],
        })
    }
}
