//! The threads that share the work.

use rayon::ThreadPoolBuilder;

use super::session::Failure;

/// Has this thread work together with as many others as there are further processors.
///
/// It waits until those run: where the kernel first puts a new thread on the processor of the one that
/// made it, the new one would get its turn milliseconds later, when a small run is over.
///
/// # Errors
/// Where the system does not give that many.
pub(super) fn start() -> Result<(), Failure> {
    let pool = ThreadPoolBuilder::new().use_current_thread();
    pool.build_global().map_err(|error| {
        Failure::new(format!("the threads of this run did not start: {error}"))
            .help("RAYON_NUM_THREADS=1 does with one")
    })
}
