//! Link configs: which are written, which are left alone, which are reported.

use super::{World, features, set};
use crate::desired::Undeclared;
use crate::diff::{
    Changes, ConfigTarget, ConfigValue, FindingKind, HalfChangeKind, Options, diff, is_never_reset,
};
use crate::live::ConfigFact;

/// The configs that are altered, in order: `name=value`.
fn altered(world: &World) -> Vec<String> {
    altered_by(world.changes())
}

fn altered_by(changes: Changes) -> Vec<String> {
    let mut altered = Vec::new();
    for half in changes.halves {
        let HalfChangeKind::Alter {
            connection,
            settings,
            ..
        } = half.kind
        else {
            panic!("the link is there");
        };
        altered.extend(connection.into_iter().chain(settings).map(|change| {
            let value = match change.target {
                ConfigTarget::Set(ConfigValue::Text(text)) => text,
                ConfigTarget::Set(ConfigValue::Secret(_)) => "(secret)".to_owned(),
                ConfigTarget::Reset => "(default)".to_owned(),
            };
            format!("{}={value}", change.name)
        }));
    }
    altered
}

#[test]
fn a_value_is_written_where_what_is_live_means_another() {
    let default = ConfigFact {
        value: None,
        is_default: true,
        ..set("")
    };
    let rows = [
        ("no.such.key", "x", Some(set("x")), false),
        ("no.such.key", "x", Some(set("y")), true),
        ("no.such.key", "x", Some(set("X")), true),
        ("acl.sync.enable", "false", Some(set("FALSE")), false),
        ("acl.sync.enable", "false", None, false),
        ("acl.sync.enable", "false", Some(default), false),
        ("acl.sync.enable", "false", Some(set("")), false),
        ("acl.sync.enable", "true", Some(set(" ")), true),
        ("acl.sync.enable", "true", None, true),
        // Set to something that the server does not tell, which need not be the default.
        ("acl.sync.enable", "false", Some(set("(secret)")), true),
    ];
    for (name, wanted, fact, written) in rows {
        let mut world = World::new();
        world.declare("dr", &[(name, wanted)]);
        world.link("west", "dr", &[]);
        let said = format!("{name}: {wanted} over {fact:?}");
        world
            .configs("dr")
            .extend(fact.map(|fact| (name.to_owned(), fact)));
        let expected: Vec<String> = written
            .then(|| format!("{name}={wanted}"))
            .into_iter()
            .collect();
        assert_eq!(altered(&world), expected, "{said}");
    }
}

#[test]
fn an_undeclared_config_is_reset_unless_the_server_takes_no_change_of_it() {
    let mut world = World::new();
    world.declare("dr", &[]).undeclared = Undeclared::Reset;
    world.link(
        "west",
        "dr",
        &[
            ("reconnect.backoff.ms", "1"),
            ("retry.backoff.ms", "2"),
            ("by.hand", "3"),
        ],
    );
    world
        .configs("dr")
        .get_mut("retry.backoff.ms")
        .unwrap()
        .is_read_only = true;
    assert_eq!(altered(&world), ["reconnect.backoff.ms=(default)"]);
    let fixed = FindingKind::ReadOnlyConfig {
        name: "retry.backoff.ms".to_owned(),
        live: Some("2".to_owned()),
    };
    // What no catalogue knows is reset by its own name only.
    let unknown = FindingKind::UnknownConfig {
        name: "by.hand".to_owned(),
        live: Some("3".to_owned()),
    };
    assert_eq!(world.found(), [unknown, fixed]);
}

#[test]
fn a_new_protocol_takes_the_secrets_of_its_own_side_along() {
    let declared = [
        ("local.sasl.jaas.config", "(secret)"),
        ("local.sasl.mechanism", "PLAIN"),
        ("local.security.protocol", "SASL_SSL"),
        ("sasl.jaas.config", "(secret)"),
        ("sasl.mechanism", "PLAIN"),
        ("security.protocol", "SASL_SSL"),
    ];
    for (name, wanted, secret) in [
        ("sasl.mechanism", "PLAIN", "sasl.jaas.config"),
        ("security.protocol", "SASL_SSL", "sasl.jaas.config"),
        ("local.sasl.mechanism", "PLAIN", "local.sasl.jaas.config"),
        (
            "local.security.protocol",
            "SASL_SSL",
            "local.sasl.jaas.config",
        ),
    ] {
        let mut world = World::new();
        world.declare("dr", &declared);
        world.link("west", "dr", &declared);
        assert_eq!(altered(&world), [""; 0], "as desired");
        world.configs("dr").insert(name.to_owned(), set("OTHER"));
        let expected = [format!("{secret}=(secret)"), format!("{name}={wanted}")];
        assert_eq!(altered(&world), expected);
    }
}

/// A config that is set to what the server does not return, and does not flag.
fn hidden() -> ConfigFact {
    ConfigFact {
        is_sensitive: false,
        ..set("(secret)")
    }
}

#[test]
fn what_the_server_may_not_return_is_left_as_it_is_until_secrets_are_rotated() {
    let mut world = World::new();
    let declared = [
        ("by.hand", "x"),
        ("config.providers", "file"),
        ("sasl.jaas.config", "(secret)"),
    ];
    world.declare("dr", &declared);
    world.link("west", "dr", &[("by.hand", "(secret)")]);
    let configs = world.configs("dr");
    configs.insert("config.providers".to_owned(), hidden());
    configs.insert("sasl.jaas.config".to_owned(), hidden());
    assert_eq!(altered(&world), [""; 0]);
    let rotate = Options {
        rotate: ["dr".into()].into(),
        ..Options::default()
    };
    let changes = diff(&world.desired, &world.live, &rotate);
    assert_eq!(
        altered_by(changes),
        [
            "sasl.jaas.config=(secret)",
            "by.hand=x",
            "config.providers=file"
        ]
    );
}

#[test]
fn what_a_link_may_need_for_its_connection_is_never_reset() {
    let mut world = World::new();
    world.declare("dr", &[]).undeclared = Undeclared::Reset;
    let needed = [
        (
            "client.dns.lookup",
            "resolve_canonical_bootstrap_servers_only",
        ),
        ("config.providers", "file"),
        ("sasl.mechanism", "PLAIN"),
    ];
    world.link("west", "dr", &needed);
    assert_eq!(altered(&world), [""; 0]);
    let found = needed.map(|(name, value)| FindingKind::UndeclaredConfig {
        name: name.to_owned(),
        live: Some(value.to_owned()),
    });
    assert_eq!(world.found(), found);
    // Whatever it is called, what the server does not return could not be put back.
    assert!(is_never_reset("acl.sync.ms", None));
    assert!(!is_never_reset("acl.sync.ms", Some("9000")));
    assert!(is_never_reset("security.providers", Some("x")));
}

#[test]
fn a_filter_that_is_not_understood_is_never_written_over() {
    for (switch, name, wanted) in features() {
        let wanted = wanted.as_str();
        let live = "{\"unheardOf\": true}";
        let mut world = World::new();
        world.declare("dr", &[(switch, "true"), (name, wanted)]);
        world.link("west", "dr", &[(switch, "true"), (name, live)]);
        assert_eq!(altered(&world), [""; 0], "{name}");
        let found = world.found();
        let [
            FindingKind::FilterNotUnderstood {
                name: it,
                live: shown,
                ..
            },
        ] = &found[..]
        else {
            panic!("{name}: {found:?}");
        };
        assert_eq!((it.as_str(), shown.as_str()), (name, live));
        // One that is understood is.
        world.configs("dr").insert(name.to_owned(), set(""));
        assert_eq!(altered(&world), [format!("{name}={wanted}")]);
    }
}
