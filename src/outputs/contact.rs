use super::{Palette, Tone};
use crate::{
    config::{Team, TeamId, Teams},
    routing::{Contact, reach},
    text::printable,
};

/// Returns the display name of a team, with its id if that differs: `Kafka SIG (kafka)`.
pub(super) fn named(team: &Team, palette: Palette) -> String {
    let (name, id) = (printable(team.display_name()), &team.id.value);
    let shown = palette.paint(Tone::Good, &name);
    match name == *id {
        true => shown,
        false => format!("{shown} ({id})"),
    }
}

/// Returns the kinds and addresses of the contacts of a team. Those of an ancestor are marked: ` (of sre)`.
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
