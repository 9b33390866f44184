//! How many cases are generated per second, the schemas being compiled already.

mod large;

use assize::api::Api;
use assize::generate::{self, Options};
use assize::schema::Schemas;
use assize::spec::{self, Input, NoFetch};
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

fn measure(bencher: Bencher<'_, '_>, input: &Input) {
    let api = spec::load(input, &NoFetch).expect("the description loads");
    let schemas = Schemas::new(&api);
    let operations = api.operations.len().min(OPERATIONS);
    let cases = all(&api, &schemas, operations);
    bencher
        .counter(ItemsCount::new(cases))
        .bench(|| all(&api, &schemas, operations));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn thenvoi(bencher: Bencher<'_, '_>) {
    let embedded = assize::contract::EMBEDDED
        .iter()
        .find(|one| one.name == "thenvoi")
        .expect("it is compiled in");
    let input = Input::Embedded {
        name: embedded.description_name.to_owned(),
        text: embedded.description.to_owned(),
    };
    measure(bencher, &input);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn large(bencher: Bencher<'_, '_>) {
    measure(bencher, &large::description());
}
