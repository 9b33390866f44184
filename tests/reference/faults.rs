//! Each fault changes the behaviour that it names, and nothing else.

use std::fmt::Write as _;

use assize::reference::{ALL, Edition, Fault};

use crate::client::Server;
use crate::portrait::portrait;

/// The editions in which a fault breaks a promise.
fn editions(fault: Fault) -> impl Iterator<Item = Edition> {
    let (since, until) = (fault.since(), fault.until());
    Edition::ALL.into_iter().filter(move |edition| {
        let date = edition.date();
        since.is_none_or(|since| since <= date) && until.is_none_or(|until| date < until)
    })
}

/// What differs from the server without the fault, one line for each place.
async fn difference(fault: Fault, edition: Edition) -> Vec<String> {
    let faultless = portrait(&Server::at(edition)).await;
    let faulty = portrait(&Server::start(edition, &[fault])).await;
    let pairs = faultless.iter().zip(&faulty);
    pairs
        .filter(|(right, wrong)| right.1 != wrong.1)
        .map(|(right, wrong)| format!("{}: {} | {}", right.0, right.1, wrong.1))
        .collect()
}

#[tokio::test]
async fn each_fault_changes_what_it_names() {
    let mut told = String::new();
    for fault in ALL {
        let last = editions(*fault).last().expect("it breaks a promise");
        let changed = difference(*fault, last).await;
        assert!(!changed.is_empty(), "{} changes nothing", fault.id());
        writeln!(told, "{}", fault.id()).expect("a text takes everything");
        for line in changed {
            writeln!(told, "    {line}").expect("a text takes everything");
        }
    }
    insta::assert_snapshot!("faults", told);
}

#[tokio::test]
async fn each_fault_shows_from_its_first_edition_on() {
    for fault in ALL {
        let first = editions(*fault).next().expect("it breaks a promise");
        let changed = difference(*fault, first).await;
        assert!(!changed.is_empty(), "{} at {}", fault.id(), first.date());
    }
}
