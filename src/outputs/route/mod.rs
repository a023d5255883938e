//! The outputs of `route`: the teams to ask.

mod human;
mod json;

pub(crate) use human::RouteText;
pub(crate) use json::write as json;
