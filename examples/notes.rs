//! The notes service of `specs/notes`, to try `docs/your-contract.md` with:
//! `cargo run --example notes -- 8081 2026-01-15`.

use std::process::ExitCode;

#[path = "../tests/your_contract/notes.rs"]
mod notes;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (port, edition, fault) = match arguments.as_slice() {
        [port, edition] => (*port, *edition, false),
        [port, edition, "forgets-owner"] => (*port, *edition, true),
        _ => ("", "", false),
    };
    let archive = match edition {
        "2026-01-15" => false,
        "2026-04-01" => true,
        _ => {
            eprintln!("usage: notes PORT 2026-01-15|2026-04-01 [forgets-owner]");
            return ExitCode::from(2);
        }
    };
    let behaviour = notes::Behaviour {
        archive,
        forgets_owner: fault,
    };
    let served = async {
        let address = format!("127.0.0.1:{port}");
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, notes::router(behaviour)).await
    };
    match served.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("port {port}: {error}");
            ExitCode::FAILURE
        }
    }
}
