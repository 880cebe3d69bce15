//! Edits that go to the file of an environment alone.

use std::sync::Arc;

use linkwright::edit::{self, Edit, Path};
use linkwright::spec::{self, Input};

const SPEC: &str = "\
version: 1
clusters:
  east: { id: lkc-east01 }
  west: { id: lkc-west01 }
links:
  dr:
    source: east
    destination: west
    prefix: a.
    acl_sync: { interval: 1m }
    mirrors: { orders: { state: paused }, payments: {} }
";

/// The file of the environment after a value is removed with it; what else says the spec then is as without the value.
fn without(environment: &str, path: &[&str]) -> String {
    let files = [(Arc::from("links.yaml"), Arc::from(SPEC))];
    let own = (Arc::from("environments/prod.yaml"), Arc::from(environment));
    let input = Input {
        environment: Some(&own),
        ..Input::of(&files)
    };
    let (spec, _) = spec::read(&input);
    let path = Path::of(path.iter().copied());
    let changed = edit::changed_in_environment(&[Edit::remove(&path)], &spec, &input)
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    assert!(changed.texts.keys().all(|name| *name == own.0));
    let after = edit::with(&input, &changed.texts, spec::render);
    let value = |text: &str| edit::value_of(&"spec".into(), text).unwrap();
    let wanted = value(&spec::render(&input)).changed(&path.0, None).unwrap();
    assert_eq!(edit::differences(&wanted, &value(&after)), []);
    let (_, problems) = edit::with(&input, &changed.texts, spec::read);
    let errors = problems
        .iter()
        .filter(|it| it.severity == linkwright::diagnostic::Severity::Error);
    assert_eq!(errors.count(), 0, "{problems:?}");
    changed.texts[&own.0].clone()
}

#[test]
fn what_the_other_files_have_is_listed_under_remove() {
    let payments = &["links", "dr", "mirrors", "payments"];
    for (before, path, after) in [
        (
            "variables: {}\n",
            &payments[..],
            "variables: {}\nremove: [links.dr.mirrors.payments]\n",
        ),
        (
            "remove:\n  - links.dr.acl_sync # not here\n",
            payments,
            "remove:\n  - links.dr.acl_sync # not here\n  - links.dr.mirrors.payments\n",
        ),
        // What the environment sets of it goes too.
        (
            "set:\n  links.dr.mirrors.payments.state: paused\n  links.dr.prefix: b.\n",
            payments,
            "set:\n  links.dr.prefix: b.\nremove: [links.dr.mirrors.payments]\n",
        ),
        // It sets what holds it.
        (
            "set:\n  links.dr.mirrors: { payments: {}, new: {} }\n",
            payments,
            "set:\n  links.dr.mirrors: { new: {} }\n",
        ),
        // It alone has it.
        (
            "set:\n  links.dr.mirrors.new: {}\n  links.dr.prefix: b.\n",
            &["links", "dr", "mirrors", "new"],
            "set:\n  links.dr.prefix: b.\n",
        ),
        // It sets the same, and the other files have it too.
        (
            "set:\n  links.dr.prefix: b. # theirs\n  links.dr.protect: true\n",
            &["links", "dr", "prefix"],
            "set:\n  links.dr.protect: true\nremove: [links.dr.prefix]\n",
        ),
    ] {
        assert_eq!(without(before, path), after);
    }
}
