//! Filters that select no more than others: [`narrower`].

use crate::catalog::filters::{
    AclFilter, AclFilters, FilterType, NameFilter, NameFilters, Subject,
};
use crate::catalog::names;
use crate::edit::{self, Value};

/// The live filters of a config as the field of the spec has them, if they are sure to select nothing that the
/// declared ones do not select.
pub(super) fn narrower(name: &str, declared: &str, live: &str) -> Option<Value> {
    let subject = match name {
        names::AUTO_CREATE_MIRROR_TOPICS_FILTERS => Subject::Topics,
        names::CONSUMER_OFFSET_GROUP_FILTERS => Subject::Groups,
        _ => return acls(declared, live),
    };
    let declared = NameFilters::parse_json(subject, declared).ok()?;
    let live = NameFilters::parse_json(subject, live).ok()?;
    let of = |all: &NameFilters, kind: FilterType| -> Vec<NameFilter> {
        let all = all.0.iter().filter(|filter| filter.filter_type == kind);
        all.cloned().collect()
    };
    let (include, exclude) = (FilterType::Include, FilterType::Exclude);
    let is_narrower = of(&live, include).is_empty()
        || all_covered(&of(&live, include), &of(&declared, include))
            && all_covered(&of(&declared, exclude), &of(&live, exclude));
    is_narrower.then(|| edit::names(&live))
}

/// Whether each of these is covered by one of the others.
fn all_covered(these: &[NameFilter], others: &[NameFilter]) -> bool {
    these.iter().all(|it| {
        others.iter().any(|other| {
            other.topic_types == it.topic_types
                && other.members == it.members
                && other.pattern.covers(&it.pattern)
        })
    })
}

fn acls(declared: &str, live: &str) -> Option<Value> {
    let declared = AclFilters::parse_json(declared).ok()?;
    let live = AclFilters::parse_json(live).ok()?;
    let is_covered = |filter: &AclFilter| declared.0.iter().any(|it| it.covers(filter));
    live.0
        .iter()
        .all(is_covered)
        .then(|| Value::List(live.0.iter().map(edit::acl).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: &str = names::CONSUMER_OFFSET_GROUP_FILTERS;

    fn groups(filters: &[(&str, &str, &str)]) -> String {
        let entries: Vec<String> = filters
            .iter()
            .map(|(filter, pattern, name)| {
                format!(r#"{{"filterType":"{filter}","patternType":"{pattern}","name":"{name}"}}"#)
            })
            .collect();
        format!(r#"{{"groupFilters":[{}]}}"#, entries.join(","))
    }

    #[test]
    fn what_selects_no_more_is_narrower() {
        let orders = ("INCLUDE", "PREFIXED", "orders-");
        let declared = groups(&[orders, ("EXCLUDE", "LITERAL", "orders-canary")]);
        for (live, is_narrower) in [
            (
                groups(&[orders, ("EXCLUDE", "LITERAL", "orders-canary")]),
                true,
            ),
            (groups(&[orders, ("EXCLUDE", "PREFIXED", "orders-c")]), true),
            (
                groups(&[
                    ("INCLUDE", "LITERAL", "orders-1"),
                    ("EXCLUDE", "LITERAL", "orders-canary"),
                ]),
                true,
            ),
            (String::new(), true),
            (groups(&[orders]), false),
            (
                groups(&[
                    orders,
                    ("INCLUDE", "LITERAL", "billing"),
                    ("EXCLUDE", "LITERAL", "orders-canary"),
                ]),
                false,
            ),
            (
                groups(&[
                    ("INCLUDE", "LITERAL", "*"),
                    ("EXCLUDE", "LITERAL", "orders-canary"),
                ]),
                false,
            ),
            ("{\"groupFilters\": 5}".to_owned(), false),
        ] {
            let found = narrower(GROUPS, &declared, &live);
            assert_eq!(found.is_some(), is_narrower, "{live}");
        }
    }
}
