//! Follows recipes through a script, and takes away again what it made.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use http::HeaderName;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::recipe::{Call, OperationPlan, Recipe, Recipes};
use super::template::{fill, references, select};
use crate::api::{Api, Operation, ParameterLocation, SecuritySchemeKind};
use crate::case::{Argument, Bound, Case, CaseBody, CaseCredentials, Input, Payload, Reference};
use crate::encode;
use crate::http::{Credentials, Request, Secret};
use crate::pointer::Pointer;
use crate::procedure::{Answer, Outgoing, Purpose, Script};

/// What is known of an identity besides its secrets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IdentityFacts {
    /// Its kind, e.g. `user`.
    pub kind: String,
    /// Its organization, when it has one.
    pub organization: Option<String>,
    /// Declared limits by resource, e.g. `chats` → 3.
    pub limits: BTreeMap<String, u64>,
    /// Whether probes may exhaust its quotas and rates.
    pub expendable: bool,
}

/// The identities of a run and how keys that the server issues are sent.
#[derive(Clone, Debug, Default)]
pub struct Identities {
    /// By name.
    pub known: BTreeMap<String, IdentityFacts>,
    /// Kind → header and prefix of a key that the server issued to one of that kind.
    pub issued: BTreeMap<String, (HeaderName, Arc<str>)>,
    /// Headers that every request carries whatever its case says.
    pub always: Vec<HeaderName>,
}

/// Outputs by resource.
type Held = BTreeMap<String, Map<String, Value>>;

#[derive(Debug)]
struct Created {
    what: String,
    delete: Option<(Call, Held)>,
    kept: Option<String>,
    /// Whose it is, when the request that created it was sent with unusual credentials.
    owner: Option<Credentials>,
}

/// Makes resources, builds requests that use them, and removes what it made.
pub struct Provisioner {
    api: Arc<Api>,
    recipes: Arc<Recipes>,
    identities: Arc<Identities>,
    script: Script,
    held: Held,
    failed: BTreeMap<String, String>,
    created: Vec<Created>,
    left: BTreeMap<String, u64>,
    unique: String,
    made: u32,
}

/// The resource that always exists; its output `unique` is new for each recipe followed.
const RUN: &str = "run";

impl Provisioner {
    /// A provisioner that has made nothing yet. `{run.unique}` is a text that no other
    /// resource of this or another run has, made from the token of the run, the id of the
    /// sequence and a count.
    pub fn new(
        api: Arc<Api>,
        recipes: Arc<Recipes>,
        identities: Arc<Identities>,
        script: Script,
        token: &str,
        sequence: &str,
    ) -> Self {
        let digest = Sha256::digest(sequence.as_bytes());
        Self {
            unique: format!(
                "{token}-{:02x}{:02x}{:02x}",
                digest[0], digest[1], digest[2]
            ),
            made: 0,
            api,
            recipes,
            identities,
            script,
            held: BTreeMap::new(),
            failed: BTreeMap::new(),
            created: Vec::new(),
            left: BTreeMap::new(),
        }
    }

    /// The script, to send requests that are built elsewhere.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// The description.
    pub fn api(&self) -> Arc<Api> {
        Arc::clone(&self.api)
    }

    /// A text that no resource of another sequence or run has.
    pub fn unique(&self) -> &str {
        &self.unique
    }

    /// What is known of the identities.
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Forgets all resources that are not shared, so that the next use makes new ones. They
    /// are still removed at the end.
    pub fn spend(&mut self) {
        self.held
            .retain(|name, _| self.recipes.get(name).is_some_and(|recipe| recipe.shared));
    }

    /// Forgets one resource, so that the next use makes a new one. It is still removed at
    /// the end.
    pub fn forget(&mut self, name: &str) {
        self.held.remove(name);
        self.failed.remove(name);
    }

    /// What is known of a resource that was made.
    pub fn outputs(&self, name: &str) -> Option<&Map<String, Value>> {
        self.held.get(name)
    }

    /// Makes outputs known that no recipe makes.
    pub fn hold(&mut self, name: &str, outputs: Map<String, Value>) {
        self.held.insert(name.to_owned(), outputs);
    }

    /// Makes `{run.unique}` new.
    pub fn renew(&mut self) {
        self.made += 1;
        let unique = json!(format!("{}-{}", self.unique, self.made));
        self.hold(RUN, Map::from_iter([("unique".to_owned(), unique)]));
    }

    /// Makes the resources that do not exist yet, and those that they need.
    ///
    /// # Errors
    /// Why one of them cannot be made.
    pub async fn provide(&mut self, names: impl IntoIterator<Item = String>) -> Result<(), String> {
        for name in names {
            Box::pin(self.make(&name, 0)).await?;
        }
        Ok(())
    }

    async fn make(&mut self, name: &str, depth: u8) -> Result<(), String> {
        if name == RUN || self.held.contains_key(name) {
            return Ok(());
        }
        if let Some(why) = self.failed.get(name) {
            return Err(why.clone());
        }
        let result = Box::pin(self.follow(name, depth)).await;
        if let Err(why) = &result {
            self.failed.insert(name.to_owned(), why.clone());
        }
        result
    }

    async fn follow(&mut self, name: &str, depth: u8) -> Result<(), String> {
        if depth > 16 {
            return Err(format!("the recipes of {name} need each other in a circle"));
        }
        let recipes = Arc::clone(&self.recipes);
        let recipe: &Recipe = recipes
            .get(name)
            .ok_or_else(|| format!("no recipe makes the resource {name}"))?;
        let mut outputs = Map::new();
        for call in &recipe.steps {
            self.renew();
            for reference in call_references(call) {
                if reference.resource != name {
                    Box::pin(self.make(&reference.resource, depth + 1)).await?;
                }
            }
            let mut answer = self.call(call, None, Purpose::Setup).await?;
            for body in &call.alternatives {
                if !(400..500).contains(&answer.status()) {
                    break;
                }
                let other = Call {
                    body: Some(body.clone()),
                    ..call.clone()
                };
                answer = self.call(&other, None, Purpose::Setup).await?;
            }
            if !answer.is_success() {
                return Err(format!(
                    "resource {name} could not be made: {} answered {}",
                    call.operation,
                    describe(&answer)
                ));
            }
            for (output, path) in &call.output {
                let path = self.fill_text(path)?;
                let value = if path.is_empty() || path.starts_with('/') {
                    answer.json().and_then(|body| select(body, &path)).cloned()
                } else {
                    // Not from the answer: what the client chose itself.
                    Some(Value::String(path.clone()))
                };
                let Some(value) = value else {
                    let why = format!("the answer of {} has nothing at {path}", call.operation);
                    if !self.is_safe(call) {
                        // Something was made all the same, and nobody can name it.
                        *self.left.entry(format!("{name}: {why}")).or_default() += 1;
                    }
                    return Err(format!("resource {name} could not be made: {why}"));
                };
                outputs.insert(output.clone(), value);
            }
            self.held.insert(name.to_owned(), outputs.clone());
        }
        self.held.insert(name.to_owned(), outputs);
        let only_reads = recipe.steps.iter().all(|call| self.is_safe(call));
        if !only_reads {
            self.created.push(Created {
                what: name.to_owned(),
                delete: recipe.delete.clone().map(|call| (call, self.held.clone())),
                kept: recipe.kept.clone(),
                owner: None,
            });
        }
        Ok(())
    }

    /// Takes note that the request of an operation has removed what this made: nothing is
    /// left to do for it. Some servers deny access to what is not there.
    pub fn removed_by(&mut self, operation: &str) {
        let gone = self.created.iter().rposition(|created| {
            let name = created.delete.as_ref().map(|(call, _)| &call.operation);
            name.is_some_and(|name| name == operation) && self.held.contains_key(&created.what)
        });
        if let Some(at) = gone {
            self.created.remove(at);
        }
    }

    fn is_safe(&self, call: &Call) -> bool {
        self.api
            .find(&call.operation)
            .is_some_and(|at| self.api.operations[at].is_safe())
    }

    /// Removes what a successful request created, at once, so that the next one finds the
    /// same state; what has no operation to remove it is noted.
    pub async fn remove_created(&mut self, plan: &OperationPlan, operation: &str, answer: &Answer) {
        let earlier = std::mem::take(&mut self.created);
        let now = self.held.clone();
        self.created_by(plan, operation, answer);
        self.remove_all().await;
        self.held = now;
        self.created = earlier;
    }

    /// Notes that something was made outside of any recipe, to be removed at the end by
    /// `delete`; without one it is told as left.
    pub fn remove_later(&mut self, what: &str, delete: Option<Call>) {
        self.created.push(Created {
            what: what.to_owned(),
            delete: delete.map(|call| (call, self.held.clone())),
            kept: None,
            owner: None,
        });
    }

    /// Takes note that a request which succeeded has removed something: what would be removed
    /// by the very same request is gone.
    pub fn removed(&mut self, request: &Request) {
        let now = std::mem::take(&mut self.held);
        let mut created = std::mem::take(&mut self.created);
        created.retain(|one| {
            let Some((call, held)) = &one.delete else {
                return true;
            };
            self.held.clone_from(held);
            self.request(call, None).map_or(true, |(_, own)| {
                own.method != request.method || path_of(&own) != path_of(request)
            })
        });
        self.created = created;
        self.held = now;
    }

    /// Takes note of what a successful request created, to remove it at the end.
    pub fn created_by(&mut self, plan: &OperationPlan, operation: &str, answer: &Answer) {
        if plan.delete.is_none() && !plan.creates {
            return;
        }
        // Another 2xx may mean what was there before: that is not ours to remove.
        let certain = plan.certain || answer.status() == 201;
        let delete = plan.delete.clone().filter(|_| certain).map(|call| {
            let mut held = self.held.clone();
            let mut outputs = Map::new();
            for (output, path) in &call.output {
                let value = match path.strip_prefix("request") {
                    // What the client chose itself.
                    Some(path) => serde_json::from_slice(&answer.exchange.request.body)
                        .ok()
                        .and_then(|body: Value| select(&body, path).cloned()),
                    None => answer.json().and_then(|body| select(body, path)).cloned(),
                };
                outputs.extend(value.map(|value| (output.clone(), value)));
            }
            held.insert("created".to_owned(), outputs);
            (call, held)
        });
        self.created.push(Created {
            what: format!("what {operation} created"),
            delete,
            kept: plan.kept.clone(),
            owner: Some(answer.exchange.request.credentials.clone()),
        });
    }

    /// The output of a resource.
    ///
    /// # Errors
    /// That it does not exist.
    pub fn output(&self, reference: &Reference) -> Result<Value, String> {
        self.held
            .get(&reference.resource)
            .and_then(|outputs| outputs.get(&reference.output))
            .cloned()
            .ok_or_else(|| format!("nothing is known of {reference}"))
    }

    /// `value` with its references replaced.
    ///
    /// # Errors
    /// Which reference is not known.
    pub fn fill(&self, value: &Value) -> Result<Value, String> {
        fill(value, &|reference| self.output(reference))
    }

    fn fill_text(&self, text: &str) -> Result<String, String> {
        match self.fill(&Value::String(text.to_owned()))? {
            Value::String(text) => Ok(text),
            other => Ok(other.to_string()),
        }
    }

    /// The credentials that an identity means: a name, or `kind {resource.output}`.
    ///
    /// # Errors
    /// That there is no such identity or kind.
    pub fn credentials(&self, identity: Option<&str>) -> Result<Credentials, String> {
        let Some(identity) = identity else {
            return Ok(Credentials::None);
        };
        let Some((kind, template)) = identity.split_once(' ') else {
            return if self.identities.known.contains_key(identity) {
                Ok(Credentials::Identity(identity.into()))
            } else {
                Err(format!("the identity {identity} is not configured"))
            };
        };
        let (header, prefix) = self
            .identities
            .issued
            .get(kind)
            .ok_or_else(|| format!("no security scheme sends a key of the kind {kind}"))?;
        let secret = self.fill_text(template)?;
        let resource = references(&Value::String(template.to_owned()))
            .first()
            .map_or_else(String::new, |reference| reference.resource.clone());
        Ok(Credentials::Issued {
            label: format!("{kind} {resource}").into(),
            header: header.clone(),
            prefix: Arc::clone(prefix),
            secret: Secret::new(secret),
        })
    }

    /// Builds the request of a call. `identity` is used when the call names none.
    ///
    /// # Errors
    /// Why it cannot be built.
    pub fn request(&self, call: &Call, identity: Option<&str>) -> Result<(usize, Request), String> {
        let index = self
            .api
            .find(&call.operation)
            .ok_or_else(|| format!("the description has no operation {}", call.operation))?;
        let operation = &self.api.operations[index];
        let mut input = Input::default();
        for (name, value) in &call.arguments {
            let parameter = operation
                .parameters
                .iter()
                .find(|parameter| parameter.name == *name)
                .ok_or_else(|| format!("{} has no parameter {name}", call.operation))?;
            input.arguments.push(Argument {
                location: parameter.location,
                name: name.clone(),
                value: self.fill(value)?,
                reference: None,
            });
        }
        if let Some(body) = &call.body {
            let media_type = operation
                .body
                .as_ref()
                .and_then(|body| body.contents.first())
                .map_or("application/json", |media| media.name.as_str());
            input.body = Some(CaseBody {
                media_type: media_type.to_owned(),
                payload: Payload::Value(self.fill(body)?),
                references: Vec::new(),
            });
        }
        let credentials = self.credentials(call.identity.as_deref().or(identity))?;
        let request = encode::request(&self.api, operation, &input, credentials)
            .map_err(|error| format!("{}: {error}", call.operation))?;
        Ok((index, request))
    }

    /// Makes what a call needs, and sends it.
    ///
    /// # Errors
    /// Why it could not be sent.
    pub async fn call(
        &mut self,
        call: &Call,
        identity: Option<&str>,
        purpose: Purpose,
    ) -> Result<Answer, String> {
        let (operation, request) = self.request(call, identity)?;
        let outgoing = Outgoing {
            request,
            operation: Some(operation),
            purpose,
        };
        Ok(self.script.send(outgoing).await)
    }

    /// Sends a call that cleans up with these credentials.
    async fn call_as(&self, call: &Call, credentials: Credentials) -> Result<Answer, String> {
        let (operation, mut request) = self.request(call, None)?;
        request.credentials = credentials;
        let outgoing = Outgoing {
            request,
            operation: Some(operation),
            purpose: Purpose::Cleanup,
        };
        Ok(self.script.send(outgoing).await)
    }

    /// Makes what a call refers to, then sends it.
    ///
    /// # Errors
    /// Why it could not be made or sent.
    pub async fn provide_and_call(
        &mut self,
        call: &Call,
        identity: Option<&str>,
        purpose: Purpose,
    ) -> Result<Answer, String> {
        self.provide_call(call, identity).await?;
        self.call(call, identity, purpose).await
    }

    /// Makes what a call refers to.
    ///
    /// # Errors
    /// Why it could not be made.
    pub async fn provide_call(
        &mut self,
        call: &Call,
        identity: Option<&str>,
    ) -> Result<(), String> {
        let mut names: Vec<String> = call_references(call)
            .into_iter()
            .map(|reference| reference.resource)
            .collect();
        if let Some(identity) = call.identity.as_deref().or(identity) {
            names.extend(identity_resources(identity));
        }
        self.provide(names).await
    }

    /// Makes what a case needs.
    ///
    /// # Errors
    /// Why one of the resources cannot be made.
    pub async fn provide_for(&mut self, case: &Case, plan: &OperationPlan) -> Result<(), String> {
        let mut names = plan.needs.clone();
        names.extend(
            plan.identity
                .as_deref()
                .into_iter()
                .flat_map(identity_resources),
        );
        for argument in &case.input.arguments {
            names.extend(
                argument
                    .reference
                    .iter()
                    .map(|reference| reference.resource.clone()),
            );
        }
        if let Some(body) = &case.input.body {
            names.extend(body.references.iter().map(|(_, one)| one.resource.clone()));
        }
        self.provide(names).await
    }

    /// Builds the request of a case from what exists.
    ///
    /// # Errors
    /// Why it cannot be built.
    pub fn build(&self, case: &Case, plan: &OperationPlan) -> Result<Request, String> {
        let operation = &self.api.operations[case.operation];
        let input = self.filled(&case.input)?;
        let regular = self.credentials(plan.identity.as_deref())?;
        let credentials = match case.input.credentials {
            CaseCredentials::Regular => regular,
            other => {
                if let Some(header) = self.header_that_may_prove(operation) {
                    return Err(format!(
                        "the header {header} is part of every request and may count as credentials; configure an identity instead"
                    ));
                }
                match (other, regular) {
                    (CaseCredentials::Missing, _) => Credentials::None,
                    (_, Credentials::None) => {
                        return Err("no identity has credentials that could be spoiled".to_owned());
                    }
                    (_, regular) => spoiled(regular),
                }
            }
        };
        encode::request(&self.api, operation, &input, credentials)
            .map_err(|error| error.to_string())
    }

    /// The input with its references replaced; most have none and are not copied.
    fn filled<'i>(&self, input: &'i Input) -> Result<Cow<'i, Input>, String> {
        let mut input = Cow::Borrowed(input);
        for index in 0..input.arguments.len() {
            if let Some(reference) = &input.arguments[index].reference {
                let value = self.output(reference)?;
                input.to_mut().arguments[index].value = value;
            }
        }
        let refers = |body: &CaseBody| !body.references.is_empty();
        if input.body.as_ref().is_some_and(refers)
            && let Some(body) = &mut input.to_mut().body
            && let Payload::Value(value) = &mut body.payload
        {
            for (pointer, reference) in &body.references {
                pointer.set(value, self.output(reference)?);
            }
        }
        Ok(input)
    }

    /// A header that every request carries and that a security scheme of the operation uses.
    fn header_that_may_prove(&self, operation: &Operation) -> Option<&HeaderName> {
        let schemes = operation.security.iter().flat_map(|one| one.schemes.keys());
        schemes
            .filter_map(|name| self.api.security_schemes.get(name))
            .find_map(|scheme| {
                let wanted = match &scheme.kind {
                    SecuritySchemeKind::Basic
                    | SecuritySchemeKind::Bearer
                    | SecuritySchemeKind::Other(_) => "authorization",
                    SecuritySchemeKind::ApiKey {
                        location: ParameterLocation::Header,
                        name,
                    } => name,
                    SecuritySchemeKind::ApiKey {
                        location: ParameterLocation::Cookie,
                        ..
                    } => "cookie",
                    SecuritySchemeKind::ApiKey { .. } => return None,
                };
                self.identities
                    .always
                    .iter()
                    .find(|header| header.as_str().eq_ignore_ascii_case(wanted))
            })
    }

    /// Removes what was made, the newest first. Tells what is left, with the reason.
    pub async fn clean_up(&mut self) -> BTreeMap<String, u64> {
        self.remove_all().await;
        std::mem::take(&mut self.left)
    }

    async fn remove_all(&mut self) {
        for created in std::mem::take(&mut self.created).into_iter().rev() {
            let why = match (&created.delete, &created.kept) {
                (Some((call, held)), _) => {
                    self.held.clone_from(held);
                    let mut answer = self.call(call, None, Purpose::Cleanup).await;
                    if let (Some(owner), true) = (
                        &created.owner,
                        answer.as_ref().is_ok_and(|one| match one.status() {
                            401 | 403 => true,
                            // To others, it may look as if it were not there.
                            404 => created.owner.as_ref() != Some(&one.request.credentials),
                            _ => false,
                        }),
                    ) {
                        answer = self.call_as(call, owner.clone()).await;
                    }
                    match answer {
                        // Gone already is as good as removed.
                        Ok(answer)
                            if answer.is_success() || matches!(answer.status(), 404 | 410) =>
                        {
                            continue;
                        }
                        Ok(answer) => format!("{} answered {}", call.operation, describe(&answer)),
                        Err(why) => why,
                    }
                }
                (None, Some(_)) => continue,
                (None, None) => "no operation is known to remove it".to_owned(),
            };
            *self
                .left
                .entry(format!("{}: {why}", created.what))
                .or_default() += 1;
        }
    }
}

/// The references in the arguments, the body and the identity of a call.
fn call_references(call: &Call) -> Vec<Reference> {
    let mut found: Vec<Reference> = call.arguments.values().flat_map(references).collect();
    found.extend(call.body.iter().flat_map(references));
    found.extend(
        call.identity
            .iter()
            .flat_map(|one| references(&Value::String(one.clone()))),
    );
    found.extend(
        call.output
            .values()
            .flat_map(|one| references(&Value::String(one.clone()))),
    );
    found
}

fn path_of(request: &Request) -> &str {
    request.target.split('?').next().unwrap_or_default()
}

fn identity_resources(identity: &str) -> Vec<String> {
    references(&Value::String(identity.to_owned()))
        .into_iter()
        .map(|one| one.resource)
        .collect()
}

fn spoiled(credentials: Credentials) -> Credentials {
    match credentials {
        Credentials::Identity(name) => Credentials::Invalid(name),
        Credentials::Issued {
            label,
            header,
            prefix,
            secret,
        } => Credentials::Issued {
            label: format!("{label} with a wrong secret").into(),
            header,
            prefix,
            secret: Secret::new(format!("{}x", secret.expose())),
        },
        other => other,
    }
}

fn describe(answer: &Answer) -> String {
    match &answer.outcome {
        Ok(response) => {
            let text = String::from_utf8_lossy(&response.body);
            let excerpt: String = text.chars().take(160).collect();
            format!("{} {excerpt}", response.status.as_u16())
        }
        Err(error) => format!("nothing: {error}"),
    }
}

impl Bound {
    /// The resources that it names.
    pub fn resources(&self) -> Vec<String> {
        match self {
            Self::Reference(reference) => vec![reference.resource.clone()],
            Self::Value(value) => references(value)
                .into_iter()
                .map(|one| one.resource)
                .collect(),
        }
    }
}

impl Provisioner {
    /// Where references stand in `value`: strings that are nothing but one.
    pub fn whole_references(value: &Value) -> Vec<(Pointer, Reference)> {
        fn walk(value: &Value, at: &Pointer, found: &mut Vec<(Pointer, Reference)>) {
            match value {
                Value::String(text) if text.starts_with('{') && text.ends_with('}') => {
                    if let [reference] = references(value).as_slice() {
                        found.push((at.clone(), reference.clone()));
                    }
                }
                Value::Array(elements) => {
                    for (index, element) in elements.iter().enumerate() {
                        walk(element, &at.index(index), found);
                    }
                }
                Value::Object(members) => {
                    for (name, member) in members {
                        walk(member, &at.child(name), found);
                    }
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        walk(value, &Pointer::root(), &mut found);
        found
    }
}
