//! Reading of requests: bodies against declared shapes, query parameters, credentials.
//!
//! The server has its own small validation, so that it does not depend on the code
//! that judges it.

mod body;
mod cast;
mod credentials;
mod document;
mod handle;
mod pointer;
mod query;
mod shape;
mod time;

pub(crate) use body::{discard, read};
pub(crate) use cast::cast;
pub(crate) use credentials::credentials;
pub(crate) use document::Document;
pub(crate) use query::{PAGE, PAGE_SIZE, Param, Query, Values, page_size};
pub(crate) use shape::{BLANK, Complaints, Field, Shape, Text, check, parse_id, unknown};
