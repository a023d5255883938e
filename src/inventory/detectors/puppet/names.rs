//! What kinds of components are called, and where they lie.

use bstr::{BStr, ByteSlice as _};

use crate::text::printable_bytes;

pub(super) const MODULE: &str = "puppet-module";

pub(super) const PROFILE: &str = "puppet-profile";

pub(super) const ROLE: &str = "puppet-role";

pub(super) const MODULES: &str = "modules/";

pub(super) const PROFILES: &str = "modules/profile/manifests/";

pub(super) const ROLES: &str = "modules/role/manifests/";

/// The class that the file at a path without its extension defines.
pub(super) fn class_name(path: &BStr) -> String {
    printable_bytes(&path.replace("/", "::"))
}
