//! What `route` answers: the teams to ask.

mod human;
mod json;

pub(crate) use human::RouteText;
pub(crate) use json::write as json;
