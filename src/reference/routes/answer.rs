//! Successful answers.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::reference::domain::{Page, Paging};

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A successful answer, written while the world is locked and sent afterwards.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Option<Vec<u8>>,
}

#[derive(Serialize)]
struct Data<T> {
    data: T,
}

#[derive(Serialize)]
struct List<T, M> {
    data: T,
    metadata: M,
}

#[derive(Serialize)]
struct MetaList<T, M> {
    data: T,
    meta: M,
}

/// The facts about a page.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct PageFacts {
    page: u64,
    page_size: u64,
    total_count: u64,
    total_pages: u64,
}

impl PageFacts {
    pub(crate) fn of<T>(paging: Paging, page: &Page<T>) -> Self {
        Self {
            page: paging.page,
            page_size: paging.size,
            total_count: page.total,
            total_pages: page.total.div_ceil(paging.size),
        }
    }
}

impl Answer {
    /// Any body, as it is.
    pub(crate) fn plain(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("views have string keys and finite numbers");
        Self {
            status,
            body: Some(body),
        }
    }

    /// 200 with `data`.
    pub(crate) fn ok(data: impl Serialize) -> Self {
        Self::plain(StatusCode::OK, &Data { data })
    }

    /// 201 with `data`.
    pub(crate) fn created(data: impl Serialize) -> Self {
        Self::plain(StatusCode::CREATED, &Data { data })
    }

    /// 202 with `data`, as only a faulty server answers.
    pub(crate) fn accepted(data: impl Serialize) -> Self {
        Self::plain(StatusCode::ACCEPTED, &Data { data })
    }

    /// 200 with a word that only a faulty server takes for JSON.
    pub(crate) fn word(word: &str) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(word.as_bytes().to_vec()),
        }
    }

    /// 204.
    pub(crate) fn nothing() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
        }
    }

    /// 200 with `data` and `metadata`.
    pub(crate) fn list(data: impl Serialize, metadata: impl Serialize) -> Self {
        Self::plain(StatusCode::OK, &List { data, metadata })
    }

    /// 200 with `data` and `meta`.
    pub(crate) fn meta_list(data: impl Serialize, meta: impl Serialize) -> Self {
        Self::plain(StatusCode::OK, &MetaList { data, meta })
    }

    /// A page whose items are seen through a view.
    pub(crate) fn page<T, V: Serialize>(
        paging: Paging,
        page: Page<T>,
        view: impl FnMut(T) -> V,
    ) -> Self {
        let facts = PageFacts::of(paging, &page);
        let items: Vec<V> = page.items.into_iter().map(view).collect();
        Self::list(items, facts)
    }

    /// The same with `meta`.
    pub(crate) fn meta_page<T, V: Serialize>(
        paging: Paging,
        page: Page<T>,
        view: impl FnMut(T) -> V,
    ) -> Self {
        let facts = PageFacts::of(paging, &page);
        let items: Vec<V> = page.items.into_iter().map(view).collect();
        Self::meta_list(items, facts)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self.body {
            None => self.status.into_response(),
            Some(body) => (self.status, [(CONTENT_TYPE, JSON)], body).into_response(),
        }
    }
}
