//! The errors that several parts of the parser return.

use crate::regexes::ExpressionError::{self, Rejected, Unsupported};

pub(super) const MISSING_BRACE: ExpressionError = Rejected("a closing `}` is missing");
pub(super) const INVALID_ESCAPE: ExpressionError = Rejected("an escape sequence is invalid");
pub(super) const INVALID_REPEAT: ExpressionError =
    Rejected("a quantifier is invalid or larger than 65534");
pub(super) const TOO_LONG: ExpressionError = Unsupported("it is longer than 10,000 characters");
