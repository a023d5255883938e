//! Starts the worker threads.

use std::{env, num::NonZero, thread::available_parallelism};

use rayon::ThreadPoolBuilder;

use crate::workspace::Error;

/// More threads than this have no work to do, and all of them delay the exit.
const MOST: usize = 16;

/// Starts one worker thread per processor; this thread is one of them.
///
/// Waits until all of them run. Some kernels first put a new thread on the processor of its creator.
/// There it would start milliseconds later, when a small run is already over.
///
/// # Errors
/// If the system does not start that many threads.
pub(super) fn start() -> Result<(), Error> {
    let pool = ThreadPoolBuilder::new().use_current_thread();
    let pool = pool.num_threads(count().min(MOST));
    pool.build_global().map_err(|error| {
        Error::new(format!("failed to start threads: {error}"))
            .help("set RAYON_NUM_THREADS=1 to use one thread")
    })
}

/// Returns the number of threads that is requested, or else the number of processors.
fn count() -> usize {
    let requested = env::var("RAYON_NUM_THREADS").ok();
    let requested: Option<NonZero<usize>> = requested.and_then(|text| text.parse().ok());
    requested
        .or_else(|| available_parallelism().ok())
        .map_or(1, usize::from)
}
