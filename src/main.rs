//! The `assize` binary: everything is in the library.

use std::process::ExitCode;

/// Events are made by all workers and freed by the one that writes them down: with the
/// allocator of glibc, about 8 % of the time went into its locks (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    assize::cli::main()
}
