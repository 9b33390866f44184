//! The target: the smallest server that is one, in this process or in a second one.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::net::TcpListener;

/// With this in the environment, the program is the server.
pub(crate) const ROLE: &str = "ASSIZE_BENCH_SERVER";

/// What it answers.
const ANSWER: &str = r#"{"id":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","name":"a thing","price":12.5,"open":true,"labels":["small","blue"],"at":"2026-03-03T10:00:00Z"}"#;

/// The same small object for every id.
pub(crate) fn router() -> Router {
    let answer = || async { ([(CONTENT_TYPE, "application/json")], ANSWER) };
    Router::new().route("/things/{id}", get(answer))
}

/// Serves until standard input ends, that is, until the parent is gone.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        println!("{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router()).await });
        let parent = tokio::task::spawn_blocking(|| {
            let mut rest = Vec::new();
            std::io::stdin().lock().read_to_end(&mut rest)
        });
        let _ = parent.await;
    });
    // Connections that are still open do not matter any more.
    std::process::exit(0);
}

/// A server in a second process.
pub(crate) struct Server {
    process: Child,
    /// Where it listens.
    pub(crate) base: String,
}

impl Server {
    /// Starts this program again, as the server.
    pub(crate) fn start() -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let mut process = Command::new(program)
            .env(ROLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started");
        let mut address = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out)
            .read_line(&mut address)
            .expect("the server tells its address");
        Self {
            process,
            base: format!("http://{}", address.trim()),
        }
    }

    /// Its id, to see what it costs.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
