//! Exchanges sent and judged per second, next to a loop that only sends, on the same target.
//!
//! Both take turns, so that whatever else the machine does falls on both alike; the ratio of
//! each pair counts, and the median of the ratios. `ASSIZE_BENCH_EXCHANGES` and
//! `ASSIZE_BENCH_PAIRS` make it longer or shorter.

mod bare;
mod cost;
mod judged;
mod server;

use cost::{Cost, measure, median};
use judged::Judged;
use server::Server;

/// The allocator of `assize`, for both sides of the comparison.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As many as `assize check` has in flight by default.
const SIDE_BY_SIDE: usize = 32;

fn main() {
    if std::env::var_os(server::ROLE).is_some() {
        return server::serve();
    }
    let exchanges = number("ASSIZE_BENCH_EXCHANGES", 20_000);
    let pairs = number("ASSIZE_BENCH_PAIRS", 9);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let many = Judged::new(16, exchanges);
    let one = Judged::new(1, exchanges);
    println!(
        "{exchanges} exchanges a turn, {SIDE_BY_SIDE} side by side, {pairs} pairs; ‹µs› is processor time per exchange, here + server"
    );

    let server = Server::start();
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("nothing is needed for it");
    let id = Some(server.id());
    let bare = || {
        let exchanges = exchanges as u64;
        bare::over_sockets(&runtime, &client, &server.base, SIDE_BY_SIDE, exchanges)
    };
    for (what, judged) in [("16 sequences", &many), ("1 sequence", &one)] {
        let transport = judged::over_sockets(&server.base, SIDE_BY_SIDE);
        compare(
            &format!("socket, second process, {what}"),
            pairs,
            || measure(id, bare),
            || measure(id, || judged.run(&runtime, transport.clone())),
        );
    }
    drop(server);

    let router = server::router();
    let bare = || bare::in_process(&runtime, &router, SIDE_BY_SIDE, exchanges as u64);
    for (what, judged) in [("16 sequences", &many), ("1 sequence", &one)] {
        let transport = judged::in_process(router.clone(), SIDE_BY_SIDE);
        compare(
            &format!("in-process, {what}"),
            pairs,
            || measure(None, bare),
            || measure(None, || judged.run(&runtime, transport.clone())),
        );
    }
}

fn number(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
        .max(1)
}

/// Lets both take turns, and prints what they need; only what an argument names, if any does.
fn compare(what: &str, pairs: usize, bare: impl Fn() -> Cost, judged: impl Fn() -> Cost) {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    if !wanted.is_empty() && !wanted.iter().any(|text| what.contains(text)) {
        return;
    }
    // The first turn opens connections and compiles schemas.
    bare();
    judged();
    let turns: Vec<(Cost, Cost)> = (0..pairs).map(|_| (bare(), judged())).collect();
    let ratios: Vec<f64> = turns
        .iter()
        .map(|(bare, judged)| judged.rate() / bare.rate())
        .collect();
    let spread = |numbers: &[f64]| {
        let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let most = numbers.iter().copied().fold(0.0, f64::max);
        (least, most)
    };
    let (least, most) = spread(&ratios);
    println!("\n{what}");
    println!(
        "  ratio {:.2} ({least:.2} to {most:.2})",
        median(ratios.clone())
    );
    let row = |name: &str, costs: &[Cost]| {
        let rates: Vec<f64> = costs.iter().map(Cost::rate).collect();
        let (least, most) = spread(&rates);
        let middle = |pick: fn((f64, f64)) -> f64| {
            median(costs.iter().map(|cost| pick(cost.per_exchange())).collect())
        };
        println!(
            "  {name:6} {:7.0} /s ({least:.0} to {most:.0}), {:.1} + {:.1} µs",
            median(rates.clone()),
            middle(|both| both.0),
            middle(|both| both.1),
        );
    };
    let (bare, judged): (Vec<Cost>, Vec<Cost>) = turns.into_iter().unzip();
    row("bare", &bare);
    row("judged", &judged);
}
