use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::Terminal;

/// A spinner that appears after a short delay, and disappears when dropped.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

/// Shorter runs show no progress.
const DELAY: Duration = Duration::from_millis(400);

impl Progress {
    /// Starts to show `what` as the current activity.
    pub fn start(terminal: &Terminal, what: &'static str) -> Self {
        let bar = ProgressBar::hidden();
        if terminal.is_watched {
            bar.set_message(what);
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                bar.set_style(style);
            }
            let shown = bar.clone();
            std::thread::spawn(move || {
                std::thread::sleep(DELAY);
                if !shown.is_finished() {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(Duration::from_millis(100));
                }
            });
        }
        Self(bar)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
