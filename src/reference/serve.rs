//! The server as a router and on a socket.

use std::future::Future;
use std::io;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use super::log::{Log, logged};
use super::routes::{self, App};
use super::{Settings, demo};

/// The server as a service of its own, with the demo data.
pub fn router(settings: Settings) -> Router {
    build(settings, false)
}

fn build(settings: Settings, named: bool) -> Router {
    let seed = settings.seed;
    let world = demo::world(settings);
    routes::router(App::new(world, seed, named))
}

/// Serves on a socket until `shutdown` is done and the open requests are answered.
pub async fn serve<F>(
    listener: TcpListener,
    settings: Settings,
    log: Option<Log>,
    shutdown: F,
) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let router = build(settings, log.is_some());
    let router = match log {
        Some(log) => logged(router, log),
        None => router,
    };
    // Small answers must not wait for more to send.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await
}
