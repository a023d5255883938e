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

/// How long to wait before it is asked again whether there is work to share.
const WAIT: Duration = Duration::from_micros(50);

/// The listing of the repository of a map that names no others, made while the map is being read.
#[derive(Debug)]
pub(super) struct EarlyListing {
    root: PathBuf,
    /// Whether a thread was free for it, or nobody waits for one any more.
    is_taken: Arc<AtomicBool>,
    listing: Mutex<Receiver<Result<Listing, String>>>,
}

impl EarlyListing {
    /// Begins with the directory of the map of this text, and adds new files if `untracked`. `None` if the
    /// map may name other repositories.
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
                listing.find_early();
                listing
            });
            // Nobody waits for it if the map can't be used.
            let _ = sender.send(listing);
        });
        Some(Self {
            root,
            is_taken,
            listing: Mutex::new(listing),
        })
    }

    /// What lies in the repository at `root`. `None` if that is another one, was not even begun, or was
    /// taken before.
    pub fn take(&self, root: &Path) -> Option<Result<Listing, String>> {
        if self.root != root || !self.is_taken.swap(true, Ordering::Relaxed) {
            return None;
        }
        let listing = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            // What is shared of the work that is waited for, this thread can do as well.
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
