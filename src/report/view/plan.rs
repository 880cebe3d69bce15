//! What every view of a plan says: [`PlanView`].

use std::collections::BTreeSet;

use super::More;
use super::note::{self, Note};
use crate::address::HalfAddress;
use crate::desired::{Risk, Risks};
use crate::diagnostic::Place;
use crate::diff::{Class, Effect};
use crate::live::MirrorLoss;
use crate::plan::{HandOver, LagNow, OpId, OperationKind, Plan, Rehearsal};
use crate::report::group::{Group, groups, numbers, waits};
use crate::report::words::attributes::{self, Attribute};
use crate::report::words::{
    self, Action, EffectWords, HandOverTime, Listing, RefusalWords, Weight,
};
use crate::report::{rehearsal, safe};

/// A plan in words, in groups and in order.
pub(crate) struct PlanView<'a> {
    /// What it comes to, as a title.
    pub(crate) title: &'static str,
    /// The same in one sentence, without its end.
    pub(crate) sentence: String,
    pub(crate) has_changes: bool,
    /// How many reasons there are not to apply it; none when it may be applied.
    pub(crate) against: Option<usize>,
    /// What must be seen before anything else, except that it is refused.
    pub(crate) alerts: Vec<Alert>,
    /// The waves, in order.
    pub(crate) waves: Vec<Wave<'a>>,
    /// What was found, by class; classes without findings are left out.
    pub(crate) findings: Vec<Found>,
    /// What the guards refuse.
    pub(crate) refusals: Vec<Refused>,
    /// What goes over when mirror topics stop; nothing where the plan is refused.
    pub(crate) hand_over: Vec<HandOverView>,
    /// That operations were left out.
    pub(crate) left_out: Option<String>,
    /// The rehearsal in one sentence, and each operation that the server would not take.
    pub(crate) rehearsal: Option<(String, Vec<String>)>,
}

/// What must be seen at first.
pub(crate) struct Alert {
    pub(crate) weight: Weight,
    /// How many of what: `3 operations`.
    pub(crate) subject: String,
    /// What is to be known of them, after their name and without an end.
    pub(crate) text: &'static str,
    /// Where the rest of the page says more.
    pub(crate) pointer: &'static str,
}

/// Operations that may run at the same time.
pub(crate) struct Wave<'a> {
    /// `Wave 1 of 3`.
    pub(crate) title: String,
    /// `12 operations`.
    pub(crate) count: String,
    pub(crate) items: Vec<Item<'a>>,
}

/// One operation, or several with which the same is done for the same reason.
pub(crate) struct Item<'a> {
    pub(crate) action: Action,
    /// What is done.
    pub(crate) order: String,
    /// To what.
    pub(crate) subject: String,
    pub(crate) half: &'a HalfAddress,
    /// The risks worth a word.
    pub(crate) risks: Vec<Risk>,
    /// Whether it is irreversible or may lose data.
    pub(crate) is_severe: bool,
    /// Each operation.
    pub(crate) members: Vec<Member<'a>>,
    /// What else to say, by its kind.
    pub(crate) details: Vec<String>,
    /// What becomes of the link's configs.
    pub(crate) attributes: Vec<Attribute>,
    /// What it brings along, each said once.
    pub(crate) effects: Vec<EffectWords>,
    /// What could not be checked.
    pub(crate) unchecked: &'a [String],
    /// Why it is planned.
    pub(crate) because: String,
    /// Where the spec asks for it.
    pub(crate) place: Option<String>,
    /// When it has settled, and how long that may take.
    pub(crate) settled: Option<String>,
    /// What it waits for, and why.
    pub(crate) waits: Vec<(String, &'static str)>,
}

/// One operation of an item.
pub(crate) struct Member<'a> {
    pub(crate) id: OpId,
    /// The mirror topic; empty for an operation on a link.
    pub(crate) name: String,
    /// The source topic, where its name is another.
    pub(crate) source: Option<String>,
    /// The messages that failing it over loses, and whether that figure is a lower bound only.
    pub(crate) loses: Option<(u64, bool)>,
    /// How far it was behind when the plan was made, and the estimate of when it has caught up.
    pub(crate) lag: Option<String>,
    pub(crate) place: Option<&'a Place>,
}

/// The findings of one class.
pub(crate) struct Found {
    pub(crate) class: Class,
    pub(crate) title: &'static str,
    /// How many findings the notes tell.
    pub(crate) count: usize,
    pub(crate) notes: Vec<Note>,
}

/// What goes over from one half.
pub(crate) struct HandOverView {
    pub(crate) title: String,
    /// Each line after its label. Names are as they came.
    pub(crate) lines: Vec<(&'static str, String)>,
}

impl HandOverView {
    pub(crate) fn of(it: &HandOver, time: HandOverTime) -> Self {
        Self {
            title: words::hand_over_title(it),
            lines: words::hand_over(it, time),
        }
    }
}

/// What a guard refuses.
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) words: RefusalWords,
    /// The operations it is about.
    pub(crate) about: String,
    pub(crate) place: Option<String>,
}

impl<'a> PlanView<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        Self {
            title: words::title(plan),
            sentence: words::capital(words::summary(plan)),
            has_changes: plan.has_changes(),
            against: plan.is_refused().then(|| against(plan)),
            alerts: alerts(plan),
            waves: (1..)
                .zip(&plan.waves)
                .map(|(number, wave)| Wave {
                    title: format!("Wave {number} of {}", plan.waves.len()),
                    count: words::quantity(wave.len(), "operation"),
                    items: items(plan, wave),
                })
                .collect(),
            findings: CLASSES
                .into_iter()
                .filter_map(|class| found(plan, class))
                .collect(),
            refusals: plan
                .refusals
                .iter()
                .map(|refusal| Refused {
                    code: refusal.kind.code().0,
                    words: words::refusal(plan, refusal),
                    about: numbers(&refusal.operations),
                    place: refusal.place.as_ref().map(ToString::to_string),
                })
                .collect(),
            hand_over: match plan.is_refused() {
                true => Vec::new(),
                false => (plan.hand_over.iter())
                    .map(|it| HandOverView::of(it, HandOverTime::Planned))
                    .collect(),
            },
            left_out: rehearsal::left_out(plan),
            rehearsal: rehearsal::sentence(plan)
                .map(|sentence| (sentence, rehearsal::problems(plan).collect())),
        }
    }

    /// The findings of one class, if there are any.
    pub(crate) fn found(&self, class: Class) -> Option<&Found> {
        self.findings.iter().find(|found| found.class == class)
    }

    /// What is irreversible or may lose data, in order.
    pub(crate) fn grave(&self) -> impl Iterator<Item = &Item<'a>> {
        let items = self.waves.iter().flat_map(|wave| &wave.items);
        items.filter(|item| item.is_severe)
    }
}

/// The classes, the gravest first.
const CLASSES: [Class; 7] = [
    Class::Refusal,
    Class::Unknown,
    Class::Health,
    Class::Warning,
    Class::Config,
    Class::Unmanaged,
    Class::Note,
];

fn against(plan: &Plan) -> usize {
    let rehearsed = plan.rehearsal.values();
    plan.refusals.len()
        + plan.of_class(Class::Refusal).count()
        + rehearsed
            .filter(|said| matches!(said, Rehearsal::Refused(_)))
            .count()
}

fn alerts(plan: &Plan) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let grave = words::irreversible(plan);
    if grave > 0 {
        alerts.push(Alert {
            weight: Weight::Danger,
            subject: words::quantity(grave, "operation"),
            text: match grave {
                1 => " is irreversible or may lose data",
                _ => " are irreversible or may lose data",
            },
            pointer: match grave {
                1 => "; it is marked.",
                _ => "; they are marked.",
            },
        });
    }
    let unknown = plan.of_class(Class::Unknown).count();
    if unknown > 0 {
        alerts.push(Alert {
            weight: Weight::Caution,
            subject: words::quantity(unknown, "thing"),
            text: words::not_known(unknown),
            pointer: ". See below.",
        });
    }
    alerts
}

fn found(plan: &Plan, class: Class) -> Option<Found> {
    let notes = note::notes(plan.of_class(class));
    let count = notes.iter().map(|note| note.count).sum();
    (count > 0).then_some(Found {
        class,
        title: words::class_title(class),
        count,
        notes,
    })
}

/// The operations of a wave, those that are alike shown together.
pub(crate) fn items<'a>(plan: &'a Plan, wave: &[OpId]) -> Vec<Item<'a>> {
    let groups = groups(plan, wave);
    groups.iter().map(|group| Item::of(plan, group)).collect()
}

impl<'a> Item<'a> {
    fn of(plan: &'a Plan, group: &Group<'a>) -> Self {
        let first = group.first;
        let (order, subject) = group.headline();
        let settled = words::settle(&first.settle)
            .map(|settled| format!("{settled}; timeout {}", words::duration(first.deadline)));
        Self {
            action: group.action,
            order,
            subject,
            half: first.half(),
            risks: shown_risks(first.risks),
            is_severe: words::is_severe(first.risks),
            members: group.ids.iter().map(|id| member(plan, *id)).collect(),
            details: words::details(first, group.ids.len())
                .into_iter()
                .chain(lag_now(plan, &group.ids))
                .collect(),
            attributes: match &first.kind {
                OperationKind::CreateLink { configs, .. } => attributes::of_new(configs),
                OperationKind::AlterLink { changes, .. } => attributes::of_changes(changes),
                _ => Vec::new(),
            },
            effects: effects(plan, &group.ids),
            unchecked: &first.unchecked,
            because: words::because(&first.because),
            place: place(plan, &group.ids),
            settled,
            waits: waits(plan, &group.ids)
                .into_iter()
                .map(|wait| (numbers(&wait.before), wait.rule.why))
                .collect(),
        }
    }

    /// The numbers of the operations: `#1`, `#2 to #5`, `#2, #4`.
    pub(crate) fn numbers(&self) -> String {
        let ids: Vec<OpId> = self.members.iter().map(|member| member.id).collect();
        numbers(&ids)
    }

    /// Whether it is several operations shown together.
    pub(crate) fn is_several(&self) -> bool {
        self.members.len() > 1
    }

    /// The names of several mirror topics; none for one alone, whose name is in the subject.
    pub(crate) fn names(&self) -> Vec<&str> {
        let members = self.members.iter().filter(|_| self.is_several());
        members.map(|member| member.name.as_str()).collect()
    }
}

/// The risks that a view marks.
pub(crate) fn shown_risks(risks: Risks) -> Vec<Risk> {
    risks
        .iter()
        .filter(|risk| *risk != Risk::Reversible)
        .collect()
}

fn member(plan: &Plan, id: OpId) -> Member<'_> {
    let operation = plan.operation(id);
    let own = operation.address.mirror();
    Member {
        id,
        name: own.map(ToString::to_string).unwrap_or_default(),
        source: match &operation.kind {
            OperationKind::CreateMirror { source, .. } if own != Some(source) => {
                Some(source.to_string())
            }
            _ => None,
        },
        loses: operation.effects.iter().find_map(|effect| match effect {
            Effect::Loses { loss, stale, .. } => {
                Some((loss.least, *stale || !loss.loss.is_known()))
            }
            _ => None,
        }),
        lag: plan.lags.get(&id).map(words::lag_and_pace),
        place: operation.place.as_ref(),
    }
}

/// How far promotions were behind when the plan was made; with two reads, when they have caught up.
fn lag_now(plan: &Plan, ids: &[OpId]) -> Option<String> {
    let lags: Vec<&LagNow> = ids.iter().filter_map(|id| plan.lags.get(id)).collect();
    words::lag_of_plan(&lags)
}

/// The first place, and how many more.
fn place(plan: &Plan, ids: &[OpId]) -> Option<String> {
    let places: BTreeSet<_> = ids
        .iter()
        .filter_map(|id| plan.operation(*id).place.as_ref())
        .collect();
    let first = places.first()?;
    Some(match More::of(places.len() - 1) {
        None => first.to_string(),
        Some(more) => format!("{first} {more}"),
    })
}

/// What operations bring along, each said once.
fn effects(plan: &Plan, ids: &[OpId]) -> Vec<EffectWords> {
    if let [one] = ids {
        return plan
            .operation(*one)
            .effects
            .iter()
            .map(words::effect)
            .collect();
    }
    let mut shown: Vec<EffectWords> = Vec::new();
    let mut losses = Vec::new();
    let mut cuts = Vec::new();
    for operation in ids.iter().map(|id| plan.operation(*id)) {
        for effect in &operation.effects {
            if let Effect::Loses {
                loss,
                as_of_ms: _,
                stale,
            } = effect
            {
                let topic = operation.address.mirror().map(ToString::to_string);
                losses.push(Loss {
                    topic: topic.unwrap_or_default(),
                    loss: *loss,
                    stale: *stale,
                });
                continue;
            }
            if let Effect::Cuts { at, cut } = effect {
                let topic = operation.address.mirror().map(ToString::to_string);
                cuts.push((at, topic.unwrap_or_default(), cut));
                continue;
            }
            let mut words = words::effect(effect);
            if !matches!(effect, Effect::HeldUpBy(_)) {
                words.text = format!("each {}", words.text);
            }
            if !shown.contains(&words) {
                shown.push(words);
            }
        }
    }
    if !losses.is_empty() {
        shown.push(sum_of(losses));
    }
    shown.extend(words::cut_together(&cuts));
    shown
}

/// What failing one mirror topic over loses.
struct Loss {
    topic: String,
    loss: MirrorLoss,
    stale: bool,
}

/// What failing over several mirror topics loses together, the worst first.
fn sum_of(mut losses: Vec<Loss>) -> EffectWords {
    losses.sort_by(|a, b| {
        let by_messages = b.loss.least.cmp(&a.loss.least);
        by_messages.then_with(|| a.topic.cmp(&b.topic))
    });
    let loss: MirrorLoss = losses.iter().map(|loss| loss.loss).sum();
    let stale = losses.iter().any(|loss| loss.stale);
    EffectWords {
        code: "loses",
        text: words::lose_together(&loss, stale),
        names: losses
            .iter()
            .filter(|loss| loss.loss.least > 0)
            .map(|loss| {
                format!(
                    "{} {}",
                    safe::name(&loss.topic),
                    words::number(loss.loss.least)
                )
            })
            .collect(),
        listing: Listing::Phrases,
        note: match stale {
            true => "lag is not updated while the source is unreachable".to_owned(),
            false => words::how_known(&loss),
        },
        weight: Weight::Danger,
    }
}
