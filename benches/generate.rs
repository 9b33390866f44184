//! How many cases are generated per second, the schemas being compiled already.

mod large;

use assize::api::Api;
use assize::engine::{self, Wanted};
use assize::generate::{self, Options};
use assize::schema::Schemas;
use assize::spec::{self, NoFetch};
use divan::Bencher;
use divan::counter::ItemsCount;

/// Operations of the large description that are generated for: the others are like them.
const OPERATIONS: usize = 200;

/// The allocator of `assize`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn all(api: &Api, schemas: &Schemas, operations: usize) -> usize {
    let options = Options {
        random_per_operation: 20,
        ..Options::default()
    };
    (0..operations)
        .map(|index| {
            generate::cases(api, schemas, index, &[], &options)
                .cases
                .len()
        })
        .sum()
}

fn measure(bencher: Bencher<'_, '_>, api: &Api) {
    let schemas = Schemas::new(api);
    let operations = api.operations.len().min(OPERATIONS);
    let cases = all(api, &schemas, operations);
    bencher
        .counter(ItemsCount::new(cases))
        .bench(|| all(api, &schemas, operations));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn thenvoi(bencher: Bencher<'_, '_>) {
    let yaml =
        |name: &str, text: &str| spec::parse_yaml(name, text).map_err(|error| error.to_string());
    let contract = assize::contract::embedded("thenvoi", &yaml)
        .expect("it is compiled in")
        .expect("it is sound");
    let input = engine::description_of(&contract);
    let latest = Wanted {
        name: "thenvoi",
        input: &input,
        edition: None,
        overlays: &[],
    };
    let loaded = engine::load(contract, latest, &NoFetch).expect("it loads");
    measure(bencher, &loaded.api);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn large(bencher: Bencher<'_, '_>) {
    let api = spec::load(&large::description(), &NoFetch).expect("the description loads");
    measure(bencher, &api);
}
