/// The longest row that is allocated on the stack.
const SHORT: usize = 40;

/// Calls `with` with two rows of `len` times `false`: what is reached now, and what is reached next.
/// Patterns are short and pairs of them many, so the rows should cost no allocation.
pub(super) fn with_rows<R>(
    len: usize,
    with: impl for<'r> FnOnce(&'r mut [bool], &'r mut [bool]) -> R,
) -> R {
    if len <= SHORT {
        let (mut now, mut next) = ([false; SHORT], [false; SHORT]);
        with(&mut now[..len], &mut next[..len])
    } else {
        with(&mut vec![false; len], &mut vec![false; len])
    }
}
