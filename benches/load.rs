//! How long it takes to load a large description and to plan its cases.

mod large;

use std::collections::BTreeMap;
use std::sync::Arc;

use assize::api::Api;
use assize::contract::ContractFile;
use assize::engine::{self, Bench, PlanOptions};
use assize::provision::Identities;
use assize::schema::Schemas;
use assize::spec::{self, NoFetch};
use divan::Bencher;

/// The allocator of `assize`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn api() -> Arc<Api> {
    Arc::new(spec::load(&large::description(), &NoFetch).expect("the description loads"))
}

fn bench(api: Arc<Api>) -> Bench {
    Bench {
        schemas: Arc::new(Schemas::new(&api)),
        api,
        contract: ContractFile::default(),
        requirements: Vec::new(),
        workflows: assize::workflow::Library::default(),
        identities: Arc::new(Identities::default()),
        credentials: BTreeMap::new(),
    }
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn load(bencher: Bencher<'_, '_>) {
    let input = large::description();
    bencher.bench(|| spec::load(&input, &NoFetch));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn schemas(bencher: Bencher<'_, '_>) {
    let api = api();
    bencher.bench(|| Schemas::new(&api));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn plan(bencher: Bencher<'_, '_>) {
    let api = api();
    let options = PlanOptions {
        seed: 0,
        random: 0,
        only: Vec::new(),
        budget: 200,
        loopback: true,
        probes: true,
    };
    // Schemas are compiled when first needed, which is a part of planning.
    bencher
        .with_inputs(|| bench(Arc::clone(&api)))
        .bench_values(|bench| engine::plan(&bench, &options));
}
