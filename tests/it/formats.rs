//! Tests every output against a snapshot and the schema of its consumer, and with paths that a format has
//! to escape.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt as _,
    path::Path,
    sync::LazyLock,
};

use crate::harness::{self, Repo, Run, checks, keys, possible_values, project, schema, text};
use serde_json::Value;

const MAP: &str = "\
version: 1
teams:
  sre: {contacts: {irc: '#sre'}}
  dba: {name: Größte Datenbanken 😀, aliases: [Datenbänke], contacts: {irc: '#dba'}}
  storage: {retired: {since: 2024-02-09, successor: dba}, contacts: {irc: '#dba'}}
rules:
  - {paths: [ownership.yaml], owner: sre}
  - {paths: ['modules/*/files/'], owner: sre}
  - {paths: [modules/mariadb/], owner: dba}
  - {note: 'Ü😀', paths: [manifests/SITE.pp], owner: dba}
  - {note: 'Ü😀', paths: [files/here], owner: storage}
  - {components: ['helm-chart:kas'], owner: dba}
";

/// A repository with findings of every severity, on text, files and directories, after text that is not ASCII.
fn repo() -> Repo {
    Repo::new(&[
        ("ownership.yaml", MAP),
        ("modules/mariadb/files/a", ""),
        ("modules/mariadb/b", ""),
        ("manifests/site.pp", ""),
        ("files/here", ""),
        ("lost/c", ""),
        ("lost/deep/d", ""),
        (
            "charts/kask/Chart.yaml",
            "{name: kask, description: 'Überblick 😀', team: Datenbänkee}\n",
        ),
        ("charts/old/Chart.yaml", "# Ü😀\nteam: storage\n"),
        ("charts/echo/Chart.yaml", "name: echo\n"),
        ("charts/jo/Chart.yaml", "maintainers: [{name: Jo Person}]\n"),
    ])
}

/// Runs `check` with a format, and returns its output.
fn written(repo: &Repo, format: &str, arguments: &[&str]) -> String {
    let run = repo.run(&[&["check", "--format", format], arguments].concat());
    assert!(run.code < 2 && run.err.is_empty(), "{format}: {}", run.err);
    run.out
}

fn plain(repo: &Repo, text: &str) -> String {
    let root = repo.path().canonicalize().unwrap();
    let name = root.file_name().unwrap().to_str().unwrap();
    text.replace(root.to_str().unwrap(), "/repo")
        .replace(name, "repo")
        .replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// Removes the parts that list all checks, so that a new check changes no snapshot.
fn without_checks(name: &str, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    match name {
        "sarif" => {
            let at = |line: &str| lines.iter().position(|it| it == line).unwrap();
            let rules = at(r#"          "rules": ["#) + 1..at("          ]");
            lines.drain(rules);
            for line in &mut lines {
                if line.trim_start().starts_with(r#""ruleIndex":"#) {
                    *line = r#"          "ruleIndex": INDEX,"#.to_owned();
                }
            }
        }
        "junit" => {
            lines.retain(|line| !line.contains(r#"name="no findings""#));
            let tests = lines[1].split('"').nth(3).unwrap().to_owned();
            for line in &mut lines {
                *line = line.replace(&format!(r#"tests="{tests}""#), r#"tests="TESTS""#);
            }
        }
        _ => {}
    }
    lines.join("\n") + "\n"
}

#[test]
fn points_each_sarif_result_at_its_rule() {
    let sarif = parsed("sarif", &written(&repo(), "sarif", &[]));
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 9);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
}

#[test]
fn counts_the_tests_in_junit() {
    let repo = repo();
    assert_junit_counts(&written(&repo, "junit", &[]));
    let known = ["--baseline", "known.json"];
    repo.run(&[&["check", "--update-baseline"], &known[..]].concat());
    repo.write("lost/new", "");
    let shown = [&known[..], &["--show-baselined"]].concat();
    assert_junit_counts(&written(&repo, "junit", &shown));
}

fn assert_junit_counts(xml: &str) {
    let document = roxmltree::Document::parse(xml).unwrap();
    let count = |tag: &str| {
        document
            .descendants()
            .filter(|it| it.has_tag_name(tag))
            .count()
    };
    let suite = document
        .descendants()
        .find(|it| it.has_tag_name("testsuite"))
        .unwrap();
    for (attribute, tag) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("skipped", "skipped"),
    ] {
        let counted: usize = suite.attribute(attribute).unwrap().parse().unwrap();
        assert!(counted == count(tag) && counted > 0, "{attribute}");
    }
    let cases = document
        .descendants()
        .filter(|it| it.has_tag_name("testcase"));
    let cases: Vec<_> = cases
        .map(|it| (it.attribute("classname"), it.attribute("name")))
        .collect();
    let once: BTreeSet<_> = cases.iter().collect();
    assert_eq!(
        once.len(),
        cases.len(),
        "readers keep only one test with each name"
    );
}

/// Baselined findings do not fail the run, so no reader may show them as errors or warnings.
#[test]
fn marks_baselined_findings_and_lowers_their_severity() {
    let repo = repo();
    let known = ["--baseline", "known.json"];
    // The second run includes the baseline file itself.
    for _ in 0..2 {
        repo.run(&[&["check", "--update-baseline"], &known[..]].concat());
    }
    let shown = [&known[..], &["--show-baselined", "--gerrit-label", "V"]].concat();
    for format in names() {
        let shown = match format {
            "gerrit" => &shown[..],
            _ => &shown[..3],
        };
        let text = written(&repo, format, shown);
        assert!(
            format == "json" || text.contains("(baselined)"),
            "{format}: {text}"
        );
        let severe: &[&str] = match format {
            "markdown" => &["### error", "### warning"],
            "github" => &["::error", "::warning"],
            "gitlab" => &["critical", "major"],
            "gerrit" => &["Must fix", "Optional", "\"unresolved\": true"],
            "zuul" => &["Must fix", "\"error\"", "Optional", "\"warning\""],
            "rdjson" | "rdjsonl" => &["ERROR", "WARNING"],
            "checkstyle" => &["\"error\"", "\"warning\""],
            "junit" => &["<failure"],
            _ => &[],
        };
        for word in severe {
            assert!(!text.contains(word), "{format}: {word} in {text}");
        }
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    static LIST: LazyLock<Vec<String>> =
        LazyLock::new(|| possible_values("check", "--format <FORMAT>"));
    LIST.iter().map(String::as_str)
}

#[test]
fn a_reader_that_goes_away_does_not_change_the_exit_code() {
    let map = "version: 1\nteams: {a: {}}\nrules: [{paths: ['own*'], owner: a}]\n";
    let repo = Repo::new(&[("ownership.yaml", map)]);
    // More than fits into a pipe.
    for at in 0..1000 {
        repo.write(format!("{}{at}", "long".repeat(20)), "");
        repo.write(format!("own{at}"), "");
    }
    for name in names() {
        let check = format!("ownlint check --format {name}; echo $? >own0");
        let run = repo.shell(&format!(
            "({check}) | head -n 1 >/dev/null; exit $(cat own0)"
        ));
        assert_eq!((run.code, &*run.err), (1, ""), "{name}");
    }
}

#[test]
fn matches_the_snapshot_of_each_output() {
    let repo = repo();
    let directory = project().join("tests/it/data/snapshots/formats");
    let mut known = BTreeSet::new();
    for name in names() {
        let shown = without_checks(name, &plain(&repo, &written(&repo, name, &[])));
        let path = directory.join(name).with_extension("txt");
        if env::var_os("OWNLINT_UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(&directory).unwrap();
            fs::write(&path, &shown).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shown == expected,
            "{name} differs from {}; update it with OWNLINT_UPDATE_SNAPSHOTS=1:\n{shown}",
            path.display()
        );
        known.insert(path);
    }
    let entries = fs::read_dir(directory).unwrap();
    let existing: BTreeSet<_> = entries.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(existing, known, "each snapshot belongs to an output");
}

/// Returns the schema of a JSON format.
fn schema_of(name: &str) -> Option<Value> {
    let path = match name {
        "json" => "schemas/check.schema.json",
        "sarif" => "tests/it/data/schemas/sarif.schema.json",
        "gitlab" => "tests/it/data/schemas/gitlab.schema.json",
        "gerrit" => "tests/it/data/schemas/gerrit.schema.json",
        "zuul" => "tests/it/data/schemas/zuul.schema.json",
        "rdjson" | "rdjsonl" => "tests/it/data/schemas/rdjson.schema.json",
        _ => return None,
    };
    let text = fs::read_to_string(project().join(path)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// Parses the output of a JSON format; JSON lines become one document.
fn parsed(name: &str, text: &str) -> Value {
    if name != "rdjsonl" {
        return serde_json::from_str(text).unwrap();
    }
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    serde_json::json!({"source": {"name": "ownlint"}, "diagnostics": lines.collect::<Vec<Value>>()})
}

fn assert_valid(repo: &Repo, arguments: &[&str]) {
    for name in names() {
        let text = written(repo, name, arguments);
        if let Some(schema) = schema_of(name) {
            let errors = schema::errors(&schema, &parsed(name, &text));
            assert!(errors.is_empty(), "{name}: {errors}");
        }
        if text.starts_with("<?xml") {
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn writes_valid_documents_for_all_findings() {
    assert_valid(&repo(), &[]);
    assert_valid(&Repo::shipped(), &[]);
    for check in &checks() {
        let fixture = project().join("fixtures/checks").join(check).join("bad");
        if fixture.exists() {
            assert_valid(&Repo::copy_of(&fixture), &[]);
        }
    }
    let clean = "version: 1\nteams: {sre: {}}\nrules: [{paths: ['**'], owner: sre}]\n";
    let clean = Repo::new(&[("ownership.yaml", clean)]);
    assert_valid(&clean, &[]);
    assert_eq!(
        parsed("gitlab", &written(&clean, "gitlab", &[])),
        serde_json::json!([])
    );
    assert_eq!(written(&clean, "github", &[]), "");
}

#[test]
fn writes_no_link_without_a_documentation_site() {
    let repo = repo();
    for name in names() {
        let text = written(&repo, name, &[]);
        for link in ["\"helpUri\"", "\"url\"", "href", "/checks#"] {
            assert!(!text.contains(link), "{name}: {link}");
        }
    }
}

#[test]
fn rejects_invalid_documents_by_the_schema() {
    let repo = repo();
    let mut json = repo.check();
    let schema = schema_of("json").unwrap();
    json["findings"][0]["severity"] = "fatal".into();
    json["findings"][1]["location"]["line"] = 0.into();
    json["summary"].as_object_mut().unwrap().remove("info");
    json["findings"][2]["path"] = 3.into();
    let errors = schema::errors(&schema, &json);
    assert_eq!(errors.lines().count(), 4, "{errors}");
}

#[test]
fn prints_the_same_for_any_number_of_threads() {
    for repo in [repo(), Repo::shipped()] {
        for name in names() {
            let with = |threads: &str| {
                let mut command = repo.command();
                command
                    .args(["check", "--format", name])
                    .env("RAYON_NUM_THREADS", threads);
                Run::of(command.output().unwrap()).out
            };
            let first = with("1");
            assert!(!first.is_empty(), "{name}");
            assert_eq!(with("4"), first, "{name}");
            assert_eq!(with("4"), first, "{name}");
        }
    }
}

#[test]
fn limits_the_number_of_threads() {
    let repo = repo();
    for threads in ["1000000", "18446744073709551615", "0", "-1", "many"] {
        let mut command = repo.command();
        command.arg("check").env("RAYON_NUM_THREADS", threads);
        let run = Run::of(command.output().unwrap());
        assert_eq!((run.code, &*run.err), (1, ""), "{threads}");
    }
}

/// Names that some format has to escape; each is the name of a chart with a finding.
const NAMES: &[&[u8]] = &[
    b"a b#c%20",
    b"new\nline\rtab\t",
    b"quo'te\"s`tick",
    b"]]>&<x>",
    b"::error::x,y",
    b"<script>x<",
    b"caf\xe9",
    b"esc\x1b[31m\x01",
    "Ü😀\u{202e}".as_bytes(),
    b"a|b*_[x](http:y)",
    b"back\\slash",
];

fn hostile() -> Repo {
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml], owner: sre}]\n",
    )]);
    for (at, name) in NAMES.iter().enumerate() {
        let name = Path::new(OsStr::from_bytes(name));
        repo.write(
            Path::new("charts").join(name).join("Chart.yaml"),
            format!("team: nobody{at}\n"),
        );
        // A file in a directory of the same name.
        repo.write(Path::new("files").join(name).join("x"), "");
    }
    // A path with an end tag in it.
    repo.write("files/</script>", "");
    repo
}

/// Returns the paths of the findings in a format, as its reader decodes them.
fn paths(name: &str, text: &str) -> BTreeSet<String> {
    let string = |value: &Value| value.as_str().unwrap().to_owned();
    match name {
        "json" => {
            let value = parsed(name, text);
            let findings = value["findings"].as_array().unwrap().iter();
            findings.map(|it| string(&it["location"]["file"])).collect()
        }
        "gitlab" => {
            let value = parsed(name, text);
            let all = value.as_array().unwrap().iter();
            all.map(|it| string(&it["location"]["path"])).collect()
        }
        "rdjson" | "rdjsonl" => {
            let value = parsed(name, text);
            let all = value["diagnostics"].as_array().unwrap().iter();
            all.map(|it| string(&it["location"]["path"])).collect()
        }
        "sarif" => {
            let value = parsed(name, text);
            let results = value["runs"][0]["results"].as_array().unwrap().iter();
            let uris = results.map(|it| {
                string(&it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
            });
            uris.map(|uri| shown(&percent_decoded(&uri))).collect()
        }
        "checkstyle" => {
            let document = roxmltree::Document::parse(text).unwrap();
            let files = document.descendants().filter(|it| it.has_tag_name("file"));
            let paths = files.filter_map(|it| it.attribute("name"));
            paths.map(str::to_owned).collect()
        }
        "github" => text
            .lines()
            .filter_map(|line| {
                let (_, rest) = line.split_once(" file=")?;
                let (path, _) = rest.split_once([',', ':'])?;
                Some(shown(&percent_decoded(path)))
            })
            .collect(),
        name => panic!("{name} has no paths"),
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap().to_owned();
            out.push(u8::from_str_radix(&digits, 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    out
}

/// Returns bytes as text, as formats write them that cannot contain bytes.
fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text += chunk.valid();
        for byte in chunk.invalid() {
            text += &format!("\\x{byte:02x}");
        }
    }
    text
}

/// Returns text as XML can contain it.
fn shown_in_xml(text: &str) -> String {
    let cannot = |char: char| char.is_control() && !"\n\r\t".contains(char);
    let shown = text.chars().map(|char| match cannot(char) {
        true => char.escape_unicode().to_string(),
        false => char.to_string(),
    });
    shown.collect()
}

#[test]
fn escapes_mentions_in_markdown() {
    let map = "version: 1\nteams: {sre: {}}\nrules: [{paths: [ownership.yaml, x], owner: sre}]\n";
    let repo = Repo::new(&[("ownership.yaml", map), ("x`@o/t`/`y``", "")]);
    let text = written(&repo, "markdown", &[]);
    let name = "`` x`@o/ ``";
    let rule = "<br>  - x\\`<span>@</span>o/<br>";
    assert!(
        text.contains(&format!("| {name} | {name} has no")),
        "{text}"
    );
    assert!(text.contains(rule), "{text}");
}

#[test]
fn keeps_any_path_in_each_output() {
    let repo = hostile();
    assert_valid(&repo, &[]);
    let mut expected: BTreeSet<String> = NAMES
        .iter()
        .flat_map(|name| {
            let name = shown(name);
            [format!("charts/{name}/Chart.yaml")]
        })
        .collect();
    expected.insert("files/".to_owned());
    for name in ["json", "gitlab", "rdjson", "rdjsonl", "sarif"] {
        assert_eq!(paths(name, &written(&repo, name, &[])), expected, "{name}");
    }
    // Only ten annotations of a level are printed.
    let annotated = paths("github", &written(&repo, "github", &[]));
    assert_eq!(annotated.len(), 10, "{annotated:?}");
    let escaped = |path: &str| match path {
        path if path.contains('\n') => path.replace('\t', "\\t"),
        path => shown_in_xml(path).replace('\u{202e}', "\\u{202e}"),
    };
    let all: BTreeSet<String> = expected.iter().map(|path| escaped(path)).collect();
    assert!(annotated.is_subset(&all), "{annotated:?} in {all:?}");
    let expected: BTreeSet<String> = expected.iter().map(|path| shown_in_xml(path)).collect();
    let checkstyle = written(&repo, "checkstyle", &[]);
    assert_eq!(paths("checkstyle", &checkstyle), expected);
    let junit = written(&repo, "junit", &[]);
    let document = roxmltree::Document::parse(&junit).unwrap();
    let failures = document
        .descendants()
        .filter(|it| it.has_tag_name("failure"));
    let places: Vec<&str> = failures.filter_map(|it| it.text()).collect();
    let report = repo.check();
    assert_eq!(places.len(), report["findings"].as_array().unwrap().len());
    for place in [
        r"charts/new\nline\rtab\t/Chart.yaml:1:7: ",
        "charts/]]>&<x>/Chart.yaml:1:7: ",
    ] {
        assert!(
            places.iter().any(|it| it.starts_with(place)),
            "{place} in {places:#?}"
        );
    }
    // Where paths are keys, a path that is not UTF-8 is reported for the whole change.
    for name in ["gerrit", "zuul"] {
        let value = parsed(name, &written(&repo, name, &[]));
        let comments = match name {
            "gerrit" => &value["comments"],
            _ => &value["zuul"]["file_comments"],
        };
        let files: BTreeSet<&str> = keys(comments).into_iter().collect();
        for file in NAMES {
            let path = format!("charts/{}/Chart.yaml", shown(file));
            let is_utf8 = std::str::from_utf8(file).is_ok();
            assert_eq!(files.contains(&*path), is_utf8, "{name}: {path}");
        }
        let all = value.to_string();
        assert!(all.contains(r"caf\\xe9"), "{name}: {all}");
    }
    // Formats that are read as lines or markup.
    let github = written(&repo, "github", &[]);
    for line in github.lines().filter(|line| line.contains("::")) {
        assert!(line.starts_with("::error file="), "{line}");
        assert_eq!(line.matches("::error ").count(), 1, "{line}");
    }
    for name in names() {
        let text = written(&repo, name, &[]);
        let bad = |char: char| char.is_control() && char != '\n' || char == '\u{202e}';
        assert!(!text.contains(bad), "{name}");
    }
    let markdown = written(&repo, "markdown", &[]);
    for line in markdown.lines().filter(|line| line.starts_with("| `")) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!(bars == 4 || bars == 8, "{line}");
    }
}

/// An edit: the file, the range and the replacement.
type Edit = (String, [[usize; 2]; 2], String);

/// Returns a copy of `repo` with the edits applied.
fn edited(repo: &Repo, edits: &[Edit], unit: Unit) -> Repo {
    let copy = Repo::copy_of(repo.path());
    let mut by_file: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(&edit.0).or_default().push(edit);
    }
    for (file, mut edits) in by_file {
        let mut content = fs::read_to_string(copy.path().join(file)).unwrap();
        // From the end, so that earlier positions stay valid.
        edits.sort_by_key(|(_, range, _)| std::cmp::Reverse(*range));
        for (_, [start, end], text) in edits {
            let at = |[line, column]: [usize; 2]| offset(&content, line, column, unit);
            let range = at(*start)..at(*end);
            content.replace_range(range, text);
        }
        copy.write(file, content);
    }
    copy
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Bytes,
    Utf16,
}

/// Returns the byte offset of a line (from 1) and a column (from 0).
fn offset(text: &str, line: usize, column: usize, unit: Unit) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    match unit {
        Unit::Bytes => start + column,
        Unit::Utf16 => {
            let mut left = column;
            let rest = text[start..].chars();
            let before = rest.take_while(|char| {
                let fits = left > 0;
                left = left.saturating_sub(char.len_utf16());
                fits
            });
            start + before.map(char::len_utf8).sum::<usize>()
        }
    }
}

#[test]
fn applies_fixes_in_the_column_unit_of_each_format() {
    let repo = repo();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let fixable = [
        "unmatched-rule",
        "retired-team",
        "former-team-name",
        "unknown-declared-team",
    ];
    let before = repo.check();
    let found: BTreeSet<&str> = before["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| text(&it["check"]))
        .collect();
    assert!(
        fixable.iter().all(|check| found.contains(check)),
        "{found:?}"
    );
    for format in ["sarif", "rdjson", "gerrit"] {
        let arguments: &[&str] = match format {
            "gerrit" => &["--gerrit-fixes"],
            _ => &[],
        };
        let value = parsed(format, &written(&repo, format, arguments));
        let mut edits = Vec::new();
        let mut unit = Unit::Utf16;
        match format {
            "sarif" => {
                assert_eq!(value["runs"][0]["columnKind"], "utf16CodeUnits");
                for result in value["runs"][0]["results"].as_array().unwrap() {
                    let change = &result["fixes"][0]["artifactChanges"][0];
                    for edit in change["replacements"].as_array().into_iter().flatten() {
                        let region = &edit["deletedRegion"];
                        let at = |line: &str, column: &str| {
                            [number(&region[line]), number(&region[column]) - 1]
                        };
                        edits.push((
                            text(&change["artifactLocation"]["uri"]).to_owned(),
                            [at("startLine", "startColumn"), at("endLine", "endColumn")],
                            text(&edit["insertedContent"]["text"]).to_owned(),
                        ));
                    }
                }
            }
            "rdjson" => {
                unit = Unit::Bytes;
                for diagnostic in value["diagnostics"].as_array().unwrap() {
                    for edit in diagnostic["suggestions"].as_array().into_iter().flatten() {
                        let at = |end: &str| {
                            let at = &edit["range"][end];
                            [number(&at["line"]), number(&at["column"]) - 1]
                        };
                        edits.push((
                            text(&diagnostic["location"]["path"]).to_owned(),
                            [at("start"), at("end")],
                            text(&edit["text"]).to_owned(),
                        ));
                    }
                }
            }
            _ => {
                let comments = value["comments"].as_object().unwrap().values();
                for comment in comments.flat_map(|it| it.as_array().unwrap()) {
                    let fix = &comment["fix_suggestions"][0];
                    for edit in fix["replacements"].as_array().into_iter().flatten() {
                        let at = |line: &str, column: &str| {
                            [number(&edit["range"][line]), number(&edit["range"][column])]
                        };
                        edits.push((
                            text(&edit["path"]).to_owned(),
                            [
                                at("start_line", "start_character"),
                                at("end_line", "end_character"),
                            ],
                            text(&edit["replacement"]).to_owned(),
                        ));
                    }
                }
            }
        }
        let after = edited(&repo, &edits, unit).check();
        for check in fixable {
            let left = harness::of_check(&after, check);
            assert!(left.is_empty(), "{format}: {edits:#?} {left:#?}");
        }
        let count = |report: &Value| report["findings"].as_array().unwrap().len();
        assert!(count(&after) < count(&before), "{format}");
    }
}

#[test]
fn removes_each_finding_with_its_fix() {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let mut repos = vec![Repo::shipped(), repo()];
    for check in &checks() {
        let fixture = project().join("fixtures/checks").join(check).join("bad");
        if fixture.exists() {
            repos.push(Repo::copy_of(&fixture));
        }
    }
    let mut fixed = BTreeSet::new();
    for repo in repos {
        let rdjson = parsed("rdjson", &written(&repo, "rdjson", &[]));
        let before = repo.check();
        let diagnostics = rdjson["diagnostics"].as_array().unwrap();
        for (at, diagnostic) in diagnostics.iter().enumerate() {
            let Some(suggestion) = diagnostic["suggestions"].get(0) else {
                continue;
            };
            let range = ["start", "end"].map(|end| {
                let at = &suggestion["range"][end];
                [number(&at["line"]), number(&at["column"]) - 1]
            });
            let file = text(&diagnostic["location"]["path"]).to_owned();
            let edit = (file, range, text(&suggestion["text"]).to_owned());
            let after = edited(&repo, std::slice::from_ref(&edit), Unit::Bytes).check();
            let finding = &before["findings"][at];
            let check = text(&finding["check"]);
            let left = harness::of_check(&after, check);
            let is_left = left
                .iter()
                .any(|it| it["fingerprint"] == finding["fingerprint"]);
            assert!(!is_left, "{edit:?} of {finding:#}");
            let now = left.len();
            assert!(
                now < harness::of_check(&before, check).len(),
                "{edit:?} of {finding:#}"
            );
            fixed.insert(check.to_owned());
        }
    }
    let expected = [
        "unmatched-rule",
        "retired-team",
        "former-team-name",
        "unknown-declared-team",
    ];
    for check in expected {
        assert!(fixed.contains(check), "{check} in {fixed:?}");
    }
}

#[test]
fn comments_only_on_changed_files_in_gerrit_and_zuul() {
    let repo = repo();
    let list = "charts/echo/Chart.yaml\0lost/deep/d\0README\0";
    let run = |format: &str, list: &str| {
        let run = repo.run_on(&["check", "--format", format, "--changed-files", "-"], list);
        run.json()
    };
    let gerrit = run("gerrit", list);
    let expected = ["/PATCHSET_LEVEL", "charts/echo/Chart.yaml", "lost/deep/d"];
    assert_eq!(keys(&gerrit["comments"]), expected);
    let elsewhere = text(&gerrit["comments"]["/PATCHSET_LEVEL"][0]["message"]);
    for part in [
        "`charts/kask/Chart.yaml:1:48`: **Must fix** (",
        "`ownership.yaml:10:26`: **Optional** (",
    ] {
        assert!(elsewhere.contains(part), "{part} in {elsewhere}");
    }
    assert_eq!(run("gerrit", &list.replace('\0', "\n")), gerrit);
    let elsewhere = Repo::new(&[("list", list)]);
    let named = elsewhere.path().join("list");
    let review = elsewhere.path().join("review.json");
    let named = repo.check_with(&[
        "--changed-files",
        named.to_str().unwrap(),
        "--format=gerrit",
        "--output",
        review.to_str().unwrap(),
    ]);
    assert_eq!(named, repo.check(), "other formats report all findings");
    let zuul = run("zuul", list);
    assert_eq!(keys(&zuul["zuul"]["file_comments"]), expected[1..]);
    let warning = text(&zuul["zuul"]["warnings"][0]);
    assert!(
        warning.starts_with(
            "ownlint: Findings that are not shown as comments on files: 4 errors, 4 warnings, 1 info"
        ),
        "{warning}"
    );
    let nothing = run("gerrit", "");
    assert_eq!(keys(&nothing["comments"]), ["/PATCHSET_LEVEL"]);
    let endless = repo.run(&["check", "--format=zuul", "--changed-files", "/dev/zero"]);
    assert_eq!(endless.code, 2);
    assert!(
        endless.err.contains("it is larger than 64 MiB"),
        "{}",
        endless.err
    );
    let missing = repo.run(&["check", "--format=zuul", "--changed-files", "gone"]);
    assert_eq!(missing.code, 2);
    assert!(
        missing.err.contains("changed files `gone`"),
        "{}",
        missing.err
    );
}

#[test]
fn votes_in_gerrit_only_on_request() {
    let review =
        |repo: &Repo, arguments: &[&str]| parsed("gerrit", &written(repo, "gerrit", arguments));
    let repo = repo();
    let quiet = review(&repo, &[]);
    assert!(quiet.get("labels").is_none());
    let voting = review(&repo, &["--gerrit-label", "Ownership"]);
    assert_eq!(voting["labels"], serde_json::json!({"Ownership": -1}));
    let lenient = ["--gerrit-label", "Ownership", "--fail-on", "never"];
    assert_eq!(
        review(&repo, &lenient)["labels"],
        serde_json::json!({"Ownership": 1})
    );
}

#[test]
fn comments_on_what_fails_the_run_are_unresolved() {
    let repo = repo();
    let states = |fail_on: &str| {
        let review = written(&repo, "gerrit", &["--fail-on", fail_on]);
        let review = parsed("gerrit", &review);
        let comments = review["comments"].as_object().unwrap().values();
        let comments = comments.flat_map(|of_file| of_file.as_array().unwrap());
        let mut unresolved = 0;
        for comment in comments {
            let message = text(&comment["message"]);
            let is_failing = comment["unresolved"] == true;
            unresolved += usize::from(is_failing);
            let demand = if is_failing { "Must fix" } else { "Optional" };
            let is_list = message.starts_with("Findings ");
            assert!(
                is_list || message.starts_with(&format!("**{demand}** (")),
                "{message}"
            );
        }
        unresolved
    };
    assert_eq!(states("never"), 0);
    assert!(0 < states("error") && states("error") < states("warning"));
}

#[test]
fn rejects_an_option_that_no_format_uses() {
    let repo = repo();
    for (arguments, needed) in [
        (&["--gerrit-label", "Ownership"][..], "`--format gerrit`"),
        (
            &["--gerrit-label", "Ownership", "--format", "zuul"],
            "`--format gerrit`",
        ),
        (
            &["--changed-files", "gone", "--format", "json"],
            "`--format gerrit` or `--format zuul`",
        ),
    ] {
        let run = repo.run(&[&["check"], arguments].concat());
        assert_eq!((run.code, &*run.out), (2, ""));
        let error = format!("error: {} has no effect without {needed}\n", arguments[0]);
        assert!(run.err.starts_with(&error), "{}", run.err);
        assert!(run.err.contains("help: add "), "{}", run.err);
    }
    let mut voting = repo.command();
    let by_environment =
        voting
            .env("OWNLINT_FORMAT", "gerrit")
            .args(["check", "--gerrit-label", "Ownership"]);
    let run = Run::of(by_environment.output().unwrap());
    assert!(run.out.contains("Ownership"), "{}", run.err);
    for dialect in ["markdown", "backstage"] {
        let run = repo.run(&["generate", dialect, "--per-file-fallback"]);
        assert_eq!((run.code, &*run.out), (2, ""));
        assert!(run.err.contains("does not list files"), "{}", run.err);
    }
    let unnamed = ["check", "--format", "gerrit", "--gerrit-label", ""];
    assert_eq!(repo.run(&unnamed).code, 2);
}

#[test]
fn limits_the_length_of_gerrit_comments() {
    let repo = Repo::new(&[("ownership.yaml", "version: 1\nteams: {}\n")]);
    for at in 0..600 {
        let long = "long-".repeat(20);
        repo.write(
            format!("charts/{long}{at}/Chart.yaml"),
            format!("team: {long}{at}\n"),
        );
    }
    repo.write("changed", "charts/x\n");
    let review = parsed(
        "gerrit",
        &written(&repo, "gerrit", &["--changed-files", "changed"]),
    );
    let comments = review["comments"]["/PATCHSET_LEVEL"].as_array().unwrap();
    assert_eq!(comments.len(), 1);
    let message = text(&comments[0]["message"]);
    assert!(
        message.len() <= 15_000 && message.len() > 14_000,
        "{}",
        message.len()
    );
    let rest = message.trim_end().lines().next_back().unwrap();
    assert!(rest.contains(" more findings, not listed here: "), "{rest}");
}

#[test]
fn annotates_the_most_severe_findings_first_on_github() {
    let repo = repo();
    for at in 0..15 {
        let team = format!("team: nobody{at}\n");
        repo.write(format!("charts/c{at}/Chart.yaml"), team);
    }
    repo.write("lost/x.txt", "");
    let out = written(&repo, "github", &[]);
    let levels: Vec<&str> = out
        .lines()
        .filter_map(|line| line.strip_prefix("::")?.split(' ').next())
        .collect();
    let count = |level: &str| levels.iter().filter(|it| **it == level).count();
    assert_eq!(count("error"), 10, "{out}");
    assert!(count("warning") > 0 && count("notice") > 0, "{out}");
    let order = |level: &str| levels.iter().position(|it| *it == level).unwrap();
    assert!(order("error") < order("warning") && order("warning") < order("notice"));
    let report = repo.check();
    let all = report["findings"].as_array().unwrap().len();
    let last = out.lines().last().unwrap();
    assert!(
        last.starts_with(&format!("{} more findings are not", all - levels.len())),
        "{last}"
    );
    let repo = Repo::new(&[(
        "ownership.yaml",
        "version: 1\nexemptions: [{paths: ['own*'], reason: x}]\n",
    )]);
    for at in 0..11 {
        repo.write(format!("{at}"), "");
        // One finding would replace the others if most files had no owner.
        repo.write(format!("own{at}"), "");
    }
    let out = written(&repo, "github", &["--only", "unowned-path"]);
    let last = out.lines().last().unwrap();
    assert!(last.starts_with("1 more finding is not annotated"), "{out}");
}

#[test]
fn writes_annotations_and_a_summary_in_github_actions_by_default() {
    let repo = repo();
    let elsewhere = Repo::new(&[]);
    let summary = elsewhere.path().join("summary.md");
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let _ = fs::remove_file(&summary);
        let mut command = repo.command();
        command
            .arg("check")
            .args(arguments)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary)
            .envs(variables.iter().copied());
        let run = Run::of(command.output().unwrap());
        (run.out, fs::read_to_string(&summary).unwrap_or_default())
    };
    let (out, page) = run(&[], &[]);
    let human = repo.run(&["check"]).out;
    let (head, rest) = out.split_once('\n').unwrap();
    let token = head.strip_prefix("::stop-commands::").unwrap();
    let (shielded, commands) = rest.split_once(&format!("::{token}::\n")).unwrap();
    assert_eq!(shielded, human);
    assert_eq!(commands, written(&repo, "github", &[]));
    assert_eq!(page, written(&repo, "markdown", &[]));
    let (out, page) = run(&["--format", "json"], &[]);
    assert!(out.starts_with('{') && page.is_empty());
    let (out, page) = run(&[], &[("OWNLINT_FORMAT", "compact")]);
    assert!(out.contains(": error[") && page.is_empty(), "{out}");
    let (out, _) = run(&["-f", "json"], &[("OWNLINT_FORMAT", "compact")]);
    assert!(out.starts_with('{'));
    let (out, page) = run(&["--format", "github"], &[]);
    assert!(out.starts_with("::error ") && page.starts_with("## "));
}

#[test]
fn limits_the_size_of_a_summary() {
    let repo = repo();
    for at in 0..40 {
        repo.write(format!("charts/c{at}/Chart.yaml"), "team: nobody\n");
    }
    let summary = repo.path().join("summary.md");
    for (taken, expected) in [
        (0, ""),
        (1024 * 1024 - 3000, " more findings are not shown."),
    ] {
        fs::write(&summary, "x".repeat(taken)).unwrap();
        let mut command = repo.command();
        let command = command.args(["check", "-f", "github"]);
        let run = Run::of(
            command
                .env("GITHUB_STEP_SUMMARY", &summary)
                .output()
                .unwrap(),
        );
        assert_eq!(run.code, 1, "{}", run.err);
        let page = fs::read_to_string(&summary).unwrap();
        assert!(
            page.len() <= 1024 * 1024 && page.len() > taken,
            "{}",
            page.len()
        );
        assert!(page.contains(expected), "{taken}");
    }
    fs::write(&summary, "x".repeat(1024 * 1024)).unwrap();
    let mut command = repo.command();
    let command = command.args(["check", "-f", "github"]);
    let run = Run::of(
        command
            .env("GITHUB_STEP_SUMMARY", &summary)
            .output()
            .unwrap(),
    );
    assert_eq!(
        (run.code, fs::metadata(&summary).unwrap().len()),
        (1, 1024 * 1024)
    );
}

#[test]
fn writes_several_files_in_one_run() {
    let repo = repo();
    let human = repo.run(&["check"]).out;
    let arguments =
        "check --format sarif --output a.sarif --format gitlab --output=b.json --format human";
    let run = repo.run(&arguments.split(' ').collect::<Vec<_>>());
    assert_eq!((run.code, run.out), (1, human));
    let read = |path: &str| fs::read_to_string(repo.path().join(path)).unwrap();
    // The written files are now files of the repository.
    let run = repo.run(&["check", "--format", "sarif", "modules"]);
    let sarif: Value = serde_json::from_str(&read("a.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["tool"], run.json()["runs"][0]["tool"]);
    assert!(
        serde_json::from_str::<Value>(&read("b.json"))
            .unwrap()
            .is_array()
    );
    let run = repo.run(&["check", "--output", "out.txt", "--color", "auto"]);
    assert_eq!((run.code, &*run.out), (1, ""));
    assert!(read("out.txt").contains("no owner") && !read("out.txt").contains('\x1b'));
    let coloured = repo.run(&["check", "--output", "out.txt", "--color", "always"]);
    assert!(coloured.code == 1 && read("out.txt").contains('\x1b'));
    for arguments in [
        "-f json -f sarif",
        "-f json -o x -f sarif -o x",
        "-o x -o y",
    ] {
        let all: Vec<&str> = std::iter::once("check")
            .chain(arguments.split(' '))
            .collect();
        let run = repo.run(&all);
        assert_eq!(run.code, 2, "{arguments}");
        assert!(
            !run.err.is_empty() && !repo.path().join("x").exists(),
            "{}",
            run.err
        );
    }
}

#[test]
fn replaces_files_atomically() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let repo = repo();
    let check = |output: &str| repo.run(&["check", "--format", "json", "--output", output]);
    let entries = || -> BTreeSet<_> {
        let entries = fs::read_dir(repo.path().join("out")).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    fs::create_dir(repo.path().join("out")).unwrap();
    repo.write("out/old.json", "old");
    let old = repo.path().join("out/old.json");
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(&old).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let link = outside.path().join("link.json");
    std::os::unix::fs::symlink(&old, &link).unwrap();
    assert_eq!(check(link.to_str().unwrap()).code, 1);
    let after = fs::metadata(&old).unwrap();
    assert_ne!(
        before.ino(),
        after.ino(),
        "the file is replaced, not overwritten"
    );
    assert_eq!(after.mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&old).unwrap().starts_with('{'));
    assert!(link.is_symlink());
    assert_eq!(entries().len(), 1, "no temporary file remains");
    for (output, message) in [
        ("gone/x.json", "directory `gone` does not exist"),
        ("out", "`out` is a directory"),
        ("out/old.json/x", "directory `out/old.json` does not exist"),
        ("/dev/full", "No space left"),
    ] {
        let run = check(output);
        assert_eq!((run.code, &*run.out), (2, ""), "{output}");
        assert!(run.err.contains(message), "{output}: {}", run.err);
    }
    let long = format!("out/{}", "x".repeat(300));
    let several = [
        "check", "-f", "json", "-o", "out/a", "-f", "sarif", "-o", &long,
    ];
    assert_eq!(repo.run(&several).code, 2);
    assert_eq!(check("/dev/null").code, 1);
    assert_eq!(check("/dev/stdout").code, 1);
    assert_eq!(entries().len(), 1);
}

#[test]
fn refuses_to_overwrite_the_map_the_baseline_or_another_format() {
    let repo = repo();
    repo.link("to-map", "ownership.yaml");
    let map = fs::read(repo.path().join("ownership.yaml")).unwrap();
    for (arguments, error) in [
        ("check -o ownership.yaml", "is part of the map"),
        ("check -o to-map -f json", "`to-map` is a symbolic link"),
        (
            "check --baseline x --update-baseline -f json -o to-map",
            "`to-map` is a symbolic link",
        ),
        ("report -o ./ownership.yaml", "is part of the map"),
        ("generate markdown -o to-map", "is part of the map"),
        (
            "check -f json -o x -f sarif -o x",
            "written to the same file, `x`",
        ),
        (
            "check -f json -o x -f sarif -o ./x",
            "written to the same file, `./x`",
        ),
        (
            "check --baseline x --update-baseline -f json -o ./x",
            "`./x` is the baseline",
        ),
    ] {
        let run = repo.run(&arguments.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments}");
        assert!(run.err.contains(error), "{arguments}: {}", run.err);
        assert!(!repo.path().join("x").exists(), "{arguments}");
    }
    assert_eq!(fs::read(repo.path().join("ownership.yaml")).unwrap(), map);
}

#[test]
fn appends_to_standard_output_by_any_name() {
    let repo = repo();
    repo.link("out", "/dev/stdout");
    for output in ["/dev/stdout", "/proc/self/fd/1", "out"] {
        let log = repo.path().join("log");
        fs::write(&log, "before\n").unwrap();
        let open = fs::OpenOptions::new().append(true).open(&log).unwrap();
        let mut command = repo.command();
        command.args(["check", "--format", "json", "--output", output]);
        assert_eq!(command.stdout(open).status().unwrap().code(), Some(1));
        let log = fs::read_to_string(&log).unwrap();
        assert!(log.starts_with("before\n{"), "{output}: {log}");
    }
    // `/dev/shm` is an ordinary directory among the devices.
    let Ok(memory) = tempfile::tempdir_in("/dev/shm") else {
        return;
    };
    let json = memory.path().join("x.json");
    for _ in 0..2 {
        let run = repo.run(&["check", "-f", "json", "-o", json.to_str().unwrap()]);
        assert_eq!((run.code, &*run.err), (1, ""));
        serde_json::from_slice::<Value>(&fs::read(&json).unwrap()).unwrap();
    }
}

#[test]
fn reports_a_full_disk() {
    let repo = repo();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = repo.command();
    let run = Run::of(command.arg("check").stdout(full).output().unwrap());
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("failed to write the result"),
        "{}",
        run.err
    );
}

#[test]
fn prints_paths_relative_to_the_current_checkout() {
    let repo = Repo::new(&[
        ("puppet/lost/x", ""),
        ("puppet/modules/x", ""),
        ("charts/charts/kask/Chart.yaml", "team: nobody\n"),
        (
            "map/ownership.yaml",
            "version: 1\nteams: {sre: {contacts: {irc: x}}}\nrules: [{paths: [gone/, modules/], owner: sre}]\n\
             repositories: [{name: puppet, path: ../puppet}, {name: charts, path: ../charts}]\n",
        ),
    ]);
    for checkout in ["puppet", "charts", "map"] {
        repo.git(&["-C", checkout, "init", "-q"]);
        repo.git(&["-C", checkout, "add", "-A"]);
    }
    let run = |directory: &str, format: &str| {
        let mut command = repo.command();
        let config = repo.path().join("map/ownership.yaml");
        command.current_dir(repo.path().join(directory));
        command
            .arg("check")
            .arg("--config")
            .arg(config)
            .args(["--format", format]);
        Run::of(command.output().unwrap())
    };
    let found = |directory: &str| paths("gitlab", &run(directory, "gitlab").out);
    let set =
        |paths: &[&str]| -> BTreeSet<String> { paths.iter().map(|it| (*it).to_owned()).collect() };
    assert_eq!(
        found("puppet"),
        set(&[
            "lost/",
            "../charts/charts/kask/Chart.yaml",
            "../map/ownership.yaml"
        ])
    );
    assert_eq!(found("puppet/lost"), found("puppet"));
    assert_eq!(
        found("map"),
        set(&[
            "../puppet/lost/",
            "../charts/charts/kask/Chart.yaml",
            "ownership.yaml"
        ])
    );
    assert_eq!(
        found("."),
        set(&[
            "puppet/lost/",
            "charts/charts/kask/Chart.yaml",
            "map/ownership.yaml"
        ])
    );
    // A file outside the checkout has no line to comment on.
    let gerrit = run("charts", "gerrit").json();
    assert_eq!(
        keys(&gerrit["comments"]),
        ["/PATCHSET_LEVEL", "charts/kask/Chart.yaml"]
    );
    let github = run("charts", "github").out;
    let dead = github
        .lines()
        .find(|line| line.contains("unmatched-rule"))
        .unwrap();
    assert!(
        dead.starts_with("::warning title=") && dead.contains("../map/ownership.yaml:3:"),
        "{dead}"
    );
    let sarif = run("charts", "sarif").json();
    let bases = &sarif["runs"][0]["originalUriBaseIds"];
    assert_eq!(keys(bases), ["%SRCROOT%", "MAP", "REPOSITORY:puppet"]);
    let root = repo.path().canonicalize().unwrap();
    assert_eq!(
        text(&bases["MAP"]["uri"]),
        format!("file://{}/map/", root.display())
    );
}

#[test]
fn an_overview_shows_one_of_many_warnings_and_ten_teams() {
    let teams: String = (0..13).map(|at| format!("  t{at}: {{}}\n")).collect();
    let rules: String = (0..13)
        .map(|at| format!("- {{paths: [d{at}/, gone{at}/], owner: t{at}}}\n"))
        .collect();
    let map = format!(
        "version: 1\nchecks: {{missing-contact: off}}\nteams:\n{teams}rules:\n- {{paths: [ownership.yaml], owner: t0}}\n{rules}"
    );
    let repo = Repo::new(&[("ownership.yaml", &map)]);
    for at in 0..13 {
        repo.write(format!("d{at}/x"), "");
    }
    let matches = |arguments: &[&str]| {
        let run = repo.run(&[&["check"], arguments].concat());
        assert_eq!(
            run.code,
            i32::from(arguments.contains(&"--fail-on")),
            "{}",
            run.err
        );
        (
            run.out.matches("` matches no files").count(),
            run.out.contains("  t9 "),
            run.out,
        )
    };
    let (warnings, has_last, out) = matches(&[]);
    assert_eq!((warnings, has_last), (1, false), "{out}");
    assert!(
        out.contains("and 12 more; use `-v` to list all findings, or `--only unmatched-rule`"),
        "{out}"
    );
    assert!(
        out.contains("and 3 more teams: run `ownlint report`"),
        "{out}"
    );
    assert!(out.contains("13 warnings: 13 unmatched-rule"), "{out}");
    for all in [
        &["-v"][..],
        &["--only", "unmatched-rule"],
        &["--min-severity", "warning"],
        &["--fail-on", "warning"],
        &["--format", "compact"],
        &["."],
    ] {
        let (warnings, _, out) = matches(all);
        assert_eq!(warnings, 13, "{all:?}: {out}");
    }
}
