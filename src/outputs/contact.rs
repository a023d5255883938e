use super::{Palette, Tone};
use crate::{
    config::{TeamId, Teams},
    routing::Contact,
};

/// ` (of sre)` behind a contact of another team than that which is asked for.
pub(super) fn of_another(
    contact: &Contact<'_>,
    asked: TeamId,
    teams: &Teams,
    palette: Palette,
) -> String {
    if contact.of == asked {
        return String::new();
    }
    let of = format!("(of {})", teams.name(contact.of));
    format!(" {}", palette.paint(Tone::Faint, &of))
}
