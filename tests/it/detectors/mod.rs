//! Owners of components that detectors find in the files of other tools.

mod catalogs;
mod control;
mod github_services;
mod helmfile;
mod hostile;
mod kubernetes;
mod modules;
mod prometheus;
mod puppet;
