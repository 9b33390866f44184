//! The plan: which cases, probes and workflows there are, and which promises they decide.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Bench;
use crate::access::Access;
use crate::api::Operation;
use crate::case::{Payload, ViolationKind};
use crate::checks;
use crate::generate;
use crate::probes::{self, Group, Needs};
use crate::procedure::Procedure;
use crate::provision::{Effect, OperationPlan, Recipes};
use crate::rules::Rules;
use crate::sequence::{self, Hints, Sequence};
use crate::verdict::{Decision, Event, Requirement, Verdict, WorkflowRule};
use crate::workflow::{self, Task};

/// What is planned.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// The seed of all random choices.
    pub seed: u64,
    /// Random conforming cases for each operation.
    pub random: usize,
    /// Only operations and requirements whose id or path contains one of these.
    pub only: Vec<String>,
    /// How many requests a search for an undeclared limit may take.
    pub budget: u64,
    /// Whether every identity may be exhausted: the target is on this machine.
    pub loopback: bool,
    /// Whether probes run at all.
    pub probes: bool,
}

/// Something that no case was made for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplanned {
    /// The operation, by id.
    pub operation: String,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Everything that a run will do.
pub struct Plan {
    /// The cases by operation, in the order of the description.
    pub sequences: Vec<Sequence>,
    /// The sequences of probes, each with the requirements that it decides.
    pub probes: Vec<Group>,
    /// The workflows, one for each requirement that names one.
    pub workflows: Vec<Task>,
    /// What each operation needs, in the order of the description.
    pub plans: Arc<Vec<OperationPlan>>,
    /// How resources are made.
    pub recipes: Arc<Recipes>,
    /// The rows of the ledger: index into [`checks::ALL`], operation.
    pub rows: Vec<(usize, Arc<str>)>,
    /// Those of `requirements` that every exchange is judged by.
    pub rules: Arc<Rules>,
    /// What no case was made for.
    pub unplanned: Vec<Unplanned>,
    /// The requirements in use.
    pub requirements: Vec<Requirement>,
    pub(super) decided: Vec<Event>,
    pub(super) budget: u64,
    /// Why an identity may not be used by probes although it is configured.
    spared: BTreeMap<String, String>,
}

/// Makes the plan. The same bench and options give the same plan.
pub fn plan(bench: &Bench, options: &PlanOptions) -> Plan {
    let api = &bench.api;
    let wanted = |texts: &[&str]| {
        options.only.is_empty()
            || options
                .only
                .iter()
                .any(|only| texts.iter().any(|text| text.contains(only.as_str())))
    };
    let generating = generate::Options {
        seed: options.seed,
        random_per_operation: options.random,
        ..generate::Options::default()
    };
    let (recipes, plans) = plans(bench, &generating);
    let mut sequences = Vec::new();
    let mut unplanned = Vec::new();
    let mut rows = Vec::new();
    for (index, operation) in api.operations.iter().enumerate() {
        if !wanted(&[&operation.id, &operation.path]) {
            continue;
        }
        let generated = generate::cases(
            api,
            &bench.schemas,
            index,
            &plans[index].bindings,
            &generating,
        );
        let id: Arc<str> = operation.id.as_str().into();
        for (check, declared) in checks::ALL.iter().enumerate() {
            // Whether there is a constraint that a request can violate at all, only the cases
            // tell; everything else that a check applies to is a promise.
            let promised = declared.id != VIOLATING_ACCEPTED
                || !generated.not_generated.is_empty()
                || generated.cases.iter().any(|case| {
                    case.violation()
                        .is_some_and(|one| violates_constraint(one.kind))
                });
            if promised && (declared.applies)(api, operation) {
                rows.push((check, Arc::clone(&id)));
            }
        }
        unplanned.extend(
            generated
                .not_generated
                .into_iter()
                .map(|(what, why)| Unplanned {
                    operation: operation.id.clone(),
                    what,
                    why,
                }),
        );
        sequences.push(Sequence {
            id: operation.id.clone(),
            operation: index,
            plan: plans[index].clone(),
            cases: generated.cases.into_iter().map(Arc::new).collect(),
        });
    }
    let requirements: Vec<Requirement> = bench
        .requirements
        .iter()
        .filter(|one| wanted(&[&one.id]))
        .cloned()
        .collect();
    let spared = spared(bench, options);
    let (probes, mut decided) = probes(bench, &requirements, options, &recipes, &plans, &spared);
    let workflows = workflows(bench, &recipes, &requirements, options, &mut decided);
    Plan {
        sequences,
        probes,
        workflows,
        plans: Arc::new(plans),
        recipes: Arc::new(recipes),
        rows,
        unplanned,
        rules: Arc::new(Rules::compile(api, &requirements)),
        requirements,
        decided,
        budget: options.budget,
        spared,
    }
}

impl Plan {
    /// How many cases there are.
    pub fn cases(&self) -> usize {
        self.sequences
            .iter()
            .map(|sequence| sequence.cases.len())
            .sum()
    }

    /// The procedures, probes and workflows first since some of them wait. `token` makes the names of the
    /// resources of this run unique.
    pub fn procedures(&self, bench: &Bench, token: &Arc<str>) -> Vec<Box<dyn Procedure>> {
        let setting = probes::Setting {
            api: Arc::clone(&bench.api),
            recipes: Arc::clone(&self.recipes),
            identities: Arc::clone(&bench.identities),
            credentials: Arc::new(bench.credentials.clone()),
            plans: Arc::clone(&self.plans),
            effects: Arc::new(effects(bench)),
            access: bench
                .contract
                .access
                .clone()
                .map(|access| Arc::new((access, bench.contract.cast()))),
            token: Arc::clone(token),
            budget: self.budget,
            spared: Arc::new(self.spared.clone()),
        };
        let probes = self
            .probes
            .iter()
            .map(|group| Box::new(probes::procedure(group.clone(), setting.clone())) as _);
        let surroundings = workflow::Setting {
            api: Arc::clone(&bench.api),
            recipes: Arc::clone(&self.recipes),
            identities: Arc::clone(&bench.identities),
            plans: Arc::clone(&self.plans),
            token: Arc::clone(token),
        };
        let workflows = self
            .workflows
            .iter()
            .map(|task| Box::new(workflow::procedure(task.clone(), surroundings.clone())) as _);
        let sequences = self.sequences.iter().map(|sequence| {
            Box::new(sequence::procedure(
                sequence.clone(),
                Arc::clone(&bench.api),
                Arc::clone(&self.recipes),
                Arc::clone(&bench.identities),
                Arc::clone(token),
            )) as _
        });
        probes.chain(workflows).chain(sequences).collect()
    }
}

/// The check of requests that the description forbids.
const VIOLATING_ACCEPTED: &str = "violating-accepted";

/// Whether the violation is one that [`VIOLATING_ACCEPTED`] judges; the others have checks of
/// their own.
fn violates_constraint(kind: ViolationKind) -> bool {
    use ViolationKind as Kind;
    !matches!(
        kind,
        Kind::MissingCredentials
            | Kind::InvalidCredentials
            | Kind::UnsupportedMethod
            | Kind::UnknownProperty
    )
}

fn plans(bench: &Bench, generating: &generate::Options) -> (Recipes, Vec<OperationPlan>) {
    let api = &bench.api;
    let identity = |operation: &Operation| identity_for(operation, &bench.credentials);
    let sample = |index: usize| {
        generate::bases(api, &bench.schemas, index, generating)
            .into_iter()
            .map(|case| {
                let arguments: Map<String, Value> = case
                    .input
                    .arguments
                    .into_iter()
                    .map(|argument| (argument.name, argument.value))
                    .collect();
                let body = match case.input.body.map(|body| body.payload) {
                    Some(Payload::Value(value)) => Some(value),
                    _ => None,
                };
                (arguments, body)
            })
            .collect()
    };
    let hints = Hints {
        overrides: &bench.contract.operations,
        recipes: &bench.contract.resources,
        identity: &identity,
        sample: &sample,
    };
    let (mut recipes, plans) = sequence::infer(api, &hints);
    recipes.extend(bench.contract.access.iter().flat_map(Access::recipes));
    (recipes, plans)
}

/// By operation: what shows its effect; `None` where the contract says that it has none.
fn effects(bench: &Bench) -> BTreeMap<String, Option<Effect>> {
    let mut effects = BTreeMap::new();
    for operation in &bench.api.operations {
        for one in &bench.contract.operations {
            if (one.effect.is_some() || one.effectless.is_some()) && one.applies(operation) {
                effects.insert(operation.id.clone(), one.effect.clone());
            }
        }
    }
    effects
}

/// The first identity that has all credentials of one of the alternatives.
fn identity_for(
    operation: &Operation,
    credentials: &BTreeMap<String, Vec<String>>,
) -> Option<String> {
    operation
        .security
        .iter()
        .filter(|one| !one.schemes.is_empty())
        .find_map(|alternative| {
            let mut holders = alternative
                .schemes
                .keys()
                .map(|scheme| credentials.get(scheme).map_or(&[][..], Vec::as_slice));
            let first = holders.next()?;
            let others: Vec<&[String]> = holders.collect();
            first
                .iter()
                .find(|name| others.iter().all(|holders| holders.contains(name)))
                .cloned()
        })
}

/// The probes that can run, and the decisions on requirements whose probes cannot.
fn probes(
    bench: &Bench,
    requirements: &[Requirement],
    options: &PlanOptions,
    recipes: &Recipes,
    plans: &[OperationPlan],
    spared: &BTreeMap<String, String>,
) -> (Vec<Group>, Vec<Event>) {
    let plan = |operation: &str| plans.get(bench.api.find(operation)?);
    let needs = Needs {
        identities: &bench.identities,
        recipes,
        plan: &plan,
    };
    let mut ready = Vec::new();
    let mut decided = Vec::new();
    for probe in probes::ALL {
        let mut able = Vec::new();
        let mut unable = Vec::new();
        for requirement in requirements {
            let Some(rule) = requirement.probe().filter(|rule| rule.name == probe.id) else {
                continue;
            };
            let with = probes::complete(probe, &rule.with);
            let why = if options.probes {
                // Cells choose among identities; they do not need them all.
                let named = match probe.sharing {
                    probes::Sharing::All => Vec::new(),
                    _ => needs.identities_of(probe, &with),
                };
                named.iter().find_map(|name| unusable(bench, spared, name))
            } else {
                Some("probes are switched off".to_owned())
            };
            match why {
                None => able.push(requirement.clone()),
                Some(why) => unable.push(Decision {
                    requirement: requirement.id.as_str().into(),
                    verdict: Verdict::Skipped(why),
                    evidence: Vec::new(),
                    findings: Vec::new(),
                }),
            }
        }
        ready.extend(probes::groups(probe, able, &needs));
        if !unable.is_empty() {
            decided.push(undone(&probes::sequence_id(probe), unable));
        }
    }
    (ready, decided)
}

/// The end of a sequence that does not run.
fn undone(sequence: &str, decisions: Vec<Decision>) -> Event {
    Event::SequenceFinished {
        sequence: sequence.into(),
        decisions,
        left: BTreeMap::new(),
        unsent: Vec::new(),
        cut: None,
    }
}

/// The workflows that can run; requirements whose workflows cannot are decided.
fn workflows(
    bench: &Bench,
    recipes: &Recipes,
    requirements: &[Requirement],
    options: &PlanOptions,
    decided: &mut Vec<Event>,
) -> Vec<Task> {
    let mut ready = Vec::new();
    for requirement in requirements {
        let Some(rule) = requirement.workflow() else {
            continue;
        };
        match task(bench, recipes, requirement, rule, options) {
            Ok(task) => ready.push(task),
            Err(why) => {
                let sequence = workflow::sequence_id(&requirement.id);
                let decision = Decision {
                    requirement: requirement.id.as_str().into(),
                    verdict: Verdict::Skipped(why),
                    evidence: Vec::new(),
                    findings: Vec::new(),
                };
                decided.push(undone(&sequence, vec![decision]));
            }
        }
    }
    ready
}

/// The workflow of a requirement, or why it cannot run.
fn task(
    bench: &Bench,
    recipes: &Recipes,
    requirement: &Requirement,
    rule: &WorkflowRule,
    options: &PlanOptions,
) -> Result<Task, String> {
    if !options.probes && !bench.workflows.is_own(&rule.id) {
        return Err("probes and workflows are switched off".to_owned());
    }
    let (document, workflow) = bench
        .workflows
        .find(&rule.id)
        .ok_or_else(|| format!("there is no workflow {}", rule.id))?;
    let around = workflow::Surroundings {
        api: &bench.api,
        recipes,
        identities: &bench.identities,
    };
    if let Some(problem) = document.problems(workflow, around).first() {
        return Err(problem.to_string());
    }
    Ok(Task {
        requirement: requirement.clone(),
        inputs: document.workflows[workflow].inputs(&rule.inputs)?,
        document: Arc::clone(document),
        workflow,
    })
}

/// Why probes may not use identities although they are configured.
fn spared(bench: &Bench, options: &PlanOptions) -> BTreeMap<String, String> {
    let known = bench.identities.known.iter();
    known
        .filter(|(_, facts)| !options.loopback && !facts.expendable)
        .map(|(name, _)| {
            let why = format!("the identity {name} is not marked expendable");
            (name.clone(), why)
        })
        .collect()
}

/// Why an identity that a probe needs cannot be used.
fn unusable(bench: &Bench, spared: &BTreeMap<String, String>, name: &str) -> Option<String> {
    if !bench.identities.known.contains_key(name) {
        return Some(format!(
            "it needs the identity {name}, which is not configured"
        ));
    }
    spared.get(name).cloned()
}
