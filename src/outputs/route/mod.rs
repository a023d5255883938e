//! What `route` answers: the teams to ask.

mod human;
mod json;

pub(crate) use human::Teller;
pub(crate) use json::write as json;
