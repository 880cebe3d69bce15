use super::*;
use crate::list::Genre;

/// The text with the mutants that replace `old`, at its occurrence `nth`, by each of `new`.
fn woven(text: &str, genre: Genre, old: &str, nth: usize, new: &[&str]) -> Woven {
    let (start, _) = text.match_indices(old).nth(nth).unwrap();
    let mutants: Vec<Mutant> = (1..)
        .zip(new)
        .map(|(id, new)| Mutant {
            id,
            name: String::new(),
            file: String::new(),
            digest: String::new(),
            range: start..start + old.len(),
            replacement: (*new).to_owned(),
            genre,
        })
        .collect();
    let woven = weave(text, &mutants.iter().collect::<Vec<_>>()).unwrap();
    assert!(syn::parse_file(&woven.text).is_ok(), "{}", woven.text);
    woven
}

fn text(text: &str, genre: Genre, old: &str, nth: usize, new: &[&str]) -> String {
    let woven = woven(text, genre, old, nth, new);
    assert!(woven.left.is_empty());
    woven.text.replace("crate::mutation::", "")
}

#[test]
fn an_operator_that_binds_alike_takes_its_own_operands() {
    assert_eq!(
        text(
            "fn f() -> bool { a && b < c }",
            Genre::BinaryOperator,
            "<",
            0,
            &["==", ">"]
        ),
        "fn f() -> bool { a && (if on(1) { b == c } else if on(2) { b > c } else { b < c }) }"
    );
}

#[test]
fn an_operator_that_binds_otherwise_takes_what_it_would_in_the_text() {
    // `a || b && c` is not `(a || b) && c`.
    assert_eq!(
        text(
            "fn f() -> bool { a && b && c }",
            Genre::BinaryOperator,
            "&&",
            0,
            &["||"]
        ),
        "fn f() -> bool { (if on(1) { a || b && c } else { a && b && c }) }"
    );
    assert_eq!(
        text(
            "fn f() -> u8 { a - (b * c) * d }",
            Genre::BinaryOperator,
            "*",
            1,
            &["+"]
        ),
        "fn f() -> u8 { (if on(1) { a - (b * c) + d } else { a - (b * c) * d }) }"
    );
}

#[test]
fn a_let_in_a_chain_stays_in_its_condition() {
    let chain = "fn f() { if let Some(a) = b && c && d != e {} }";
    assert_eq!(
        woven(chain, Genre::BinaryOperator, "&&", 1, &["||"]).left,
        [1]
    );
    assert!(
        woven(chain, Genre::BinaryOperator, "!=", 0, &["=="])
            .left
            .is_empty()
    );
}

#[test]
fn a_function_returns_at_once() {
    assert_eq!(
        text(
            "fn f() -> u8 { a + b }",
            Genre::FnValue,
            "a + b",
            0,
            &["0", "1"]
        ),
        "fn f() -> u8 { if on(1) { return 0; } if on(2) { return 1; } a + b }"
    );
    assert_eq!(
        text(
            "fn f() -> impl Iterator<Item = u8> { a }",
            Genre::FnValue,
            "a",
            1,
            &["empty()"]
        ),
        "fn f() -> impl Iterator<Item = u8> { if on(1) { Either::One(empty()) } else { Either::Other({ a }) } }"
    );
}

#[test]
fn arms_and_guards_are_switched_by_guards() {
    assert_eq!(
        text(
            "fn f() { match a { B => c, _ => d } }",
            Genre::MatchArm,
            "B => c,",
            0,
            &[""]
        ),
        "fn f() { match a { B if !on(1) => c, _ => d } }"
    );
    assert_eq!(
        text(
            "fn f() { match a { B if c || d => e, _ => g } }",
            Genre::MatchArmGuard,
            "c || d",
            0,
            &["true", "false"]
        ),
        "fn f() { match a { B if on(1) || (!on(2) && (c || d)) => e, _ => g } }"
    );
}

#[test]
fn a_field_goes_with_its_comma() {
    assert_eq!(
        text(
            "fn f() { A { b: 1, ..c } }",
            Genre::StructField,
            "b: 1,",
            0,
            &[""]
        ),
        "fn f() { (if on(1) { A {  ..c } } else { A { b: 1, ..c } }) }"
    );
}

#[test]
fn a_mutant_within_another_stays_on_its_own() {
    let source = "fn f() -> bool { !(a == b) }";
    let mutant = |id, genre, old: &str, new: &str| {
        let start = source.find(old).unwrap();
        Mutant {
            id,
            name: String::new(),
            file: String::new(),
            digest: String::new(),
            range: start..start + old.len(),
            replacement: new.to_owned(),
            genre,
        }
    };
    let both = [
        mutant(1, Genre::UnaryOperator, "!", ""),
        mutant(2, Genre::BinaryOperator, "==", "!="),
    ];
    let woven = weave(source, &both.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(
        woven.text.replace("crate::mutation::", ""),
        "fn f() -> bool { (if on(1) { (a == b) } else { !((if on(2) { a != b } else { a == b })) }) }"
    );
    let at = |part: &str| woven.owner(woven.text.find(part).unwrap());
    assert_eq!(at("a != b"), Some(&Owner::Mutant(2)));
    assert_eq!(at("a == b })"), Some(&Owner::Weaving(vec![2])));
    assert_eq!(at("fn"), None);
}

#[test]
fn the_mutants_of_a_match_are_found_by_its_scrutinee() {
    let woven = woven(
        "fn f(x: Option<u8>) -> u8 { match g(x) { _ if h() => 0, None => 1, Some(x) => match x { _ => 2 } } }",
        Genre::MatchArm,
        "None => 1,",
        0,
        &[""],
    );
    let outer = woven.text.find("g(x)").unwrap();
    assert_eq!(woven.arms(outer), [1], "{}", woven.text);
    let inner = woven.text.find("x { _").unwrap();
    assert_eq!(woven.arms(inner), [0; 0]);
}
