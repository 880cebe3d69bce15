//! Link configs: which are written, which are left alone, which are reported.

use super::{World, set};
use crate::desired::Undeclared;
use crate::diff::{ConfigTarget, ConfigValue, FindingKind, HalfChangeKind};
use crate::live::ConfigFact;

/// The configs that are altered, in order: `name=value`.
fn altered(world: &World) -> Vec<String> {
    let mut altered = Vec::new();
    for half in world.changes().halves {
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
