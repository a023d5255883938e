use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use crate::inventory::{Listing, list};

/// How long to wait before this thread looks for shared work again.
const WAIT: Duration = Duration::from_micros(50);

/// The listing of the only repository of a map, made while the map is read.
#[derive(Debug)]
pub(super) struct EarlyListing {
    root: PathBuf,
    /// Whether a thread has started it, or it is too late to start.
    is_taken: Arc<AtomicBool>,
    listing: Mutex<Receiver<Result<Listing, String>>>,
}

impl EarlyListing {
    /// Starts to list the directory of a map with this text, with untracked files if `untracked`. Returns `None`
    /// if the map may name other repositories.
    pub fn start(map: &Path, text: &str, untracked: bool) -> Option<Self> {
        if text.contains("repositories:") || text.contains("include:") {
            return None;
        }
        let root = map.parent()?.to_path_buf();
        let directory = root.clone();
        let is_taken = Arc::new(AtomicBool::new(false));
        let is_late = Arc::clone(&is_taken);
        let (sender, listing) = mpsc::channel();
        rayon::spawn(move || {
            if is_late.swap(true, Ordering::Relaxed) {
                return;
            }
            let listing = list(&directory, untracked).map(|mut listing| {
                listing.find_early(&directory);
                listing
            });
            // The receiver is gone if the map cannot be used.
            let _ = sender.send(listing);
        });
        Some(Self {
            root,
            is_taken,
            listing: Mutex::new(listing),
        })
    }

    /// Takes the listing of the repository at `root`. Returns `None` if it is the listing of another repository,
    /// has not started, or was taken before.
    pub fn take(&self, root: &Path) -> Option<Result<Listing, String>> {
        if self.root != root || !self.is_taken.swap(true, Ordering::Relaxed) {
            return None;
        }
        let listing = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            // This thread helps with the work that it waits for.
            let waits = match rayon::yield_now() {
                Some(rayon::Yield::Executed) => Duration::ZERO,
                _ => WAIT,
            };
            match listing.recv_timeout(waits) {
                Ok(listing) => return Some(listing),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}
