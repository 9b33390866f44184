//! Links: where parts of an answer are used next.

use super::Builder;
use super::routes::Routes;
use super::view::Node;
use crate::api::Link;
use crate::near::near;

impl<'d> Builder<'d> {
    /// The links of a response whose target is an operation of this description.
    pub(super) fn links(
        &mut self,
        response: &Node<'d>,
        label: &str,
        routes: &Routes<'d>,
    ) -> Vec<Link> {
        let lost = format!("links of {label}");
        let Some((place, links)) = self.part(response, "links", &lost) else {
            return Vec::new();
        };
        links
            .keys()
            .filter(|name| !name.starts_with("x-"))
            .filter_map(|name| {
                let lost = format!("link `{name}` of {label}");
                let node = self.follow(&place.child(name), "a link", &lost)?;
                let operation = self.target(&node, routes, &lost)?;
                let parameters = self
                    .member(&node.0, "parameters")
                    .map(|(_, parameters)| parameters)
                    .into_iter()
                    .flatten()
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect();
                Some(Link {
                    name: name.clone(),
                    operation,
                    parameters,
                    place: node.0,
                })
            })
            .collect()
    }

    /// The id of the operation that a link leads to.
    fn target(&mut self, link: &Node<'d>, routes: &Routes<'d>, lost: &str) -> Option<String> {
        if let Some(id) = self.text(link, "operationId") {
            let found = routes.by_operation_id(id).map(ToOwned::to_owned);
            if found.is_none() {
                let similar = near(id, routes.operation_ids());
                let draft = self.flaws.add(
                    &link.0.child("operationId"),
                    format!("there is no operation with the operationId `{id}`"),
                );
                draft.lost(lost);
                if let Some(similar) = similar.first() {
                    draft.help(format!("did you mean `{similar}`?"));
                }
            }
            return found;
        }
        if let Some(reference) = self.text(link, "operationRef") {
            let found = self
                .document
                .resolve(link.0.source, reference)
                .and_then(|place| routes.by_place(&place))
                .map(ToOwned::to_owned);
            if found.is_none() {
                self.flaws
                    .add(
                        &link.0.child("operationRef"),
                        format!("`{reference}` is no operation of this description"),
                    )
                    .help("write `#/paths/~1path/method`, each `/` of the path as `~1`")
                    .lost(lost);
            }
            return found;
        }
        self.flaws
            .add(&link.0, "a link needs `operationId` or `operationRef`")
            .lost(lost);
        None
    }
}
