//! The errors that several syntaxes have.

use super::ExpressionError::{self, Rejected};

pub(super) const MISSING_PAREN: ExpressionError = Rejected("a closing `)` is missing");
pub(super) const UNEXPECTED_PAREN: ExpressionError = Rejected("a `)` has no opening `(`");
pub(super) const MISSING_BRACKET: ExpressionError = Rejected("a closing `]` is missing");
pub(super) const INVALID_RANGE: ExpressionError =
    Rejected("a character class has an invalid range");
pub(super) const INVALID_NAME: ExpressionError = Rejected("the name of a group is invalid");
pub(super) const UNKNOWN_GROUP: ExpressionError =
    Rejected("it refers to a group that does not exist");
