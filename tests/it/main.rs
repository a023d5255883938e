//! Integration tests: run the program on small repositories, and check its output.

mod baseline;
mod changes;
mod check_without_map;
mod checks;
mod ci;
mod compared_revisions;
mod components;
mod contributing;
mod custom_kinds;
mod declarations;
mod detectors;
mod diff;
mod fingerprints;
mod formats;
mod generate;
mod harness;
mod hostile;
mod init;
mod inventory;
mod line_places;
mod map_errors;
mod outputs;
mod ownership_files;
mod precedence;
mod readme;
mod report;
mod review;
mod reviewers;
mod route;
mod shipped;

mod suppress;
mod teams;
mod whatif;
mod who;
mod who_from;
