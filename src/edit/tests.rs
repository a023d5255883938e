use proptest::prelude::*;

use super::{Additions, NewValue, Step};

fn keys(keys: &[&str]) -> Vec<Step> {
    keys.iter()
        .map(|key| Step::Key((*key).to_owned()))
        .collect()
}

/// Adds a team with a handle.
fn with_team(text: &str) -> Result<String, String> {
    let mut additions = Additions::default();
    let handles = NewValue::Mapping(vec![("github".into(), NewValue::Text("@o/new".into()))]);
    let team = NewValue::Mapping(vec![("handles".into(), handles)]);
    additions.add(
        keys(&["teams"]),
        NewValue::Mapping(vec![("new".into(), team)]),
    );
    additions.apply(text).map_err(|error| error.message)
}

#[test]
fn teams_are_added_in_the_style_of_the_file() {
    for (text, expected) in [
        (
            "teams:\n  a: {} # one\n  # end\n\nrules: []\n",
            "teams:\n  a: {} # one\n  new:\n    handles: {github: \"@o/new\"}\n  # end\n\nrules: []\n",
        ),
        (
            "teams:\r\n    a:\r\n        name: A\r\nrules: []\r\n",
            "teams:\r\n    a:\r\n        name: A\r\n    new:\r\n      handles: {github: \"@o/new\"}\r\nrules: []\r\n",
        ),
        (
            "teams:\n  a:",
            "teams:\n  a:\n  new:\n    handles: {github: \"@o/new\"}",
        ),
        (
            "teams:\n  a:\n\n# rules\nrules: []",
            "teams:\n  a:\n  new:\n    handles: {github: \"@o/new\"}\n\n# rules\nrules: []",
        ),
        (
            "teams: {a: {name: A}} # all",
            "teams: {a: {name: A}, new: {handles: {github: \"@o/new\"}}} # all",
        ),
        ("teams: {}", "teams: {new: {handles: {github: \"@o/new\"}}}"),
        (
            "teams: ~ # none\nz: 1",
            "teams: {new: {handles: {github: \"@o/new\"}}} # none\nz: 1",
        ),
        (
            "{teams: null, z: 1}",
            "{teams: {new: {handles: {github: \"@o/new\"}}}, z: 1}",
        ),
        (
            "teams: # none\nrules: []\n",
            "teams: {new: {handles: {github: \"@o/new\"}}} # none\nrules: []\n",
        ),
        (
            "version: 1\n...\n",
            "version: 1\nteams:\n  new: {handles: {github: \"@o/new\"}}\n...\n",
        ),
        (
            "teams:\n  a: &a {name: A}\n  b:\n    areas: [x,\n     y]\n",
            "teams:\n  a: &a {name: A}\n  b:\n    areas: [x,\n     y]\n  new:\n    handles: {github: \"@o/new\"}\n",
        ),
        (
            "teams:\n  a:\n    description: |\n      text\n\n# c\nrules: []\n",
            "teams:\n  a:\n    description: |\n      text\n  new:\n    handles: {github: \"@o/new\"}\n\n# c\nrules: []\n",
        ),
        (
            "teams:\n  a:\n    description: |+\n      text\n\n\n",
            "teams:\n  a:\n    description: |+\n      text\n\n\n  new:\n    handles: {github: \"@o/new\"}\n",
        ),
        (
            "teams:\n  a:\n    description: >+\n      text\n\nrules: []\n",
            "teams:\n  a:\n    description: >+\n      text\n\n  new:\n    handles: {github: \"@o/new\"}\nrules: []\n",
        ),
    ] {
        assert_eq!(with_team(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn refuses_what_cannot_be_inserted() {
    for text in [
        "x: &t {a: {}}\nteams: *t\n",
        "x: &t\n  a: {}\ny: *t\nteams: *t\n",
        "teams: &t\n  a: {}\nx: *t\n",
        "teams: [a]\n",
        "x: &t {new: {}}\nteams: {<<: *t}\n",
        "version: 1\n---\nteams: {}\n",
        "teams: {a: \n",
        "{version: 1, teams: {\n  a: , # b\n}}",
        "",
    ] {
        assert!(with_team(text).is_err(), "{text}: {:?}", with_team(text));
    }
}

#[test]
fn items_and_keys_are_added_to_teams() {
    for (text, expected) in [
        ("h: a # c\n", "h: [a, \"@b\"] # c\n"),
        ("h: 'a'", "h: ['a', \"@b\"]"),
        ("h: [a, b ]\n", "h: [a, b, \"@b\" ]\n"),
        ("h: []", "h: [\"@b\"]"),
        (
            "h:\n- a\n- b # c\nz: 1\n",
            "h:\n- a\n- b # c\n- \"@b\"\nz: 1\n",
        ),
        ("h:\n  -  a", "h:\n  -  a\n  - \"@b\""),
        ("h:\n", "h: [\"@b\"]\n"),
        ("z: 1\n", "z: 1\nh: [\"@b\"]\n"),
    ] {
        let mut additions = Additions::default();
        additions.add(keys(&["h"]), NewValue::texts(["@b"]));
        let edited = additions.apply(text);
        assert_eq!(edited.as_deref(), Ok(expected), "{text}");
    }
}

/// A mapping in some style, with comments and blank lines.
fn map_text() -> impl Strategy<Value = String> {
    let team = prop::sample::select(vec![
        "{}",
        "{name: A, aliases: [x, 'y z']}",
        "\n    name: \"A: b\" # c\n    handles: {github: '@o/a'}",
        "\n    aliases:\n      - x\n      # c\n      - \"y\"",
        "\n    aliases:\n    - x",
        "&anchor {name: A}",
        "*anchor",
        "",
        "\n    description: >-\n      two\n      lines",
        "\n    description: |+\n      text\n\n      more\n\n",
        "\n    description: >2+ # c\n      text\n",
        "\n    description: |\n      text\n",
    ]);
    let teams = prop::collection::vec((team, 0..3u8), 0..5);
    (teams, any::<bool>(), any::<bool>(), 0..3u8).prop_map(|(teams, crlf, ends, rest)| {
        let mut text = String::from("version: 1\nteams:\n");
        let mut has_anchor = false;
        for (at, (team, comments)) in teams.into_iter().enumerate() {
            let is_known = team != "*anchor" || has_anchor;
            has_anchor |= team.starts_with('&');
            let team = if is_known { team } else { "{}" };
            text += ["", "\n", "  # comment\n"][usize::from(comments)];
            text += &format!("  t{at}: {team}\n");
        }
        text += ["", "# end\n", "\nrules: [{paths: [a], owner: t0}]\n"][usize::from(rest)];
        if !ends {
            text.truncate(text.trim_end().len());
        }
        match crlf {
            true => text.replace('\n', "\r\n"),
            false => text,
        }
    })
}

/// Returns whether the second text is the first one with text inserted.
fn contains_in_order(old: &str, new: &str) -> bool {
    let mut rest = new.bytes();
    old.bytes().all(|byte| rest.any(|other| other == byte))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn everything_else_stays_as_it_is(text in map_text(), at in 0..4usize) {
        let mut additions = Additions::default();
        let team = NewValue::Mapping(vec![("name".into(), NewValue::Text("N: \u{fc}".into()))]);
        additions.add(keys(&["teams"]), NewValue::Mapping(vec![("new".into(), team)]));
        let of_team = keys(&["teams", &format!("t{at}"), "aliases"]);
        if text.contains(&format!("t{at}:")) {
            additions.add(of_team, NewValue::texts(["added"]));
        }
        let Ok(edited) = additions.apply(&text) else {
            // Only because of what anchors refer to.
            prop_assert!(text.contains('&') || text.contains('*'), "{text}");
            return Ok(());
        };
        prop_assert!(contains_in_order(&text, &edited), "{text}\n{edited}");
        let root = crate::yaml::parse(&edited).documents[0].clone();
        let teams = root.get("teams").unwrap();
        let name = teams.get("new").and_then(|team| team.get("name")?.as_str());
        prop_assert_eq!(name, Some("N: \u{fc}"), "{}", edited);
        prop_assert_eq!(edited.matches("\r\n").count() > 0, text.contains("\r\n"));
        prop_assert_eq!(edited.ends_with('\n'), text.ends_with('\n'), "{}\n{}", text, edited);
    }
}
