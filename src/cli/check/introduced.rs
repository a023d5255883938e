//! `check` of a change: what it introduces, and what it mends.

use std::collections::BTreeSet;

use bstr::BString;

use super::{Plan, asked, finish, scope, warn_of_empty};
use crate::{
    checks::{Context, Scope},
    cli::{
        Outcome,
        args::{CheckArguments, Global},
        change::{Base, Question, Sides},
        deliver,
        progress::Progress,
        session::Session,
        terminal::Terminal,
    },
    git::{Changes, Git},
    lint::{Report, unowned_anywhere},
    outputs::Places,
};

pub(super) fn run(
    question: &Question,
    plan: Plan<'_>,
    arguments: &CheckArguments,
    global: &Global,
    terminal: &Terminal,
) -> Outcome {
    let progress = Progress::start(terminal, "resolving owners before and after".to_owned());
    let Sides {
        head,
        base,
        against,
        changes,
        git,
    } = Sides::resolve(question, global, arguments.untracked)?;
    let session = &head.session;
    let plan = Plan {
        changed: plan.changed.or_else(|| touched(session, &git, &changes)),
        ..plan
    };
    plan.spare(&session.map)?;
    let asked = asked(session, &arguments.paths)?;
    let scope = scope(session, asked, &head.repositories, terminal)?;
    let context = Context::new(&session.map, &head.repositories, session.today, &scope);
    let mut report = match &base {
        Base::Nothing(why) => {
            terminal.note(&format!(
                "compared with {against}: {why}: everything is new"
            ));
            Report::since_nothing(&context, &plan.selection, against, why.clone())
        }
        Base::Resolved(base) => {
            let before = Context::new(
                &base.session.map,
                &base.repositories,
                session.today,
                &Scope::All,
            );
            Report::since(&context, &before, &plan.selection, against, arguments.all)
        }
    };
    drop(progress);
    warn_of_empty(&head.repositories, terminal);
    let places = Places::new(&session.map, &head.repositories, &session.here);
    let unowned = || unowned_anywhere(&context);
    plan.compare(&mut report, &scope, &unowned, terminal)?;
    let outcome = finish(report, &places, session, plan, arguments, terminal);
    // Taking a large result apart takes longer than the process has left to live.
    std::mem::forget(base);
    std::mem::forget(head);
    outcome
}

/// The files that git says the change touches, where it speaks of the checkout that a review is about.
fn touched(session: &Session, git: &Git, changes: &Changes) -> Option<BTreeSet<BString>> {
    let is_same = deliver::base(&session.here, &session.roots) == git.top;
    let there = changes.iter().filter_map(|change| change.after.as_ref());
    is_same.then(|| there.map(|entry| entry.path.clone()).collect())
}
