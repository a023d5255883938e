//! The outputs of `receivers`: the way of alerts through the notification routes.

mod human;
mod json;

pub(crate) use human::write as human;
pub(crate) use json::write as json;
