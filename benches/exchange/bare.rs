//! What judged exchanges are compared with: loops that only send and read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use reqwest::Client;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

const PATH: &str = "/things/3f2504e0-4f89-41d3-9a0c-0305e82c3301";

/// `side_by_side` loops of `reqwest`, until there were so many exchanges.
pub(crate) fn over_sockets(
    runtime: &Runtime,
    client: &Client,
    base: &str,
    side_by_side: usize,
    exchanges: u64,
) -> u64 {
    let url: Arc<str> = format!("{base}{PATH}").into();
    loops(runtime, side_by_side, exchanges, || {
        let (client, url) = (client.clone(), Arc::clone(&url));
        move || {
            let sending = client.get(&*url).send();
            async move {
                let response = sending.await.expect("the server answers");
                assert_eq!(response.status(), 200);
                response.bytes().await.expect("the answer is whole").len()
            }
        }
    })
}

/// The same with a router that is called directly.
pub(crate) fn in_process(
    runtime: &Runtime,
    router: &Router,
    side_by_side: usize,
    exchanges: u64,
) -> u64 {
    loops(runtime, side_by_side, exchanges, || {
        let router = router.clone();
        move || {
            let router = router.clone();
            async move {
                let mut request = http::Request::new(Body::empty());
                *request.uri_mut() = PATH.parse().expect("a path is a URI");
                let Ok(response) = router.oneshot(request).await;
                assert_eq!(response.status(), 200);
                let body = to_bytes(response.into_body(), 1 << 20).await;
                body.expect("the answer is whole").len()
            }
        }
    })
}

fn loops<W, F>(runtime: &Runtime, side_by_side: usize, exchanges: u64, make: impl Fn() -> W) -> u64
where
    W: Fn() -> F + Send + 'static,
    F: Future<Output = usize> + Send,
{
    let left = Arc::new(AtomicU64::new(exchanges));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..side_by_side)
            .map(|_| {
                let (left, once) = (Arc::clone(&left), make());
                tokio::spawn(async move {
                    let take = || {
                        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                            left.checked_sub(1)
                        })
                    };
                    while take().is_ok() {
                        assert_ne!(once().await, 0);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("the loop does not panic");
        }
    });
    exchanges
}
