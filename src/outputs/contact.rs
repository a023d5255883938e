use super::{Palette, Tone};
use crate::{
    config::{Team, TeamId, Teams},
    routing::{Contact, reach},
    text::printable,
};

/// What people call a team, and its id where that is another word: `Kafka SIG (kafka)`.
pub(super) fn named(team: &Team, palette: Palette) -> String {
    let (name, id) = (printable(team.display_name()), &team.id.value);
    let shown = palette.paint(Tone::Good, &name);
    match name == *id {
        true => shown,
        false => format!("{shown} ({id})"),
    }
}

/// The kinds and addresses by which to reach a team; ` (of sre)` is behind those of another one.
pub(super) fn contacts(
    teams: &Teams,
    id: TeamId,
    emergency: bool,
    palette: Palette,
) -> Vec<(String, String)> {
    let contact = |contact: Contact<'_>| {
        let mut address = printable(contact.address);
        if contact.team != id {
            let of = format!("(of {})", teams.name(contact.team));
            address += &format!(" {}", palette.paint(Tone::Faint, &of));
        }
        (printable(contact.kind), address)
    };
    let contacts = reach(teams, id, emergency).into_iter();
    contacts.map(contact).collect()
}
