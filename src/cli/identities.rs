//! The identities of the configuration.

use std::collections::BTreeMap;

use super::CliError;
use super::config::Config;
use crate::api::Api;
use crate::contract::ContractFile;
use crate::engine::Cast;
use crate::provision::IdentityFacts;

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
        cast.add(api, name, facts, &credentials)
            .map_err(|error| CliError::Input(error.to_string()))?;
    }
    cast.finish(contract, api);
    Ok(cast)
}
