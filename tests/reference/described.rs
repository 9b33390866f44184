//! The description of an edition, which every answer of the server has to fit.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use assize::api::{Api, Direction, Operation};
use assize::reference::Edition;
use assize::schema::Schemas;
use assize::spec::{self, Input, NoFetch};

use crate::client::Reply;

/// What an edition promises.
pub(crate) struct Description {
    api: Api,
    schemas: Schemas,
}

/// The description of an edition, read once; there is one of the last edition alone.
pub(crate) fn api_of(edition: Edition) -> Option<&'static Description> {
    static LAST: OnceLock<Description> = OnceLock::new();
    (edition == Edition::default()).then(|| {
        LAST.get_or_init(|| {
            let path = Path::new("specs/thenvoi/openapi.yaml").to_owned();
            let api = spec::load(&Input::Path(path), &NoFetch).expect("it is a description");
            let schemas = Schemas::new(&api);
            Description { api, schemas }
        })
    })
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
