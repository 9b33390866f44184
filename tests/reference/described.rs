//! The description of an edition, which every answer of the server has to fit.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use assize::api::{Api, Direction, Operation};
use assize::contract;
use assize::engine::{Wanted, description_of, load};
use assize::reference::Edition;
use assize::schema::Schemas;
use assize::spec::{self, NoFetch};

use crate::client::Reply;

/// What an edition promises.
pub(crate) struct Description {
    api: Api,
    schemas: Schemas,
}

/// The description of an edition, read once.
pub(crate) fn api_of(edition: Edition) -> &'static Description {
    static ALL: [OnceLock<Description>; Edition::ALL.len()] =
        [const { OnceLock::new() }; Edition::ALL.len()];
    ALL[edition as usize].get_or_init(|| read(edition))
}

fn read(edition: Edition) -> Description {
    let yaml =
        |name: &str, text: &str| spec::parse_yaml(name, text).map_err(|error| error.to_string());
    let mut contract = contract::read(Path::new("specs/thenvoi"), &yaml).expect("it is a contract");
    // What is required beyond the description is judged elsewhere.
    contract.requirements.clear();
    let input = description_of(&contract);
    let date = edition.date().to_string();
    let wanted = Wanted {
        name: "thenvoi",
        input: &input,
        edition: Some(&date),
        overlays: &[],
    };
    let api = load(contract, wanted, &NoFetch)
        .expect("it has this edition")
        .api;
    let schemas = Schemas::new(&api);
    Description { api, schemas }
}

impl Description {
    /// The ids of all operations.
    pub(crate) fn operations(&self) -> BTreeSet<&str> {
        let operations = self.api.operations.iter();
        operations.map(|one| one.id.as_str()).collect()
    }

    /// The operation that a request is meant for.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let fits = |one: &&Operation| one.method.as_str() == method && covers(&one.path, path);
        let operations = self.api.operations.iter().filter(fits);
        operations.min_by_key(|one| one.path.matches('{').count())
    }

    /// Asserts that an answer has a documented status and the body of that status.
    #[track_caller]
    pub(crate) fn fits(&self, operation: &Operation, reply: &Reply) {
        let id = &operation.id;
        let Some(promise) = operation.response_for(reply.status) else {
            panic!("{id} does not document {}", reply.status);
        };
        let schemas = promise.contents.iter().filter_map(|media| media.schema);
        for schema in schemas {
            let errors = self
                .schemas
                .errors(schema, Direction::Response, &reply.body, 5)
                .expect("the schemas of the description can be used");
            assert!(
                errors.is_empty(),
                "{id} {}: {errors:#?} in {}",
                reply.status,
                reply.body
            );
        }
    }
}

fn covers(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(sent)) if part == sent || part.starts_with('{') => {}
            _ => return false,
        }
    }
}
