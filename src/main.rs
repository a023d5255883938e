//! The `ownlint` program.

use std::process::ExitCode;

/// A run is short and makes many small allocations. With the allocator of the system, a fifth of the time went into
/// page faults and locks. `benches/ratios.rs` shows the difference.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ownlint::run()
}
