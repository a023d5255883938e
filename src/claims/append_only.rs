use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// The number of items in the first chunk.
const FIRST: usize = 64;

/// A list to which items can be added while others are borrowed.
///
/// The items are in chunks that never move, each twice as large as the one before.
#[derive(Debug)]
pub(super) struct AppendOnly<T> {
    chunks: [OnceLock<Chunk<T>>; 27],
    len: AtomicUsize,
    /// Held while an item is added.
    adding: Mutex<()>,
}

type Chunk<T> = Box<[OnceLock<T>]>;

impl<T> Default for AppendOnly<T> {
    fn default() -> Self {
        Self {
            chunks: [const { OnceLock::new() }; 27],
            len: AtomicUsize::new(0),
            adding: Mutex::new(()),
        }
    }
}

impl<T> AppendOnly<T> {
    /// Adds the item that `make` returns for its position, and returns the position.
    pub fn push(&self, make: impl FnOnce(usize) -> T) -> usize {
        let _adding = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.len();
        let (chunk, place) = position(at);
        let items = self.chunks[chunk].get_or_init(|| {
            let items = (0..FIRST << chunk).map(|_| OnceLock::new());
            items.collect()
        });
        items[place].get_or_init(|| make(at));
        self.len.store(at + 1, Ordering::Release);
        at
    }

    /// Returns the item at a position.
    pub fn get(&self, at: usize) -> Option<&T> {
        let (chunk, place) = position(at);
        self.chunks.get(chunk)?.get()?.get(place)?.get()
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    /// Returns all items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|at| self.get(at))
    }
}

/// Returns the chunk of an item and its place in the chunk.
fn position(at: usize) -> (usize, usize) {
    let chunk = (at / FIRST + 1).ilog2() as usize;
    (chunk, at - FIRST * ((1 << chunk) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_items_in_place_and_in_order() {
        let list = AppendOnly::default();
        let first = list.push(|at| at);
        let kept = list.get(first).unwrap();
        for at in 1..1_000 {
            assert_eq!(list.push(|at| at), at);
        }
        assert_eq!(*kept, 0);
        assert!(list.iter().copied().eq(0..1_000));
        assert_eq!(list.get(1_000), None);
    }
}
