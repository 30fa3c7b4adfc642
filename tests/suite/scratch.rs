//! A temporary project to run the program in, for tests that need files.

use std::fs;
use std::path::{Path, PathBuf};

use snapbox::cmd::Command;

/// A folder that goes with the test.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A project of one article with correct gold in both layers, and a configuration.
    pub(crate) fn project() -> Self {
        let scratch = Self::new();
        scratch.write("goldspan.toml", CONFIG);
        scratch.write("news/a.txt", ARTICLE);
        scratch.write("gold/a.ann", GOLD);
        scratch
    }

    /// Gold and predictions as files: `gold.jsonl` and `pred.jsonl`.
    pub(crate) fn pair(gold: &str, predicted: &str) -> Self {
        let scratch = Self::new();
        scratch.write("gold.jsonl", gold);
        scratch.write("pred.jsonl", predicted);
        scratch
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// `goldspan ARGUMENTS` in this folder.
    pub(crate) fn goldspan(&self, arguments: &str) -> Command {
        goldspan(self.path(), arguments)
    }
}

/// `goldspan ARGUMENTS` in `folder`.
pub(crate) fn goldspan(folder: &Path, arguments: &str) -> Command {
    Command::new(env!("CARGO_BIN_EXE_goldspan"))
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        // Ten thousand are slow unoptimised; what is shown to people is made of so many.
        .env("GOLDSPAN_RESAMPLES", "200")
        // Tests run in CI too, where baselines are not accepted.
        .env_remove("CI")
        .args(arguments.split_whitespace())
}

/// The project's own folder.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) const CONFIG: &str = "\
[corpus.news]
articles = \"news\"
gold = \"gold\"

[extractor.quotes]
builtin = \"quotes\"

[extractor.shape]
builtin = \"shape\"
";

pub(crate) const ARTICLE: &str = "“We will stay,” said Ana Kos. She left Zürich on Monday.\n";

pub(crate) const GOLD: &str = "\
T1\tPERSON 21 28\tAna Kos
T2\tGPE 39 45\tZürich
T3\tDATE 49 55\tMonday
T4\tSource 21 28\tAna Kos
T5\tCue 16 20\tsaid
T6\tContent 1 13\tWe will stay
E1\tAttribution:T5 Source:T4 Cue:T5 Content:T6
A1\tPolarity E1 affirmed
";
