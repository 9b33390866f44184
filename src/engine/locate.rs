//! From a place in a document to a line and column, each found once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::Api;
use crate::document::Place;
use crate::pointer::Location;
use crate::spec;

/// Finds locations. Scanning a large source again costs time, so that each place is looked
/// up once.
pub struct Locator {
    api: Arc<Api>,
    known: Mutex<HashMap<Place, Location>>,
}

impl Locator {
    /// A locator for the sources of `api`.
    pub fn new(api: Arc<Api>) -> Self {
        Self {
            api,
            known: Mutex::default(),
        }
    }

    /// Where the place is.
    pub fn locate(&self, place: &Place) -> Option<Location> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(location) = known.get(place) {
            return Some(location.clone());
        }
        let (source, pointer) = self.api.document.written(place)?;
        let location = spec::locate(source, &pointer);
        known.insert(place.clone(), location.clone());
        Some(location)
    }
}
