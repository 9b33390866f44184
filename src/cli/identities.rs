//! Who sends: identities from the configuration or the embedded server, and how their
//! credentials are applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderName;

use super::CliError;
use super::config::Config;
use crate::api::{Api, ParameterLocation, SecuritySchemeKind};
use crate::contract::ContractFile;
use crate::http::Secret;
use crate::provision::{Identities, IdentityFacts};
use crate::reference;
use crate::transport::Applied;

/// The identities of a run.
#[derive(Default)]
pub(super) struct Cast {
    /// What is known of them.
    pub(super) identities: Identities,
    /// How their credentials are applied.
    pub(super) applied: BTreeMap<String, Vec<Applied>>,
    /// For each security scheme, who has credentials for it.
    pub(super) holders: BTreeMap<String, Vec<String>>,
    /// All secrets, to keep them out of the output.
    pub(super) secrets: Vec<Secret>,
}

/// The identities of the embedded server, as the contract casts them.
pub(super) fn demo(contract: &ContractFile, api: &Api) -> Result<Cast, CliError> {
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
        add(
            &mut cast,
            api,
            name,
            facts,
            &BTreeMap::from([(scheme, Secret::new(demo.key))]),
        )?;
    }
    finish(&mut cast, contract, api);
    Ok(cast)
}

/// The identities of the configuration.
pub(super) fn configured(
    config: &Config,
    contract: &ContractFile,
    api: &Api,
) -> Result<Cast, CliError> {
    let mut cast = Cast::default();
    for (name, identity) in &config.identities {
        let need = contract.identities.get(name);
        let mut credentials = BTreeMap::new();
        for (scheme, reference) in &identity.credentials {
            if !api.security_schemes.contains_key(scheme) {
                let known: Vec<&str> = api.security_schemes.keys().map(String::as_str).collect();
                return Err(CliError::Input(format!(
                    "identities.{name}.credentials.{scheme}: the description has no such security scheme; it has: {}",
                    if known.is_empty() {
                        "none".to_owned()
                    } else {
                        known.join(", ")
                    }
                )));
            }
            let what = format!("identities.{name}.credentials.{scheme}");
            credentials.insert(scheme.clone(), reference.read(&what)?);
        }
        let facts = IdentityFacts {
            kind: identity
                .kind
                .clone()
                .or(need.map(|need| need.kind.clone()))
                .unwrap_or_default(),
            organization: identity
                .organization
                .clone()
                .or(need.map(|need| need.organization.clone())),
            limits: identity.limits.clone(),
            expendable: identity.expendable,
        };
        add(&mut cast, api, name, facts, &credentials)?;
    }
    finish(&mut cast, contract, api);
    Ok(cast)
}

fn add(
    cast: &mut Cast,
    api: &Api,
    name: &str,
    facts: IdentityFacts,
    credentials: &BTreeMap<String, Secret>,
) -> Result<(), CliError> {
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
                    CliError::Input(format!(
                        "the security scheme {scheme} names no header: {name:?}"
                    ))
                })?,
                value: secret.clone(),
            },
            SecuritySchemeKind::Basic => {
                let value = format!("Basic {}", BASE64.encode(secret.expose()));
                cast.secrets.push(Secret::new(value.as_str()));
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
                return Err(CliError::Input(format!(
                    "the security scheme {scheme} ({what}) cannot be sent by assize"
                )));
            }
        });
        cast.secrets.push(secret.clone());
        cast.holders
            .entry(scheme.clone())
            .or_default()
            .push(name.to_owned());
    }
    cast.applied.insert(name.to_owned(), applied);
    cast.identities.known.insert(name.to_owned(), facts);
    Ok(())
}

/// How keys that the server issues to a kind are sent: by the first scheme of the kind.
fn finish(cast: &mut Cast, contract: &ContractFile, api: &Api) {
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
            cast.identities.issued.insert(kind.clone(), issued);
        }
    }
}
