//! Tests the hooks and the CI examples, as far as possible without a server.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output},
};

use crate::harness::{Repo, project};
use serde_yaml::Value;

const MAP: &str = "\
version: 1
teams: {a: {handles: {gerrit: [a@example.org]}}}
checks: {missing-contact: off}
rules:
  - {paths: [owned/], owner: a}
exemptions:
  - {paths: [ownership.yaml], reason: x}
";

/// A branch with a change that adds an unowned file, and the programs that scripts run.
struct Ci {
    repo: Repo,
    programs: Repo,
    base: String,
}

impl Ci {
    fn new() -> Self {
        let repo = Repo::new(&[("ownership.yaml", MAP), ("owned/file", "x\n"), ("old", "")]);
        let programs = Repo::new(&[]);
        let ci = Self {
            base: String::new(),
            repo,
            programs,
        };
        let program = format!(
            "#!/bin/sh\nexec '{}' \"$@\"\n",
            env!("CARGO_BIN_EXE_ownlint")
        );
        ci.program("ownlint", &program);
        // Records what would be sent.
        ci.program("ssh", "#!/bin/sh\necho \"$@\" >> ssh.log\ncat >> ssh.log\n");
        let git = |arguments: &[&str]| ci.repo.git(arguments);
        git(&["init", "-q", "-b", "main"]);
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", "first"]);
        let base = git(&["rev-parse", "HEAD"]).trim().to_owned();
        git(&["checkout", "-q", "-b", "topic"]);
        ci.repo.write("new", "");
        ci.repo.write("owned/more", "");
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", "second"]);
        Self { base, ..ci }
    }

    fn program(&self, name: &str, text: &str) {
        self.programs.write(name, text);
        let path = self.programs.path().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn shell(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let path = std::env::var("PATH").unwrap();
        let isolated = self.repo.command();
        let mut shell = Command::new("sh");
        shell
            .args(["-e", "-c", script])
            .current_dir(self.repo.path());
        for (name, value) in isolated.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        for name in [
            "CI_COMMIT_BEFORE_SHA",
            "CI_COMMIT_BRANCH",
            "CI_DEFAULT_BRANCH",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA",
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
            "GITHUB_ACTIONS",
            "CI",
            "CI_PIPELINE_SOURCE",
            "GITHUB_BASE_REF",
            "GITHUB_EVENT_NAME",
            "GITHUB_STEP_SUMMARY",
        ] {
            shell.env_remove(name);
        }
        shell
            .env("PATH", format!("{}:{path}", self.programs.path().display()))
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }
}

fn text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn read(path: &str) -> String {
    fs::read_to_string(project().join(path)).unwrap()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// Returns the lines of the script of a job.
fn script(job: &Value) -> String {
    let lines = job["script"].as_sequence().unwrap().iter();
    lines
        .map(|line| format!("{}\n", line.as_str().unwrap()))
        .collect()
}

#[test]
fn runs_each_hook_once_per_commit() {
    let hooks = yaml(&read(".pre-commit-hooks.yaml"));
    let hooks = hooks.as_sequence().unwrap();
    let languages: Vec<&str> = hooks
        .iter()
        .map(|hook| hook["language"].as_str().unwrap())
        .collect();
    assert_eq!(languages, ["rust", "system"]);
    for hook in hooks {
        assert_eq!(hook["pass_filenames"], Value::Bool(false));
        assert_eq!(hook["require_serial"], Value::Bool(true));
        assert_eq!(hook["always_run"], Value::Bool(true));
        assert_eq!(hook["entry"].as_str(), Some("ownlint check --staged"));
    }
}

#[test]
fn checks_only_staged_files_in_the_plain_hook() {
    let ci = Ci::new();
    let hook = ci.repo.path().join(".git/hooks/pre-commit");
    fs::copy(project().join("ci/hooks/pre-commit"), hook).unwrap();
    ci.repo.write("staged", "");
    ci.repo.write("unstaged", "");
    let commit = "git add staged && git -c user.name=x -c user.email=x@y commit -q -m x";
    let refused = ci.shell(commit, &[]);
    assert!(!refused.status.success());
    let output = text(&refused);
    assert!(
        output.contains("`staged` has no owner") && !output.contains("unstaged"),
        "{output}"
    );
    ci.repo.git(&["mv", "staged", "owned/staged"]);
    let accepted = ci.shell(&commit.replace("git add staged &&", ""), &[]);
    assert!(accepted.status.success(), "{}", text(&accepted));
}

/// Fills in the inputs of the component: `values`, or else their defaults.
fn component(values: &[(&str, &str)]) -> String {
    let template = read("templates/ownership.yml");
    let (spec, job) = template.split_once("\n---\n").unwrap();
    let spec = yaml(spec);
    let inputs = spec["spec"]["inputs"].as_mapping().unwrap();
    let mut job = job.to_owned();
    for (name, input) in inputs {
        let name = name.as_str().unwrap();
        let value = values.iter().find(|(of, _)| *of == name);
        let value = value.map(|(_, value)| *value);
        let value = value.or_else(|| input["default"].as_str());
        let value = value.unwrap_or_else(|| panic!("{name} has no value"));
        job = job.replace(&format!("$[[ inputs.{name} ]]"), value);
    }
    assert!(!job.contains("$[["), "{job}");
    job
}

const IMAGE: (&str, &str) = ("image", "registry.example.org/ownlint:latest");

/// The example of a job is the component with its defaults. `OWNLINT_UPDATE_EXPECTED=1` writes it.
#[test]
fn the_gitlab_job_is_the_component_with_its_defaults() {
    let head = "\
# A GitLab job, which fails if a merge request introduces errors. It is the same job as the CI/CD component in
# `templates/ownership.yml`, but has no inputs. For an explanation, see `docs/ci.md`.
";
    let job = component(&[IMAGE]).replace("\"ownership\":", "ownership:");
    let job = head.to_owned() + &job.replace(" \n", "\n");
    let path = project().join("ci/gitlab/ownership.gitlab-ci.yml");
    if std::env::var_os("OWNLINT_UPDATE_EXPECTED").is_some() {
        fs::write(path, job).unwrap();
    } else {
        assert_eq!(fs::read_to_string(path).unwrap(), job);
    }
}

/// Runs the job of the component with inputs, as the pipeline of a merge request.
fn merge_request(ci: &Ci, inputs: &[(&str, &str)]) -> Output {
    let job = yaml(&component(&[&[IMAGE], inputs].concat()));
    let job = &job["ownership"];
    let variables = job["variables"].as_mapping().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let variables: Vec<(String, String)> = variables
        .iter()
        .map(|(name, value)| (text(name), text(value)))
        .collect();
    let variables = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let gitlab = [
        ("CI", "true"),
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", ci.base.as_str()),
    ];
    ci.shell(&script(job), &variables.chain(gitlab).collect::<Vec<_>>())
}

fn report(ci: &Ci) -> Vec<String> {
    let report = ci.repo.path().join("gl-code-quality-report.json");
    let report = json(&fs::read_to_string(report).unwrap());
    let issues = report.as_array().unwrap().iter();
    let path = |issue: &serde_json::Value| issue["location"]["path"].as_str().unwrap().to_owned();
    issues.map(path).collect()
}

#[test]
fn fails_a_gitlab_merge_request_for_introduced_findings() {
    let ci = Ci::new();
    let request = merge_request(&ci, &[]);
    let output = text(&request);
    assert_eq!(request.status.code(), Some(1), "{output}");
    assert!(
        output.contains("new has no owner") && !output.contains("old has no owner"),
        "{output}"
    );
    assert_eq!(report(&ci), ["new", "old"]);
    ci.repo.git(&["rm", "-q", "new"]);
    let fixed = merge_request(&ci, &[]);
    assert!(fixed.status.success(), "{}", text(&fixed));
    assert_eq!(report(&ci), ["old"]);
}

#[test]
fn the_inputs_of_the_gitlab_component_do_not_collide() {
    for (inputs, code) in [
        (&[("fail-on", "never")][..], 0),
        (&[("args", "--fail-on never")], 0),
        (&[("min-coverage", "90"), ("fail-on", "never")], 1),
        (&[("args", "--fail-on never --min-coverage 10")], 0),
        (&[("args", "--show-pre-existing --fail-on warning")], 1),
        (&[("config", "ownership.yaml"), ("fail-on", "info")], 1),
        (&[("config", "missing.yaml")], 2),
        (&[("args", "--format junit --output junit.xml")], 1),
    ] {
        let ci = Ci::new();
        let run = merge_request(&ci, inputs);
        assert_eq!(run.status.code(), Some(code), "{inputs:?}: {}", text(&run));
    }
}

#[test]
fn a_gitlab_pipeline_without_a_change_only_reports() {
    let ci = Ci::new();
    let job = script(&yaml(&read("ci/gitlab/ownership.gitlab-ci.yml"))["ownership"]);
    let variables = [
        ("CI_PIPELINE_SOURCE", "schedule"),
        ("CI_COMMIT_BRANCH", "main"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_COMMIT_BEFORE_SHA", &"0".repeat(40)),
        ("MAP", ""),
        ("MIN_COVERAGE", ""),
    ];
    let run = ci.shell(&job, &variables);
    assert!(run.status.success(), "{}", text(&run));
    assert!(
        text(&run).contains("has no change to check"),
        "{}",
        text(&run)
    );
    assert_eq!(report(&ci), ["new", "old"]);
    // Any other pipeline has a change, and fails if it is unknown.
    let of_tag = [("CI_PIPELINE_SOURCE", "push"), ("FAIL_ON", "error")];
    let run = ci.shell(&job, &[&variables[4..], &of_tag].concat());
    assert_eq!(run.status.code(), Some(2), "{}", text(&run));
}

#[test]
fn runs_the_gerrit_job_of_the_target_branch() {
    let ci = Ci::new();
    let server = Repo::new(&[]);
    let git = |arguments: &[&str]| ci.repo.git(arguments);
    git(&["checkout", "-q", "main"]);
    ci.repo.write("ci/gerrit/review", "target\n");
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "job"]);
    ci.repo.write("ci/gerrit/review", "change\n");
    git(&["commit", "-q", "-a", "-m", "replaced job"]);
    git(&["update-ref", "refs/changes/12/12/3", "HEAD"]);
    git(&["reset", "-q", "--hard", "HEAD^"]);
    // The job and its work tree, as the interpreter gets them.
    let python = "#!/bin/sh\necho \"$1\"; cat \"$2\" ci/gerrit/review\n";
    ci.program("python3", python);
    let pipeline = read("ci/gerrit/Jenkinsfile");
    let steps = pipeline.split("sh '").skip(1);
    let steps = steps.map(|step| match step.strip_prefix("''") {
        Some(block) => block.split("'''").next().unwrap(),
        None => step.split('\'').next().unwrap(),
    });
    let script = format!("cd \"$WORK\"\n{}", steps.collect::<Vec<_>>().join("\n"));
    let from = format!("file://{}", ci.repo.path().display());
    let work = server.path().to_str().unwrap();
    let run = ci.shell(
        &script,
        &[
            ("WORK", work),
            ("WORKSPACE_TMP", &format!("{work}/.git/tmp")),
            ("GERRIT_SCHEME", "ssh"),
            ("GERRIT_HOST", "gerrit.example.org"),
            ("GERRIT_PORT", "29418"),
            ("GERRIT_PROJECT", "infra"),
            ("GERRIT_BRANCH", "main"),
            ("GERRIT_REFSPEC", "refs/changes/12/12/3"),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", &format!("url.{from}.insteadOf")),
            ("GIT_CONFIG_VALUE_0", "ssh://gerrit.example.org:29418/infra"),
        ],
    );
    assert_eq!(text(&run), "-I\ntarget\nchange\n");
    assert!(read("ci/gerrit/review").starts_with("#!/usr/bin/env -S python3 -I\n"));
}

#[test]
fn runs_the_zuul_playbook() {
    let jobs = yaml(&read("ci/gerrit/zuul.yaml"));
    let playbook = jobs[0]["job"]["run"].as_str().unwrap();
    let tasks = yaml(&read(playbook))[0]["tasks"].clone();
    let check = tasks[0]["ansible.builtin.command"].as_str().unwrap();
    let ci = Ci::new();
    // Zuul leaves the state before the change in the branch of the remote.
    ci.repo
        .git(&["remote", "add", "origin", "file:///dev/null"]);
    ci.repo
        .git(&["update-ref", "refs/remotes/origin/topic", &ci.base]);
    let run = ci.shell(check, &[]);
    assert_eq!(run.status.code(), Some(1), "{}", text(&run));
    let read = tasks[1]["ansible.builtin.slurp"]["src"].as_str().unwrap();
    let file = read.strip_prefix("{{ zuul.project.src_dir }}/").unwrap();
    let returned = json(&fs::read_to_string(ci.repo.path().join(file)).unwrap());
    let comments = returned["zuul"]["file_comments"].as_object().unwrap();
    assert_eq!(comments.keys().collect::<Vec<_>>(), ["new"]);
}

#[test]
fn fails_a_github_pull_request_for_introduced_findings() {
    let workflow = yaml(&read("ci/github/ownership.yml"));
    let on = workflow["on"].as_mapping().unwrap();
    assert!(on.contains_key("merge_group"), "{on:?}");
    let steps = workflow["jobs"]["ownlint"]["steps"].as_sequence().unwrap();
    let ci = Ci::new();
    let head = ci.repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    ci.repo
        .git(&["update-ref", "refs/remotes/origin/main", &ci.base]);
    let event =
        serde_json::json!({"pull_request": {"head": {"sha": head}, "base": {"sha": ci.base}}});
    ci.programs.write("event.json", event.to_string());
    let path = |name: &str| ci.programs.path().join(name).to_str().unwrap().to_owned();
    let (summary, event) = (path("summary"), path("event.json"));
    let variables = [
        ("CI", "true"),
        ("GITHUB_STEP_SUMMARY", summary.as_str()),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", &event),
        ("GITHUB_BASE_REF", "main"),
        ("GITHUB_SHA", &head),
    ];
    let runs: Vec<Output> = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .filter(|script| !script.contains("cargo install"))
        .map(|script| ci.shell(script, &variables))
        .collect();
    let codes: Vec<Option<i32>> = runs.iter().map(|run| run.status.code()).collect();
    assert_eq!(codes, [Some(1), Some(0)], "{}", text(&runs[0]));
    let output = text(&runs[0]);
    let annotations = output
        .lines()
        .filter(|line| line.starts_with("::error file=new"));
    assert_eq!(annotations.count(), 1, "{output}");
    // People see only what the change introduces; the text is shielded from the runner.
    assert!(output.starts_with("::stop-commands::"), "{output}");
    assert!(!output.contains("old has no owner"), "{output}");
    let summary = fs::read_to_string(summary).unwrap();
    assert!(summary.contains("### Ownership changes"), "{summary}");
    let sarif = fs::read_to_string(ci.repo.path().join("ownlint.sarif")).unwrap();
    let sarif = json(&sarif);
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
}

/// The verdict comes first, and no later step depends on it.
#[test]
fn the_github_workflow_is_hardened() {
    let workflow = yaml(&read("ci/github/ownership.yml"));
    let job = &workflow["jobs"]["ownlint"];
    assert!(workflow["permissions"].as_mapping().unwrap().is_empty());
    let steps = job["steps"].as_sequence().unwrap();
    let at = |text: &str| {
        let has = |key: &str, step: &Value| step[key].as_str().is_some_and(|it| it.contains(text));
        let mut steps = steps.iter();
        steps.position(|step| has("run", step) || has("uses", step))
    };
    let (check, upload) = (at("ownlint check").unwrap(), at("upload-sarif").unwrap());
    assert!(check < upload);
    for step in &steps[check + 1..] {
        let condition = step["if"].as_str().unwrap();
        assert!(condition.starts_with("${{ !cancelled()"), "{condition}");
    }
    for action in steps.iter().filter_map(|step| step["uses"].as_str()) {
        let (_, pin) = action.split_once('@').unwrap();
        let is_hash = pin.len() == 40 && pin.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_hash, "{action}");
    }
    let checkout = &steps[at("actions/checkout").unwrap()]["with"];
    assert_eq!(checkout["persist-credentials"], Value::Bool(false));
}

#[test]
fn the_example_with_a_map_in_another_repository_matches_the_workflow() {
    let page = read("docs/ci.md");
    let mut examples = page.split("```yaml\n").skip(1);
    let example = examples.find(|it| it.contains("OWNLINT_CONFIG")).unwrap();
    let example = yaml(example.split("```").next().unwrap());
    let workflow = yaml(&read("ci/github/ownership.yml"));
    let steps = workflow["jobs"]["ownlint"]["steps"].as_sequence().unwrap();
    assert_eq!(example[0]["uses"], steps[0]["uses"]);
    let described: Vec<&Value> = example.as_sequence().unwrap()[1..].iter().collect();
    let run_ownlint = |step: &&Value| {
        step["run"]
            .as_str()
            .is_some_and(|it| it.starts_with("ownlint"))
    };
    let real: Vec<&Value> = steps.iter().filter(run_ownlint).collect();
    assert_eq!(described.len(), real.len());
    for (described, real) in described.into_iter().zip(real) {
        for key in ["name", "id", "if"] {
            assert_eq!(described[key], real[key]);
        }
        let run = described["run"].as_str().unwrap();
        assert_eq!(
            run.replacen(" --repository charts", "", 1),
            real["run"].as_str().unwrap()
        );
        assert_eq!(described["env"], example[1]["env"]);
    }
}
