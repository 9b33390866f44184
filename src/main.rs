//! The `assize` binary: everything is in the library.

use std::process::ExitCode;

/// Events are made by all workers and freed by the one that writes them down: with the
/// allocator of glibc, a tenth of the time went into waiting for its locks.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    assize::cli::main()
}
