//! `goldspan cache`: what is kept of earlier predictions, whether it is whole, and taking some of it out.

use std::io::Write;
use std::path::Path;

use goldspan::cache::{Cache, Contents, Prune, Unopened, now};
use goldspan::error::{Error, Kind, Problem};

use crate::args::{CacheArguments, CacheVerb};
use crate::exit::Exit;
use crate::message::{age, number, say};

/// Does the verb.
pub(crate) fn cache(arguments: &CacheArguments) -> anyhow::Result<Exit> {
    let path = Cache::place(Path::new(""));
    let mut out = std::io::stdout().lock();
    if !path.is_file() {
        writeln!(out, "there is no cache: {} does not exist", path.display())?;
        return Ok(Exit::Complete);
    }
    let opened = match &arguments.verb {
        CacheVerb::Prune { .. } => Cache::open(&path).map(Some),
        CacheVerb::Stat | CacheVerb::Verify => Cache::open_to_read(&path),
    };
    let Some(cache) = opened.map_err(|unopened| refused(&path, unopened))? else {
        return Ok(Exit::Complete);
    };
    match &arguments.verb {
        CacheVerb::Stat => tell(&mut out, &path, &cache.contents()?)?,
        CacheVerb::Verify => {
            let contents = cache.contents()?;
            tell(&mut out, &path, &contents)?;
            if contents.damaged > 0 {
                say(&format!(
                    "error: {} damaged; they are never used\nhelp: goldspan cache prune takes them out",
                    number(contents.damaged, "prediction")
                ));
                return Ok(Exit::Input);
            }
            writeln!(out, "all of them are whole")?;
        }
        CacheVerb::Prune {
            older_than,
            extractor,
            all,
        } => {
            let before = older_than.map(|age| now().saturating_sub(age.as_secs()));
            let (gone, stay) = cache.prune(&Prune {
                before,
                extractor: extractor.clone(),
                all: *all,
            })?;
            let gone = number(gone, "prediction");
            writeln!(out, "{gone} taken out, {stay} left")?;
        }
    }
    Ok(Exit::Complete)
}

fn refused(path: &Path, unopened: Unopened) -> Error {
    match unopened {
        Unopened::Broken(error) => error,
        Unopened::InUse => {
            let problem = Problem::new("another goldspan uses the cache").in_file(path);
            Error::one(Kind::Input, problem.mend("wait until it is done"))
        }
    }
}

fn tell(out: &mut impl Write, path: &Path, contents: &Contents) -> std::io::Result<()> {
    let total: u64 = contents.extractors.values().map(|(count, _)| count).sum();
    let file = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    writeln!(
        out,
        "{}: {} in {:.1} MB",
        path.display(),
        number(total, "prediction"),
        file as f64 / 1e6
    )?;
    for (name, (count, bytes)) in &contents.extractors {
        writeln!(out, "  {name}: {count}, {bytes} bytes")?;
    }
    if let Some((oldest, _)) = contents.made {
        writeln!(out, "  all extractors{}", age(Some(oldest)))?;
    }
    Ok(())
}
