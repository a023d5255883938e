//! The threads that share the work.

use std::{env, num::NonZero, thread::available_parallelism};

use rayon::ThreadPoolBuilder;

use crate::workspace::Error;

/// More threads than this have nothing to do, and every one of them has to be waited for.
const MOST: usize = 16;

/// Has this thread work together with as many others as there are further processors.
///
/// It waits until those run: where the kernel first puts a new thread on the processor of the one that
/// made it, the new one would get its turn milliseconds later, when a small run is over.
///
/// # Errors
/// Where the system does not give that many.
pub(super) fn start() -> Result<(), Error> {
    let pool = ThreadPoolBuilder::new().use_current_thread();
    let pool = pool.num_threads(count().min(MOST));
    pool.build_global().map_err(|error| {
        Error::new(format!("the threads of this run did not start: {error}"))
            .help("RAYON_NUM_THREADS=1 does with one")
    })
}

/// How many are asked for, or as many as there are processors.
fn count() -> usize {
    let asked = env::var("RAYON_NUM_THREADS").ok();
    let asked: Option<NonZero<usize>> = asked.and_then(|asked| asked.parse().ok());
    asked
        .or_else(|| available_parallelism().ok())
        .map_or(1, usize::from)
}
