//! What is known of an extractor that has said that it is ready, over whatever it was said.

use super::protocol::{Offsets, Ready};
use super::settings::Settings;
use crate::annotation::Task;
use crate::error::{Problem, nearest};
use crate::extract::About;

/// What is known of an extractor that has said that it is ready.
pub(super) struct Knowledge {
    /// What it says about itself, as far as it is asked for.
    pub(super) about: About,
    /// What its offsets count.
    pub(super) offsets: Offsets,
}

impl Knowledge {
    /// What `ready` says; tasks that the extractor does not do are taken out of the settings.
    ///
    /// # Errors
    /// Where it says what there is not, or does nothing that is asked for.
    pub(super) fn of(ready: &Ready, settings: &mut Settings) -> Result<Self, Problem> {
        let name = settings.name.clone();
        let refuse = |what: &str, found: &str, known: &[&'static str]| {
            let problem = super::refusal(&name, &format!("there is no {what} of this name"));
            let problem = problem
                .found(format!("{found:?} in its message \"ready\""))
                .expected(format!("one of {}", known.join(", ")));
            match nearest(found, known.iter().copied()) {
                Some(near) => problem.mend(format!("did you mean {near:?}?")),
                None => problem,
            }
        };
        let mut tasks = Vec::new();
        for name in &ready.tasks {
            let task = Task::from_name(name)
                .ok_or_else(|| refuse("task", name, &Task::ALL.map(Task::name)))?;
            tasks.push(task);
        }
        let units = ["codepoint", "utf16", "byte", "grapheme", "none"];
        let named = ready.offsets.as_deref().unwrap_or("codepoint");
        let offsets =
            Offsets::from_name(named).ok_or_else(|| refuse("unit of offsets", named, &units))?;
        settings.tasks.retain(|task| tasks.contains(task));
        if settings.tasks.is_empty() {
            let what = "it does none of the tasks that are asked for";
            let problem = super::refusal(&name, what).found(format!("tasks {:?}", ready.tasks));
            return Err(problem.mend("correct tasks, or take the extractor out"));
        }
        let about = About {
            params: settings.params.clone(),
            labels: ready.labels.clone(),
            // One without characters tells no version from another.
            fingerprint: ready
                .fingerprint
                .clone()
                .filter(|own| !own.trim().is_empty()),
            deterministic: ready.deterministic,
            ..About::new(&ready.name, &ready.version, &settings.tasks, "")
        };
        Ok(Self { about, offsets })
    }
}
