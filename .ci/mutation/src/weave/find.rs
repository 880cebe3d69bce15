//! Finds where mutants stand in a source: [`find`].

use std::collections::HashMap;
use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprBinary, ReturnType, Signature, Type, TypeParamBound};

use super::{Form, Site};
use crate::list::{Genre, Mutant};

/// The places of mutants, and those that have none in which a switch can stand.
pub(super) fn find(text: &str, mutants: &[&Mutant]) -> syn::Result<(Vec<Site>, Vec<u32>)> {
    let file = syn::parse_file(text)?;
    let mut finder = Finder {
        text,
        wanted: HashMap::new(),
        chain: Vec::new(),
        sites: Vec::new(),
    };
    for mutant in mutants {
        let key = (mutant.genre, mutant.range.start);
        finder.wanted.entry(key).or_default().push(mutant);
    }
    finder.visit_file(&file);
    let left = finder.wanted.into_values().flatten();
    let left = left.map(|mutant| mutant.id).collect();
    Ok((finder.sites, left))
}

/// The guards of the match whose scrutinee begins at a place.
pub(super) fn guards(text: &str, at: usize) -> Vec<&str> {
    struct Guards<'a> {
        text: &'a str,
        at: usize,
        found: Vec<&'a str>,
    }
    impl<'ast> Visit<'ast> for Guards<'_> {
        fn visit_expr_match(&mut self, matching: &'ast syn::ExprMatch) {
            if matching.expr.span().byte_range().start == self.at {
                let guards = matching.arms.iter().filter_map(|arm| arm.guard.as_ref());
                let text = self.text;
                self.found
                    .extend(guards.map(|(_, guard)| &text[guard.span().byte_range()]));
            }
            visit::visit_expr_match(self, matching);
        }
    }
    let mut guards = Guards {
        text,
        at,
        found: Vec::new(),
    };
    if let Ok(file) = syn::parse_file(text) {
        guards.visit_file(&file);
    }
    guards.found
}

/// Finds the places of mutants.
struct Finder<'a> {
    text: &'a str,
    /// Those that no place was found for yet, by kind and first byte.
    wanted: HashMap<(Genre, usize), Vec<&'a Mutant>>,
    /// The operators that the one at hand is an operand of, without anything in between.
    chain: Vec<&'a ExprBinary>,
    sites: Vec<Site>,
}

impl<'a> Finder<'a> {
    fn take(&mut self, genre: Genre, start: usize) -> Vec<&'a Mutant> {
        self.wanted.remove(&(genre, start)).unwrap_or_default()
    }

    /// Puts in a mutant that replaces a part of what stands in `range`.
    fn choose(&mut self, mutant: &Mutant, range: Range<usize>, form: Form) {
        let Range { start, end } = mutant.range;
        let choice = match form {
            Form::Choice => format!(
                "{}{}{}",
                &self.text[range.start..start],
                mutant.replacement,
                &self.text[end..range.end]
            ),
            _ => mutant.replacement.clone(),
        };
        let choice = (mutant.id, choice);
        match self
            .sites
            .iter_mut()
            .find(|site| site.range == range && site.form == form)
        {
            Some(site) => site.choices.push(choice),
            None => self.sites.push(Site {
                range,
                form,
                choices: vec![choice],
            }),
        }
    }

    fn function(&mut self, signature: &Signature, block: &Block) {
        let Some(first) = block.stmts.first() else {
            return;
        };
        let start = first.span().byte_range().start;
        for mutant in self.take(Genre::FnValue, start) {
            match hidden_type(signature) {
                None => self.choose(mutant, start..start, Form::Return),
                Some("Iterator") => self.choose(mutant, mutant.range.clone(), Form::Iterator),
                Some(_) => self
                    .wanted
                    .entry((Genre::FnValue, start))
                    .or_default()
                    .push(mutant),
            }
        }
    }
}

/// What a function's value can do, where its type is not told.
fn hidden_type(signature: &Signature) -> Option<&'static str> {
    let ReturnType::Type(_, kind) = &signature.output else {
        return None;
    };
    let Type::ImplTrait(kind) = &**kind else {
        return None;
    };
    let is_iterator = kind.bounds.iter().any(|bound| {
        matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|name| name.ident == "Iterator"))
    });
    Some(if is_iterator { "Iterator" } else { "" })
}

/// How tightly an operator binds.
fn binding(op: &BinOp) -> u8 {
    match op {
        BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_) => 8,
        BinOp::Add(_) | BinOp::Sub(_) => 7,
        BinOp::Shl(_) | BinOp::Shr(_) => 6,
        BinOp::BitAnd(_) => 5,
        BinOp::BitXor(_) => 4,
        BinOp::BitOr(_) => 3,
        BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Gt(_) | BinOp::Le(_) | BinOp::Ge(_) => {
            2
        }
        BinOp::And(_) => 1,
        BinOp::Or(_) => 0,
        // Assignments are operands of nothing.
        _ => u8::MAX,
    }
}

/// Whether `let` stands among the operands: then the text can stand in a condition only.
fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

impl<'a> Visit<'a> for Finder<'a> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_expr_binary(&mut self, expr: &'a ExprBinary) {
        self.chain.push(expr);
        for mutant in self.take(Genre::BinaryOperator, expr.op.span().byte_range().start) {
            let new =
                syn::parse_str::<BinOp>(&mutant.replacement).map_or(u8::MAX, |op| binding(&op));
            let (old, loosest) = (binding(&expr.op), binding(&expr.op).min(new));
            // Where the new operator binds otherwise than the old one, the operators around it may
            // take other operands, and come along.
            let whole = if old == new {
                expr
            } else {
                let around = self.chain.iter().rev();
                let around = around.take_while(|outer| binding(&outer.op) >= loosest);
                around.last().unwrap_or(&expr)
            };
            if has_let(&whole.left) || has_let(&whole.right) {
                self.wanted
                    .entry((mutant.genre, mutant.range.start))
                    .or_default()
                    .push(mutant);
            } else {
                self.choose(mutant, whole.span().byte_range(), Form::Choice);
            }
        }
        for operand in [&*expr.left, &*expr.right] {
            if matches!(operand, Expr::Binary(_)) {
                self.visit_expr(operand);
            } else {
                let chain = std::mem::take(&mut self.chain);
                self.visit_expr(operand);
                self.chain = chain;
            }
        }
        self.chain.pop();
    }

    fn visit_expr_unary(&mut self, expr: &'a syn::ExprUnary) {
        for mutant in self.take(Genre::UnaryOperator, expr.op.span().byte_range().start) {
            self.choose(mutant, expr.span().byte_range(), Form::Choice);
        }
        visit::visit_expr_unary(self, expr);
    }

    fn visit_expr_struct(&mut self, expr: &'a syn::ExprStruct) {
        for field in &expr.fields {
            for mutant in self.take(Genre::StructField, field.span().byte_range().start) {
                self.choose(mutant, expr.span().byte_range(), Form::Choice);
            }
        }
        visit::visit_expr_struct(self, expr);
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        for mutant in self.take(Genre::MatchArm, arm.span().byte_range().start) {
            let end = arm.pat.span().byte_range().end;
            self.choose(mutant, end..end, Form::NewGuard);
        }
        if let Some((_, guard)) = &arm.guard {
            let range = guard.span().byte_range();
            for mutant in self.take(Genre::MatchArmGuard, range.start) {
                self.choose(mutant, range.clone(), Form::Guard);
            }
        }
        visit::visit_arm(self, arm);
    }
}
