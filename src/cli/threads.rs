//! The threads that share the work.

use rayon::ThreadPoolBuilder;

/// Has this thread work together with as many others as there are further processors.
///
/// It waits until those run: where the kernel first puts a new thread on the processor of the one that
/// made it, the new one would get its turn milliseconds later, when a small run is over.
pub(super) fn start() {
    // Where it fails, rayon makes threads of its own when it needs some.
    let _ = ThreadPoolBuilder::new().use_current_thread().build_global();
}
