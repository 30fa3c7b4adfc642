//! Predictions by content, so that none is paid for twice: an embedded store that survives being killed, and says of everything how old it is.
//!
//! A key is the digest of what the extractor is and of the document; a value is the prediction as a line of goldspan JSON Lines, in code points and with the extractor's
//! own labels, packed, with its digest and the time at which it was made. Errors are never kept.

mod value;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, bounded};
use redb::{
    Database, ReadOnlyDatabase, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition,
    TransactionError,
};

use self::value::{Value, kept_name};
use crate::annotation::Annotations;
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::formats::jsonl;
use crate::offset::Unit;

const PREDICTIONS: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("predictions-1");

/// How many values wait to be written before those who put them wait too.
const WAITING: usize = 1024;

/// Where a value is: what the extractor is, and what it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of what an extractor of this identity says of a document: its id, text and metadata all may matter to it.
    #[must_use]
    pub fn of(identity: &str, document: &Document) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            // With its length before it, so that no two lists of parts are the same bytes.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        };
        add(identity);
        add(document.id());
        add(document.text());
        for (name, value) in document.metadata() {
            add(name);
            add(value);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The key of what it says in this repeat, from 1. The first has the key itself, since most extractors are asked once.
    #[must_use]
    pub fn of_repeat(self, repeat: u32) -> Self {
        if repeat <= 1 {
            return self;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0);
        hasher.update(&repeat.to_le_bytes());
        Self(*hasher.finalize().as_bytes())
    }

    /// Whether the key is among the first `share` of 10,000, by its own digits: the same ones always.
    #[must_use]
    pub fn is_in_share(&self, share: u32) -> bool {
        let [a, b, c, d, ..] = self.0;
        u32::from_le_bytes([a, b, c, d]) % 10_000 < share
    }
}

/// A prediction from the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// What was predicted.
    pub annotations: Annotations,
    /// When, in seconds since 1970.
    pub made: u64,
}

/// What a cache holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// How many predictions each extractor has, by name, and how many bytes they have.
    pub extractors: BTreeMap<String, (u64, u64)>,
    /// When the oldest was made, and the newest, in seconds since 1970.
    pub made: Option<(u64, u64)>,
    /// How many values are damaged.
    pub damaged: u64,
}

/// What to take out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prune {
    /// What was made before, in seconds since 1970.
    pub before: Option<u64>,
    /// What this extractor made.
    pub extractor: Option<String>,
    /// Everything.
    pub all: bool,
}

/// The store.
pub struct Cache {
    path: PathBuf,
    store: Store,
    puts: Option<Sender<(Key, Vec<u8>)>>,
    writer: Option<JoinHandle<()>>,
    failure: Arc<Mutex<Option<String>>>,
}

/// The file, open for what is wanted of it.
enum Store {
    Written(Arc<Database>),
    Read(ReadOnlyDatabase),
}

impl Store {
    fn begin_read(&self) -> Result<ReadTransaction, TransactionError> {
        match self {
            Self::Written(database) => database.begin_read(),
            Self::Read(database) => database.begin_read(),
        }
    }
}

/// What the store does, which checks itself by assertions: a damaged file makes it panic.
fn unpanicked<T>(work: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, redb::Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(redb::Error::Corrupted("a damaged file".to_owned())))
}

/// Why there is no cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unopened {
    /// Another process has it.
    InUse,
    /// It cannot be used.
    Broken(Error),
}

impl Cache {
    /// Where the cache of a folder lies.
    #[must_use]
    pub fn place(folder: &Path) -> PathBuf {
        folder.join(".goldspan/cache/predictions.redb")
    }

    /// Opens the store, which is made where there is none.
    ///
    /// # Errors
    /// Where another process has it, or it cannot be used.
    pub fn open(path: &Path) -> Result<Self, Unopened> {
        let broken = |found: String| Unopened::Broken(broken(path, found));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| broken(error.to_string()))?;
        }
        let opened = unpanicked(|| {
            let database = Database::create(path)?;
            let writing = database.begin_write()?;
            writing.open_table(PREDICTIONS)?;
            writing.commit()?;
            Ok(database)
        });
        let database = match opened {
            Ok(database) => Arc::new(database),
            Err(redb::Error::DatabaseAlreadyOpen) => return Err(Unopened::InUse),
            Err(error) => return Err(broken(error.to_string())),
        };
        let failure = Arc::new(Mutex::new(None));
        let (puts, values) = bounded(WAITING);
        let writer = thread::spawn({
            let (database, failure) = (database.clone(), failure.clone());
            move || write(&database, &values, &failure)
        });
        Ok(Self {
            path: path.to_owned(),
            store: Store::Written(database),
            puts: Some(puts),
            writer: Some(writer),
            failure,
        })
    }

    /// Opens the store for reading alone, which others may do at the same time, and where nothing can be written; `None` where there is none.
    ///
    /// # Errors
    /// Where another process writes to it, or it cannot be used.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, Unopened> {
        if !path.exists() {
            return Ok(None);
        }
        let database = match unpanicked(|| Ok(ReadOnlyDatabase::open(path)?)) {
            Ok(database) => database,
            Err(redb::Error::DatabaseAlreadyOpen) => return Err(Unopened::InUse),
            // A goldspan was killed while it wrote: who opens it to write mends it.
            Err(redb::Error::RepairAborted) => return Self::open(path).map(Some),
            Err(error) => return Err(Unopened::Broken(broken(path, error.to_string()))),
        };
        Ok(Some(Self {
            path: path.to_owned(),
            store: Store::Read(database),
            puts: None,
            writer: None,
            failure: Arc::default(),
        }))
    }

    /// What was predicted under this key for `document`; `None` where nothing is kept, or what is kept is damaged.
    #[must_use]
    pub fn get(&self, key: &Key, document: &Document) -> Option<Cached> {
        let bytes = self.value(key)?;
        let value = Value::read(&bytes)?;
        let line = value.line()?;
        let annotations = jsonl::annotations(&line, document, Unit::CodePoint).ok()?;
        Some(Cached {
            annotations,
            made: value.made,
        })
    }

    /// Whether something is kept under this key, and when it was made.
    #[must_use]
    pub fn made(&self, key: &Key) -> Option<u64> {
        let bytes = self.value(key)?;
        Value::read(&bytes).map(|value| value.made)
    }

    fn value(&self, key: &Key) -> Option<Vec<u8>> {
        let look = || {
            let table = self.store.begin_read()?.open_table(PREDICTIONS)?;
            let value = table.get(&key.0)?;
            Ok(value.map(|value| value.value().to_vec()))
        };
        unpanicked(look).ok().flatten()
    }

    /// Keeps what `extractor` predicted, as a line of goldspan JSON Lines. It is written soon, by a thread of its own.
    pub fn put(&self, key: Key, extractor: &str, line: &str) {
        let value = Value::write(now(), extractor, line);
        if let (Some(puts), Some(value)) = (&self.puts, value) {
            // A writer that has failed has said why.
            let _ = puts.send((key, value));
        }
    }

    /// Waits until everything is written; gives why something was not.
    pub fn close(mut self) -> Option<String> {
        self.settle();
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    fn settle(&mut self) {
        self.puts = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }

    /// What the store holds; every value is read and compared with its digest.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn contents(&self) -> Result<Contents> {
        let mut contents = Contents::default();
        self.each(|_, bytes| {
            let Some((value, _)) = Value::read(bytes).and_then(|v| v.line().map(|line| (v, line)))
            else {
                contents.damaged += 1;
                return;
            };
            let (count, size) = contents
                .extractors
                .entry(value.extractor.to_owned())
                .or_default();
            *count += 1;
            *size += bytes.len() as u64;
            let (oldest, newest) = contents.made.unwrap_or((value.made, value.made));
            contents.made = Some((oldest.min(value.made), newest.max(value.made)));
        })?;
        Ok(contents)
    }

    fn each(&self, mut take: impl FnMut(&[u8; 32], &[u8])) -> Result<()> {
        let look = || {
            let reading = self.store.begin_read()?;
            let table = reading.open_table(PREDICTIONS)?;
            for entry in table.iter()? {
                let (key, value) = entry?;
                take(key.value(), value.value());
            }
            Ok(())
        };
        unpanicked(look).map_err(|error| broken(&self.path, error.to_string()))
    }

    /// Takes values out, damaged ones always; gives how many went, and how many stay.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub fn prune(mut self, prune: &Prune) -> Result<(u64, u64)> {
        self.settle();
        let (mut gone, mut stay) = (Vec::new(), 0);
        self.each(|key, bytes| {
            let wanted = Value::read(bytes).is_none_or(|value| {
                prune.all
                    || prune.before.is_some_and(|before| value.made < before)
                    || prune.extractor.as_deref().map(kept_name) == Some(value.extractor)
            });
            if wanted {
                gone.push(*key);
            } else {
                stay += 1;
            }
        })?;
        let Store::Written(database) = &mut self.store else {
            let found = "it was opened to be read".to_owned();
            return Err(broken(&self.path, found));
        };
        let take_out = || {
            let writing = database.begin_write()?;
            {
                let mut table = writing.open_table(PREDICTIONS)?;
                for key in &gone {
                    table.remove(key)?;
                }
            }
            writing.commit()?;
            if let Some(database) = Arc::get_mut(database) {
                database.compact()?;
            }
            Ok(())
        };
        unpanicked(take_out).map_err(|error| broken(&self.path, error.to_string()))?;
        Ok((gone.len() as u64, stay))
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.settle();
    }
}

/// Writes values as they come, as many at once as have come: one slow answer is safe at once, a thousand quick ones cost one write.
fn write(database: &Database, values: &Receiver<(Key, Vec<u8>)>, failure: &Mutex<Option<String>>) {
    for first in values {
        let commit = || {
            let writing = database.begin_write()?;
            {
                let mut table = writing.open_table(PREDICTIONS)?;
                for (key, value) in std::iter::once(first).chain(values.try_iter().take(WAITING)) {
                    table.insert(&key.0, value.as_slice())?;
                }
            }
            writing.commit()?;
            Ok(())
        };
        if let Err(error) = unpanicked(commit) {
            let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error.to_string());
        }
    }
}

/// The time in seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn broken(path: &Path, found: String) -> Error {
    let mend = if found.contains("ermission denied") || found.contains("ead-only") {
        "run with --cache read, or with --cache off, or let the folder be written"
    } else {
        "delete the file, which costs only time, or run with --cache off"
    };
    let problem = Problem::new("the cache of predictions cannot be used")
        .in_file(path)
        .found(found)
        .expected("a cache that goldspan wrote, in a folder that can be written")
        .mend(mend);
    Error::one(Kind::Input, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("c.redb")).unwrap();
        (folder, cache)
    }

    const LINE: &str =
        r#"{"id":"d","entities":[{"start":0,"end":3,"label":"PERSON"}],"claims":[]}"#;

    #[test]
    fn what_was_put_is_there_when_the_store_is_opened_again() {
        let (folder, cache) = cache();
        let document = Document::new("d", "Ana met Jan");
        let key = Key::of("x", &document);
        assert_eq!(cache.get(&key, &document), None);
        cache.put(key, "names", LINE);
        assert_eq!(cache.close(), None);
        let cache = Cache::open(&folder.path().join("c.redb")).unwrap();
        let found = cache.get(&key, &document).unwrap();
        assert_eq!(found.annotations.mentions[0].label, "PERSON");
        assert!(found.made.abs_diff(now()) < 60);
        let contents = cache.contents().unwrap();
        assert_eq!(contents.extractors["names"].0, 1);
        assert_eq!(contents.damaged, 0);
    }

    #[test]
    fn a_second_process_is_told_that_the_store_is_in_use() {
        let (folder, _cache) = cache();
        let second = Cache::open(&folder.path().join("c.redb"));
        assert_eq!(second.err(), Some(Unopened::InUse));
    }

    #[test]
    fn a_store_is_read_by_several_and_made_by_none_of_them() {
        let (folder, cache) = cache();
        let path = folder.path().join("c.redb");
        let document = Document::new("d", "Ana met Jan");
        let key = Key::of("x", &document);
        let read = || Cache::open_to_read(&path);
        assert_eq!(read().err(), Some(Unopened::InUse), "while it is written");
        cache.put(key, "names", LINE);
        assert_eq!(cache.close(), None);
        let (one, two) = (read().unwrap().unwrap(), read().unwrap().unwrap());
        for cache in [&one, &two] {
            assert!(cache.get(&key, &document).is_some());
            assert_eq!(cache.contents().unwrap().extractors["names"].0, 1);
        }
        let none = folder.path().join("none.redb");
        assert!(Cache::open_to_read(&none).unwrap().is_none() && !none.exists());
    }

    #[test]
    fn damage_anywhere_in_the_file_gives_no_prediction_or_the_right_one() {
        let (folder, cache) = cache();
        let path = folder.path().join("c.redb");
        let documents: Vec<Document> = (0..40)
            .map(|number| Document::new(format!("d{number}"), "Ana met Jan"))
            .collect();
        for document in &documents {
            cache.put(Key::of("x", document), "names", LINE);
        }
        assert_eq!(cache.close(), None);
        let whole = std::fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 60) {
            let mut damaged = whole.clone();
            let end = (at + 64).min(damaged.len());
            damaged[at..end].iter_mut().for_each(|byte| *byte ^= 0xff);
            std::fs::write(&path, &damaged).unwrap();
            let Ok(Some(cache)) = Cache::open_to_read(&path) else {
                continue;
            };
            for document in &documents {
                if let Some(found) = cache.get(&Key::of("x", document), document) {
                    assert_eq!(found.annotations.mentions.len(), 1, "damage at {at}");
                }
            }
            let _ = cache.contents();
        }
    }

    #[test]
    fn a_key_depends_on_extractor_id_text_metadata_and_repeat() {
        let document = |id: &str, text: &str| Document::new(id, text);
        let with = document("a", "b").with_metadata([("c".to_owned(), "d".to_owned())].into());
        let keys = [
            Key::of("x", &document("a", "b")),
            Key::of("y", &document("a", "b")),
            Key::of("x", &document("ab", "")),
            Key::of("x", &document("a", "c")),
            Key::of("x", &with),
            Key::of("x", &document("a", "b")).of_repeat(2),
            Key::of("x", &document("a", "b")).of_repeat(3),
        ];
        assert_eq!(keys[0].of_repeat(1), keys[0], "what is cached stays found");
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key));
        }
    }

    #[test]
    fn pruning_takes_out_what_is_old_or_of_one_extractor() {
        let (folder, cache) = cache();
        let keys = ["a", "b"].map(|id| Key::of("x", &Document::new(id, "")));
        cache.put(keys[0], "one", LINE);
        cache.put(keys[1], "two", LINE);
        drop(cache);
        let open = || Cache::open(&folder.path().join("c.redb")).unwrap();
        let old = Prune {
            before: Some(1000),
            ..Prune::default()
        };
        assert_eq!(open().prune(&old).unwrap(), (0, 2));
        let one = Prune {
            extractor: Some("one".to_owned()),
            ..Prune::default()
        };
        assert_eq!(open().prune(&one).unwrap(), (1, 1));
        let cache = open();
        assert_eq!(cache.made(&keys[0]), None);
        assert!(cache.made(&keys[1]).is_some());
    }
}
