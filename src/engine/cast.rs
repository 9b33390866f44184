//! Who sends: the identities of a run, and how their credentials are applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderName;

use crate::api::{Api, ParameterLocation, SecuritySchemeKind};
use crate::contract::ContractFile;
use crate::http::Secret;
use crate::provision::{Identities, IdentityFacts};
use crate::reference;
use crate::transport::Applied;

/// The identities of a run.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    /// What is known of them.
    pub identities: Identities,
    /// How their credentials are applied.
    pub applied: BTreeMap<String, Vec<Applied>>,
    /// For each security scheme, who has credentials for it.
    pub holders: BTreeMap<String, Vec<String>>,
    /// All secrets, to keep them out of the output.
    pub secrets: Vec<Secret>,
}

/// Why credentials cannot be sent. An error of the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CastError {
    /// The name of an API key is no name of a header.
    #[error("the security scheme {scheme} names no header: {name:?}")]
    NoHeader {
        /// The scheme.
        scheme: String,
        /// What it names.
        name: String,
    },
    /// A scheme of another kind.
    #[error("the security scheme {scheme} ({kind}) cannot be sent by assize")]
    Unsendable {
        /// The scheme.
        scheme: String,
        /// Its kind, as the description has it.
        kind: String,
    },
}

/// The identities of the embedded server, as the contract casts them.
///
/// # Errors
/// When the description names a scheme that cannot be sent.
pub fn demo(contract: &ContractFile, api: &Api) -> Result<Cast, CastError> {
    let mut cast = Cast::default();
    for (name, need) in &contract.identities {
        let Some(demo) = need.demo.as_deref().and_then(|demo| {
            reference::identities()
                .iter()
                .find(|identity| identity.name == demo)
        }) else {
            continue;
        };
        // The key alone: both at once would be two ways to say the same.
        let scheme = contract
            .kinds
            .get(&need.kind)
            .and_then(|kind| kind.schemes.first())
            .cloned()
            .unwrap_or_default();
        let facts = IdentityFacts {
            kind: need.kind.clone(),
            organization: Some(need.organization.clone()),
            limits: need.limits.clone(),
            expendable: true,
        };
        cast.add(
            api,
            name,
            facts,
            &BTreeMap::from([(scheme, Secret::new(demo.key))]),
        )?;
    }
    cast.finish(contract, api);
    Ok(cast)
}

impl Cast {
    /// Adds an identity with its secrets by security scheme.
    ///
    /// # Errors
    /// When one of the schemes cannot be sent.
    pub fn add(
        &mut self,
        api: &Api,
        name: &str,
        facts: IdentityFacts,
        credentials: &BTreeMap<String, Secret>,
    ) -> Result<(), CastError> {
        let mut applied = Vec::new();
        for (scheme, secret) in credentials {
            let Some(found) = api.security_schemes.get(scheme) else {
                continue;
            };
            applied.push(match &found.kind {
                SecuritySchemeKind::ApiKey {
                    location: ParameterLocation::Query,
                    name,
                } => Applied::Query {
                    name: name.clone(),
                    value: secret.clone(),
                },
                SecuritySchemeKind::ApiKey {
                    location: ParameterLocation::Cookie,
                    name,
                } => Applied::Cookie {
                    name: name.clone(),
                    value: secret.clone(),
                },
                SecuritySchemeKind::ApiKey { name, .. } => Applied::Header {
                    name: HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
                        CastError::NoHeader {
                            scheme: scheme.clone(),
                            name: name.clone(),
                        }
                    })?,
                    value: secret.clone(),
                },
                SecuritySchemeKind::Basic => {
                    let value = format!("Basic {}", BASE64.encode(secret.expose()));
                    self.secrets.push(Secret::new(value.as_str()));
                    Applied::Header {
                        name: http::header::AUTHORIZATION,
                        value: Secret::new(value),
                    }
                }
                SecuritySchemeKind::Bearer => Applied::Header {
                    name: http::header::AUTHORIZATION,
                    value: Secret::new(format!("Bearer {}", secret.expose())),
                },
                SecuritySchemeKind::Other(what) => {
                    return Err(CastError::Unsendable {
                        scheme: scheme.clone(),
                        kind: what.clone(),
                    });
                }
            });
            self.secrets.push(secret.clone());
            self.holders
                .entry(scheme.clone())
                .or_default()
                .push(name.to_owned());
        }
        self.applied.insert(name.to_owned(), applied);
        self.identities.known.insert(name.to_owned(), facts);
        Ok(())
    }

    /// How keys that the server issues to a kind are sent: by the first scheme of the kind.
    pub fn finish(&mut self, contract: &ContractFile, api: &Api) {
        for (kind, declared) in &contract.kinds {
            let scheme = declared
                .schemes
                .first()
                .and_then(|name| api.security_schemes.get(name));
            let issued: Option<(HeaderName, Arc<str>)> = match scheme.map(|scheme| &scheme.kind) {
                Some(SecuritySchemeKind::ApiKey {
                    location: ParameterLocation::Header,
                    name,
                }) => HeaderName::from_bytes(name.as_bytes())
                    .ok()
                    .map(|name| (name, "".into())),
                Some(SecuritySchemeKind::Bearer) => {
                    Some((http::header::AUTHORIZATION, "Bearer ".into()))
                }
                _ => None,
            };
            if let Some(issued) = issued {
                self.identities.issued.insert(kind.clone(), issued);
            }
        }
    }
}
