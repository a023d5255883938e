//! The kinds of components, and their directories.

use bstr::{BStr, ByteSlice as _};

use crate::text::printable_bytes;

pub(super) const MODULE: &str = "puppet-module";

pub(super) const PROFILE: &str = "puppet-profile";

pub(super) const ROLE: &str = "puppet-role";

/// The directory of modules that Puppet searches by default.
pub(super) const MODULES: &str = "modules/";

/// The manifests of profiles, relative to a directory of modules.
pub(super) const PROFILES: &str = "profile/manifests/";

/// The manifests of roles, relative to a directory of modules.
pub(super) const ROLES: &str = "role/manifests/";

/// Returns the class that a manifest defines, by its path without the extension.
pub(super) fn class_name(path: &BStr) -> String {
    printable_bytes(&path.replace("/", "::"))
}
