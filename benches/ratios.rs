//! Compares the time of ownlint with that of work it can't avoid: ratios of medians of paired runs.
//!
//! `cargo bench --features internals` runs all benchmarks except the largest one. `-- --large` adds a benchmark with a
//! million files. `OWNLINT_CORPORA=DIR` also measures `DIR/puppet` and `DIR/infra-deployments`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

mod corpus;

use bstr::ByteSlice as _;
use corpus::{Rule, map_text, paths, rules_for, time};
use ownlint::internals::{
    alerting::{Configuration, Evaluator, LabelSet, read},
    checks::{self, Context, Scope},
    config::{self, Vocabulary},
    dialects,
    inventory::{SourceFile, detectors, list},
    lint::{Report, Selection},
    outputs,
    pattern::{Pattern, PatternTree},
    resolution::ResolvedRepository,
    snapshot::Snapshot,
    text::{Source, SourceOrigin},
};

const OWNLINT: &str = env!("CARGO_BIN_EXE_ownlint");

/// The number of paired runs.
const PAIRS: usize = 15;

fn main() {
    let large = env::args().any(|argument| argument == "--large");
    let scratch = tempfile::tempdir().expect("a scratch directory");
    println!(
        "{:<58} {:>9} {:>9} {:>6}  target",
        "what", "ownlint", "other", "ratio"
    );
    matching();
    routing();
    outputs(scratch.path());
    synthetic(scratch.path(), 100_000, 2_000, 1.5);
    if large {
        synthetic(scratch.path(), 1_000_000, 10_000, 2.0);
    }
    unfavorable(scratch.path());
    ownership_files(scratch.path());
    outside_git(scratch.path());
    findings(scratch.path());
    declaring(scratch.path());
    without_rules(scratch.path());
    if let Some(corpora) = env::var_os("OWNLINT_CORPORA").map(PathBuf::from) {
        puppet(scratch.path(), &corpora.join("puppet"));
        for name in ["puppet", "infra-deployments"] {
            words(scratch.path(), &corpora.join(name), name);
        }
    }
}

/// Measures the matching of a hundred times as many rules.
fn matching() {
    let paths = paths(100_000);
    let tree = |rules| {
        let rules = rules_for(&paths, rules);
        let patterns: Vec<Pattern> = rules
            .iter()
            .map(|rule| Pattern::parse(&rule.pattern).expect("a pattern"))
            .collect();
        PatternTree::new(&patterns)
    };
    let (few, many) = (tree(100), tree(10_000));
    let run = |tree: &PatternTree| {
        let mut walker = tree.walk();
        let hits =
            |path: &String| walker.matches(path.as_bytes().as_bstr(), false, |ids| ids.len());
        paths.iter().map(hits).sum::<usize>()
    };
    compare(
        "match 100,000 files: 10,000 rules against 100",
        2.0,
        || time(|| run(&many)),
        || time(|| run(&few)),
    );
}

/// Measures how many notification routes cost.
fn routing() {
    let configuration = |teams: usize| {
        let mut text = String::from("route:\n  receiver: default\n  routes:\n");
        for team in 0..teams {
            text += &format!(
                "  - matchers: ['team=\"team-{team}\"']\n    routes:\n    - match_re: {{severity: 'page|critical'}}\n\
                 \x20     receiver: page\n    - match_re: {{service: 'svc-{team}-.*'}}\n"
            );
        }
        text += "receivers: [{name: default}, {name: page}]\n";
        let origin = SourceOrigin::Repository("alerts".into());
        let source = Source::new(origin, "alertmanager.yml".into(), text.into_bytes());
        let mut found = read(&SourceFile::new(source, None)).configurations;
        found.pop().expect("a configuration")
    };
    let sets = |teams: usize| {
        let set = move |at: usize| {
            let severity = ["page", "critical", "warning", "task", "info"][at % 5];
            let team = format!("team-{}", at * 97 % teams);
            [("team", team), ("severity", severity.to_owned())]
                .into_iter()
                .collect()
        };
        (0..500).map(set).collect::<Vec<LabelSet>>()
    };
    let run = |(configuration, sets): &(Configuration, Vec<LabelSet>)| {
        let mut evaluator = Evaluator::new(configuration);
        let reached = sets.iter().map(|set| evaluator.evaluate(set));
        reached.map(|it| it.possible.len()).sum::<usize>()
    };
    let [few, many] = [333, 3_333].map(|teams| (configuration(teams), sets(teams)));
    compare(
        "route 500 label sets: 10,000 routes against 1,000",
        12.0,
        || time(|| run(&many)),
        || time(|| run(&few)),
    );
    let reach = |(configuration, _): &(Configuration, Vec<LabelSet>)| {
        let all = configuration.reachability();
        all.len()
    };
    compare(
        "reachability: 10,000 routes against 1,000",
        20.0,
        || time(|| reach(&many)),
        || time(|| reach(&few)),
    );
}

/// Measures what each output costs in addition to the check, with 10,000 findings: half of them for rules of one large
/// map, half for declarations in as many files.
fn outputs(scratch: &Path) {
    const HALF: usize = 5_000;
    const LIMITS: (f64, u64) = (300.0, 200);
    let root = scratch.join("outputs");
    for at in 0..HALF {
        let chart = root.join(format!("charts/chart-{at}"));
        fs::create_dir_all(&chart).expect("a directory");
        fs::write(chart.join("Chart.yaml"), "name: Übung\nteam: taem-7\n").expect("a file");
    }
    let unmatched = (0..HALF).map(|at| Rule {
        pattern: format!("gone/directory-{at}/"),
        priority: 0,
    });
    write_map(&root, &unmatched.collect::<Vec<_>>());
    let run = |format: &str| {
        let mut times: Vec<Duration> = (0..PAIRS)
            .map(|_| command(OWNLINT, &root, &["check", "--format", format])())
            .collect();
        times.sort();
        (
            times[PAIRS / 2].as_secs_f64() * 1e3,
            peak_memory(&root, format) / 1024,
        )
    };
    // This output prints at most ten annotations of a level.
    let (base_time, base_memory) = run("github");
    println!(
        "10,000 findings: the check takes {base_time:.1} ms and {base_memory} MB; in addition:"
    );
    for output in outputs::ALL {
        let (time, memory) = run(output.name);
        let (time, memory) = (time - base_time, memory.saturating_sub(base_memory));
        let verdict = if time <= LIMITS.0 && memory <= LIMITS.1 {
            "ok"
        } else {
            "over"
        };
        println!(
            "{:<58} {time:>6.1} ms {memory:>6} MB  {:.0} ms, {} MB {verdict}",
            format!("  {}", output.name),
            LIMITS.0,
            LIMITS.1
        );
    }
}

/// Measures whole runs on a repository that consists of an index only.
fn synthetic(scratch: &Path, files: usize, rules: usize, target: f64) {
    let root = scratch.join(format!("synthetic-{files}"));
    let paths = paths(files);
    index_only(&root, &paths);
    let what = format!("check {files} files × {rules} rules against `git ls-files`");
    write_map(&root, &rules_for(&paths, rules));
    whole_run(&what, target, &root, &["check", "--format", "compact"]);
    println!(
        "{:<58} {:>6} MB",
        "  its peak memory",
        peak_memory(&root, "compact") / 1024
    );
    // This includes the verification, and takes at most twice as long as a check.
    generate(
        &format!("{files} files × {rules} rules"),
        &root,
        &dialects::names(),
    );
    checks("  all checks against listing and resolving", &root);
    let floating: Vec<Rule> = (0..2_000)
        .map(|at| {
            let letters = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
            let [a, b, c, d] = [at, at / 26, at * 7 + 3, at / 3 + 11].map(letters);
            Rule {
                pattern: format!("**/*{a}{b}*{c}{d}*"),
                priority: at,
            }
        })
        .collect();
    write_map(&root, &floating);
    let what = format!("check {files} files × 2000 floating rules");
    whole_run(
        &what,
        3.0 * target,
        &root,
        &["check", "--format", "compact"],
    );
}

/// Compares the generation of files in some dialects with a check.
fn generate(what: &str, root: &Path, dialects: &[&str]) {
    for dialect in dialects {
        compare(
            &format!("generate {dialect}, {what}, against `check`"),
            2.0,
            command(OWNLINT, root, &["generate", dialect]),
            command(OWNLINT, root, &["check", "--format", "compact"]),
        );
    }
}

/// Measures maps that are unfavorable for some dialects.
fn unfavorable(scratch: &Path) {
    let floating = |at: usize| Rule {
        pattern: format!("**/g{at}.conf"),
        priority: 1_000 + at,
    };
    let paths = paths(10_000);
    let single = |path: &String| Rule {
        pattern: path.clone(),
        priority: 0,
    };
    let root = scratch.join("unfavorable");
    index_only(&root, &paths);
    let rules: Vec<Rule> = rules_for(&paths, 500)
        .into_iter()
        .chain((0..40).map(floating))
        .collect();
    write_map(&root, &rules);
    generate("40 floating patterns", &root, &dialects::names());
    // Each becomes a filter.
    let rules: Vec<Rule> = paths.iter().step_by(4).map(single).collect();
    write_map(&root, &rules);
    generate(
        "2,500 single files",
        &root,
        &["gerrit", "kubernetes", "maintainers"],
    );
    let nested: Vec<String> = (0..100)
        .map(|at| format!("areas/area{at:05}/MAINTAINERS"))
        .collect();
    for path in &nested {
        let full = root.join(path);
        fs::create_dir_all(full.parent().expect("a directory")).expect("a directory");
        let directory = path.trim_end_matches("MAINTAINERS");
        let text = format!("AREA\nM:\tteam-1@example.org\nF:\t{directory}new/\n");
        fs::write(full, text).expect("a file");
    }
    let options = ".get_maintainer.conf".to_owned();
    fs::write(
        root.join(&options),
        "--find-maintainer-files --maintainer-path=.\n",
    )
    .expect("a file");
    index_only(&root, &[&paths[..], &nested, &[options]].concat());
    write_map(&root, &rules_for(&paths, 500));
    generate("100 nested files", &root, &["maintainers"]);
}

/// Compares all checks with the work before them: listing and resolving all files.
fn checks(what: &str, root: &Path) {
    let vocabulary = Vocabulary {
        checks: &checks::names(),
        detectors: &detectors::names(),
        outputs: &dialects::outputs(),
        dialects: &dialects::names(),
        owner_keys: &detectors::reading_owner_keys(),
        kinds: &detectors::kinds(),
        forges: &dialects::handle_keys(),
    };
    let map = config::load_from(
        &Snapshot::default(),
        &root.join("ownership.yaml"),
        &vocabulary,
        |_, _| (),
    )
    .expect("a map");
    let today = jiff::civil::date(2026, 11, 22);
    let resolve = || {
        let listing = list(root, false).expect("a repository");
        ResolvedRepository::new(
            &map,
            0,
            root.to_path_buf(),
            listing,
            today,
            dialects::read_statements,
        )
        .expect("claims")
    };
    let repositories = [resolve()];
    let check = || {
        let context = Context::new(&map, &repositories, today, &Scope::All);
        Report::of(&context, &Selection::default()).findings.len()
    };
    compare(what, 1.0, || time(check), || time(resolve));
}

/// Compares large ownership files with files of one line: many sections, and many regular expressions.
fn ownership_files(scratch: &Path) {
    let repeat = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    let sections = repeat(20_000, |at| {
        format!("[Section {at}]\n/d{at}/ @group/team{at}\n")
    });
    let filters = |expression: &str| {
        let filter = |at| format!("  '{expression}{at}': {{approvers: [a]}}\n");
        let count = (128 << 10) / filter(0).len();
        format!("filters:\n{}", (0..count).map(filter).collect::<String>())
    };
    let names = repeat(4_000, |at| {
        format!("S{at}\nM:\ta{at}@x.org\nN:\tname{at}[^a]*x\n\n")
    });
    for (what, dialect, file, large, small) in [
        (
            "20,000 sections",
            "gitlab",
            "CODEOWNERS",
            sections,
            "/d0/ @group/team0\n",
        ),
        (
            "128 kB of filters \\pL{40}",
            "kubernetes",
            "OWNERS",
            filters("\\pL{40}"),
            "approvers: [a]\n",
        ),
        (
            "128 kB of filters \\w{20}",
            "kubernetes",
            "OWNERS",
            filters("\\w{20}x"),
            "approvers: [a]\n",
        ),
        (
            "4,000 N: expressions",
            "maintainers",
            "MAINTAINERS",
            names,
            "S\nM:\ta@x.org\nF:\t*\n",
        ),
    ] {
        let write = |name: &str, text: &str| {
            let root = scratch.join(name);
            fs::create_dir_all(&root).expect("a directory");
            fs::write(root.join(file), text).expect("a file");
            root
        };
        let (large, small) = (write("large-file", &large), write("small-file", small));
        let who = ["who", "--quiet", "--from", dialect, "d0/x"];
        let check = ["check", "--quiet", "--from", dialect];
        for arguments in [&who[..], &check] {
            compare(
                &format!("{} --from with {what} against one line", arguments[0]),
                40.0,
                command(OWNLINT, &large, arguments),
                command(OWNLINT, &small, arguments),
            );
        }
        for root in [large, small] {
            fs::remove_dir_all(root).expect("a directory");
        }
    }
}

/// Compares a check of a directory that is not a git repository with `rg --files`.
fn outside_git(scratch: &Path) {
    let has_rg = Command::new("rg")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !has_rg.is_ok_and(|status| status.success()) {
        println!("skipped runs outside git: rg is not installed");
        return;
    }
    let root = scratch.join("plain");
    let paths = paths(20_000);
    for path in &paths {
        let full = root.join(path);
        fs::create_dir_all(full.parent().expect("a directory")).expect("a directory");
        fs::write(full, "").expect("a file");
    }
    write_map(&root, &rules_for(&paths, 1_000));
    let ours = command(OWNLINT, &root, &["check", "--format", "compact"]);
    let theirs = command("rg", &root, &["--files", "--hidden", "-uuu"]);
    compare(
        "check 20,000 files outside git against `rg --files`",
        1.3,
        ours,
        theirs,
    );
}

/// Measures how long it takes to find and print a thousand findings, and to look them up in a baseline: the time of a
/// whole run minus that of a run that only resolves owners.
fn findings(scratch: &Path) {
    const LIMIT: Duration = Duration::from_millis(200);
    let root = &scratch.join("findings");
    let mut map = String::from("version: 1\nteams: {a: {}, b: {}}\nrules:\n");
    let mut paths = Vec::new();
    for at in 0..250 {
        let _ = writeln!(map, "  - {{paths: [gone/{at}/], owner: a}}");
        let _ = writeln!(map, "  - {{paths: ['own/o{at}/*'], owner: a}}");
        let _ = writeln!(map, "  - {{paths: ['own/*o{at}/f'], owner: b}}");
        paths.push(format!("own/o{at}/f"));
        paths.push(format!("lost/l{at}/x/f"));
        let chart = format!("charts/c{at}/Chart.yaml");
        let directory = root.join(&chart);
        let directory = directory.parent().expect("a directory");
        fs::create_dir_all(directory).expect("a directory");
        let text = format!("name: c{at}\nteam: nobody-{at}\n");
        fs::write(root.join(&chart), text).expect("a file");
        paths.push(chart);
    }
    map += "  - {paths: [lost/own], owner: a}\n";
    paths.push("lost/own".to_owned());
    paths.sort();
    index_only(root, &paths);
    fs::write(root.join("ownership.yaml"), map).expect("a map");
    let update = ["check", "--baseline", "known.json", "--update-baseline"];
    command(OWNLINT, root, &update)();
    let known = fs::read_to_string(root.join("known.json")).expect("a baseline");
    let known = known.matches("fingerprint").count();
    assert!(known >= 1_000, "{known} findings");
    let outputs = outputs::ALL.iter();
    let formats = outputs.map(|output| vec!["--format", output.name]);
    let baseline = vec!["--baseline", "known.json", "--show-baselined"];
    for arguments in formats.chain([baseline]) {
        let what = format!("print {known} findings, {}", arguments.join(" "));
        let arguments = [&["check"][..], &arguments].concat();
        let mut ours = command(OWNLINT, root, &arguments);
        let silent = ["check", "--only", "unused-suppression", "-q"];
        let mut theirs = command(OWNLINT, root, &silent);
        let mut cost = || ours().saturating_sub(theirs());
        cost();
        let mut costs: Vec<Duration> = (0..PAIRS).map(|_| cost()).collect();
        costs.sort();
        let cost = costs[PAIRS / 2];
        let verdict = if cost <= LIMIT { "ok" } else { "over" };
        let millis = cost.as_secs_f64() * 1e3;
        println!("{what:<58} {millis:>6.1} ms  200 ms {verdict}");
    }
}

/// Measures a check of a repository in which half of the files declare owners, against `git status`.
fn declaring(scratch: &Path) {
    const FILES: usize = 21_715;
    const COMPONENTS: usize = 10_577;
    let root = &scratch.join("declaring");
    let mut written = 0;
    let mut write = |path: String, text: String| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
        written += 1;
    };
    let teams: String = (0..40).map(|at| format!("  team-{at}: {{}}\n")).collect();
    let map = format!(
        "version: 1\nteams:\n{teams}rules:\n  - {{paths: [lib/, ownership.yaml], owner: team-0}}\n\
         owner_keys: [example.org/team, Owner]\n"
    );
    write("ownership.yaml".to_owned(), map);
    for at in 0..COMPONENTS {
        let team = format!("team-{}", at % 40);
        match at % 10 {
            0 | 1 => write(
                format!("charts/chart-{at}/Chart.yaml"),
                format!("apiVersion: v2\nname: chart-{at}\nversion: 0.1.{at}\nteam: {team}\n"),
            ),
            2..7 => write(
                format!("apps/app-{}/deployment-{at}.yaml", at / 8),
                format!(
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{at}\n  labels:\n    \
                     app: app-{at}\n    example.org/team: {team}\nspec:\n  replicas: 2\n  template:\n    \
                     spec:\n      containers:\n        - name: main\n          image: app-{at}:1\n"
                ),
            ),
            7 => write(
                format!("alerts/{team}/group-{at}.yaml"),
                format!(
                    "groups:\n  - name: group-{at}\n    rules:\n      - alert: Down{at}\n        expr: up == 0\n        \
                     labels: {{severity: critical, team: {team}}}\n"
                ),
            ),
            8 => write(
                format!("terraform/stack-{at}/main.tf"),
                format!(
                    "resource \"server\" \"main\" {{\n  tags = {{\n    Owner = \"{team}\"\n  }}\n}}\n"
                ),
            ),
            _ => {
                let role = format!("area{}/role{at}", at % 50);
                let class = role.replace('/', "::");
                write(
                    format!("modules/role/manifests/{role}.pp"),
                    format!("class role::{class} {{\n    include profile::base\n}}\n"),
                );
                write(
                    format!("hieradata/role/common/{role}.yaml"),
                    format!("profile::contacts::role_contacts: [{team}]\ncluster: main\n"),
                );
            }
        }
    }
    // Some components consist of two files.
    let others = FILES - 1 - COMPONENTS - COMPONENTS / 10;
    for at in 0..others {
        let ending = ["pp", "json", "erb", "txt", "sh", "conf", "md", "py"][at % 8];
        write(
            format!("lib/area-{}/file-{at}.{ending}", at / 100),
            "text\n".repeat(20),
        );
    }
    assert_eq!(written, FILES);
    track(root);
    compare(
        &format!("check {COMPONENTS} declaring components against `git status`"),
        3.0,
        command(OWNLINT, root, &["check", "--format", "compact"]),
        command("git", root, &["status"]),
    );
}

/// Measures many YAML files without alerting rules, which are all searched for rules.
fn without_rules(scratch: &Path) {
    const FILES: usize = 20_000;
    let root = &scratch.join("without-rules");
    let line = |at: usize| format!("key{at}: value-{}\n", at % 7);
    let text: String = (0..130).map(line).collect();
    for at in 0..FILES {
        let directory = root.join(format!("d{}", at / 200));
        fs::create_dir_all(&directory).expect("a directory");
        fs::write(directory.join(format!("f{at}.yaml")), &text).expect("a file");
    }
    let map = "version: 1\nteams: {a: {}}\nrules: [{paths: ['**'], owner: a}]\n";
    fs::write(root.join("ownership.yaml"), map).expect("a map");
    track(root);
    let words = ["groups", "GrafanaAlertRuleGroup", "rule_files"];
    let words = words.iter().flat_map(|word| ["-e", *word]);
    let grep: Vec<&str> = ["grep", "-l"].into_iter().chain(words).collect();
    compare(
        &format!("check {FILES} files without rules against `git grep`"),
        1.5,
        command(OWNLINT, root, &["check", "--format", "compact"]),
        command("git", root, &grep),
    );
}

/// Measures a real repository, with all declarations, against a search for the words that declare owners.
fn words(scratch: &Path, corpus: &Path, name: &str) {
    let root = &scratch.join(format!("words-{name}"));
    clone(corpus, root);
    let map = "version: 1\nteams: {a: {}}\nrules: [{paths: ['**'], owner: a}]\n";
    fs::write(root.join("ownership.yaml"), map).expect("a map");
    compare(
        &format!("check {name} against `git grep` for owners"),
        1.5,
        command(OWNLINT, root, &["check", "--format", "compact"]),
        command("git", root, &["grep", "-lE", "^kind:|alert:|owner|team"]),
    );
}

/// Creates a git repository and adds all files to it.
fn track(root: &Path) {
    for arguments in [&["init", "-q"][..], &["add", "-A"]] {
        let mut git = Command::new("git");
        let status = git.args(arguments).current_dir(root).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "git {arguments:?}"
        );
    }
}

/// Clones a repository without copying its objects.
fn clone(corpus: &Path, root: &Path) {
    let mut clone = Command::new("git");
    clone.args(["clone", "-q", "--shared"]).args([corpus, root]);
    assert!(
        clone.status().is_ok_and(|status| status.success()),
        "git clones"
    );
}

/// Measures a copy of a real repository with a map in its root.
fn puppet(scratch: &Path, corpus: &Path) {
    let root = &scratch.join("puppet");
    clone(corpus, root);
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root)
        .output()
        .expect("git lists the corpus");
    let paths: Vec<String> = listed
        .stdout
        .split_str("\0")
        .filter(|path| !path.is_empty())
        .map(|path| path.to_str_lossy().into_owned())
        .collect();
    let rules = rules_for(&paths, 1_500);
    let run = |arguments: &[&str], declarations: &str, what: &str, target: f64| {
        let text = map_text(&rules) + declarations;
        fs::write(root.join("ownership.yaml"), text).expect("a map");
        whole_run(what, target, root, arguments);
    };
    let check = ["check", "--format", "compact"];
    let ignoring = "declarations: {\"*\": ignore}\n";
    run(
        &check,
        ignoring,
        "check puppet × 1,500 rules against `git ls-files`",
        2.0,
    );
    checks("  all checks against listing and resolving", root);
    run(
        &check,
        "",
        "  with all declarations (100 ms at most)",
        f64::INFINITY,
    );
    checks("  all checks against listing and resolving", root);
    let who = ["who", "modules/profile/manifests/base.pp"];
    run(
        &who,
        "",
        "  who owns one path (100 ms at most)",
        f64::INFINITY,
    );
    run(
        &who,
        ignoring,
        "  who, without declarations (20 ms at most)",
        f64::INFINITY,
    );
    changes(root, &rules);
}

/// Compares the check of a change of one file with a full check.
fn changes(root: &Path, rules: &[Rule]) {
    fs::write(root.join("ownership.yaml"), map_text(rules)).expect("a map");
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args([
            "-c",
            "user.name=bench",
            "-c",
            "user.email=bench@example.org",
        ]);
        let status = git.args(arguments).current_dir(root).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "git {arguments:?}"
        );
    };
    git(&["add", "ownership.yaml"]);
    git(&["commit", "-q", "-m", "a map"]);
    let manifest = "class profile::bench {}\n";
    fs::write(root.join("modules/profile/manifests/bench.pp"), manifest).expect("a file");
    git(&["add", "modules/profile/manifests/bench.pp"]);
    let check = ["check", "--format", "compact", "--fail-on", "never"];
    let full = || command(OWNLINT, root, &check);
    let changed = |more: &[&str]| command(OWNLINT, root, &[&check, more].concat());
    compare(
        "check --staged against a full check",
        2.0,
        changed(&["--staged"]),
        full(),
    );
    let mut names = command("git", root, &["diff", "--cached", "--name-status"]);
    let mut all = full();
    compare(
        "  against it and 2 × `git diff --cached --name-status`",
        1.0,
        changed(&["--staged"]),
        move || all() + 2 * names(),
    );
    compare(
        "check --since HEAD against a full check",
        2.2,
        changed(&["--since", "HEAD"]),
        full(),
    );
    // Changes many of the files that declare owners.
    for path in paths_in(root, "hieradata/role").iter().take(200) {
        let mut text = fs::read(path).expect("a file");
        text.extend_from_slice(b"# one more line\n");
        fs::write(path, text).expect("a file");
    }
    git(&["commit", "-q", "-a", "-m", "200 files"]);
    compare(
        "check --since HEAD^, 200 files, against a full check",
        2.2,
        changed(&["--since", "HEAD^"]),
        full(),
    );
}

/// Returns the files below a directory.
fn paths_in(root: &Path, directory: &str) -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "-z", directory])
        .current_dir(root)
        .output()
        .expect("git lists");
    let paths = output
        .stdout
        .split_str("\0")
        .filter(|path| !path.is_empty());
    paths
        .map(|path| root.join(path.to_path().expect("a path")))
        .collect()
}

fn whole_run(what: &str, target: f64, root: &Path, arguments: &[&str]) {
    let ours = command(OWNLINT, root, arguments);
    let theirs = command("git", root, &["ls-files"]);
    compare(what, target, ours, theirs);
}

/// Runs both alternately, and prints medians.
fn compare(
    what: &str,
    target: f64,
    mut ours: impl FnMut() -> Duration,
    mut theirs: impl FnMut() -> Duration,
) {
    ours();
    theirs();
    let mut runs: Vec<(Duration, Duration)> = (0..PAIRS).map(|_| (ours(), theirs())).collect();
    let middle = runs.len() / 2;
    runs.sort_by_key(|(ours, _)| *ours);
    let ours = runs[middle].0;
    runs.sort_by_key(|(_, theirs)| *theirs);
    let theirs = runs[middle].1;
    let mut ratios: Vec<f64> = runs
        .iter()
        .map(|(a, b)| a.as_secs_f64() / b.as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[middle];
    let millis = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let verdict = if ratio <= target { "ok" } else { "over" };
    println!(
        "{what:<58} {:>9} {:>9} {ratio:>6.2}  {target:.2} {verdict}",
        millis(ours),
        millis(theirs)
    );
}

fn command(
    program: &str,
    directory: &Path,
    arguments: &[&str],
) -> impl FnMut() -> Duration + use<> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    move || time(|| command.status().expect("it runs"))
}

/// Returns the peak memory, in KiB, of a check of `root`.
fn peak_memory(root: &Path, format: &str) -> u64 {
    let mut child = Command::new(OWNLINT)
        .args(["check", "--format", format])
        .current_dir(root)
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let seen = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        peak = peak.max(seen.unwrap_or(0));
    }
    peak
}

fn write_map(root: &Path, rules: &[Rule]) {
    fs::write(root.join("ownership.yaml"), map_text(rules)).expect("a map");
}

/// Makes a git repository with `paths` in its index, and no work tree.
fn index_only(root: &Path, paths: &[String]) {
    const EMPTY_BLOB: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    fs::create_dir_all(root).expect("a directory");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(root).args(arguments);
        command
    };
    let status = git(&["init", "-q"]).status().expect("git runs");
    assert!(status.success(), "git makes a repository");
    let mut child = git(&["update-index", "--index-info"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut input = String::new();
    for path in paths {
        let _ = writeln!(input, "100644 {EMPTY_BLOB}\t{path}");
    }
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("git reads");
    drop(stdin);
    assert!(
        child.wait().expect("git ends").success(),
        "git writes an index"
    );
}
