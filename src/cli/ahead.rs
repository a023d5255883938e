use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use bstr::ByteSlice as _;

use super::{args::Global, session::map_path};
use crate::{
    config::MAX_MAP_BYTES,
    inventory::{Listing, list},
    text::read_regular,
};

/// How long to wait before it is asked again whether there is work to share.
const WAIT: Duration = Duration::from_micros(50);

/// Lists repositories: the one of a map that names no others is listed, and what is in it found, while
/// the map is still being read.
pub(super) struct Ahead {
    untracked: bool,
    begun: Option<Begun>,
}

struct Begun {
    root: PathBuf,
    /// Whether a thread was free for it, or nobody waits for one any more.
    is_taken: Arc<AtomicBool>,
    listing: Mutex<Receiver<Result<Listing, String>>>,
}

impl Ahead {
    /// Begins with the directory of the map. `untracked` adds new files.
    pub fn start(global: &Global, untracked: bool) -> Self {
        Self {
            untracked,
            begun: Begun::new(global, untracked),
        }
    }

    /// What lies in the repository at `root`.
    ///
    /// # Errors
    /// As [`list`].
    pub fn list(&self, root: &Path) -> Result<Listing, String> {
        let begun = self.begun.as_ref().filter(|begun| begun.root == root);
        let ready = begun.and_then(Begun::take);
        ready.unwrap_or_else(|| list(root, self.untracked))
    }
}

impl Begun {
    fn new(global: &Global, untracked: bool) -> Option<Self> {
        let map = map_path(global)?.canonicalize().ok()?;
        let text = read_regular(&map, MAX_MAP_BYTES).ok()?;
        if text.contains_str("repositories:") || text.contains_str("include:") {
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
                listing.find_ahead();
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

    /// What was listed; nothing if that was not even begun.
    fn take(&self) -> Option<Result<Listing, String>> {
        if !self.is_taken.swap(true, Ordering::Relaxed) {
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
