//! How annotation files are to be read: the flags that every verb which reads them shares.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use goldspan::corpus::Source;
use goldspan::error::{Error, Problem, Result, nearest};
use goldspan::formats::claims::{KEYS, Mapping};
use goldspan::formats::conll::{IllFormed, Reading, Scheme};
use goldspan::formats::{Format, Limits, Options};
use goldspan::offset::Unit;

/// What a person may say about files where these do not say it themselves.
#[derive(Debug, Args)]
#[command(next_help_heading = "How files are read")]
pub(crate) struct ReadArguments {
    /// The format of the files where it is not to be recognised; two parted by a comma where the first and the others differ [one of: brat, conll, conllu, jsonl, doccano, label-studio, prodigy, spacy, webanno, cas-json, xmi, gate, knowtator, table, re3d]
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', num_args = 1, value_parser = parse_format)]
    pub(crate) from: Vec<&'static Format>,

    /// What offsets count: codepoint, utf16, byte or grapheme; two parted by a comma where the first file and the others differ [default: what the file says, else what its format counts, checked against quoted text]
    #[arg(long, value_name = "UNIT", value_delimiter = ',', num_args = 1, value_parser = parse_unit)]
    pub(crate) offsets: Vec<Unit>,

    /// Offsets count a carriage return and line feed as one character
    #[arg(long)]
    pub(crate) crlf_is_one: bool,

    /// The tags of CoNLL columns: iob1, iob2, ioe1, ioe2, iobes or bilou
    #[arg(long, value_name = "SCHEME", value_parser = parse_scheme)]
    pub(crate) scheme: Option<Scheme>,

    /// What to make of tags that cannot follow each other, which would be errors
    #[arg(long, value_enum, requires = "scheme")]
    pub(crate) repair: Option<Repair>,

    /// Read lines of columns that have another number of cells by their first and last
    #[arg(long, requires = "scheme")]
    pub(crate) ragged: bool,

    /// Whose annotations to take where a file holds those of several people; of two files, the first
    #[arg(long, value_name = "NAME")]
    pub(crate) annotator: Option<String>,

    /// Which layer to take where a file holds several: a type of UIMA or WebAnno, a set of GATE, a spans key of spaCy
    #[arg(long, value_name = "NAME")]
    pub(crate) layer: Option<String>,

    /// Which labels and relations are claims, such as source=Speaker,cue=Verb,content=Quote; keys are content, source, cue, event, parent, same and relation, names parted by +; nothing for no claims at all
    #[arg(long, value_name = "MAPPING", value_parser = parse_claims)]
    pub(crate) claims: Option<Mapping>,

    /// The largest file that is read whole, and the most that a compressed file may unpack to, such as 2GiB [default: 256 MiB, and 4 GiB or, beyond 1 GiB, 200 times its size]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) max_size: Option<u64>,
}

impl ReadArguments {
    /// What was said.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        self.lay_over(&mut options);
        options
    }

    /// Lays what was said over what a configuration says.
    pub(crate) fn lay_over(&self, options: &mut Options) {
        let ill_formed = match self.repair {
            None => IllFormed::Refuse,
            Some(Repair::Conlleval | Repair::Seqeval) => IllFormed::Conlleval,
            Some(Repair::SeqevalStrict) => IllFormed::SeqevalStrict,
        };
        let tags = self.scheme.map(|scheme| Reading { scheme, ill_formed });
        options.unit = self.offsets.first().copied().or(options.unit);
        options.crlf_is_one |= self.crlf_is_one;
        options.tags = tags.or(options.tags);
        options.ragged |= self.ragged;
        options.annotator = self.annotator.clone().or(options.annotator.take());
        options.layer = self.layer.clone().or(options.layer.take());
        if let Some(claims) = &self.claims {
            options.claims.clone_from(claims);
        }
        options.limits = self.limits();
    }

    /// What was said of the files after the first: a person chosen by name annotated the first alone.
    pub(crate) fn of_others(&self) -> Options {
        Options {
            unit: self.offsets.last().copied(),
            annotator: None,
            ..self.options()
        }
    }

    /// What was said of predictions beside gold, which may have words without a place.
    pub(crate) fn of_predictions(&self) -> Options {
        Options {
            unplaced: true,
            ..self.of_others()
        }
    }

    fn limits(&self) -> Limits {
        self.max_size
            .map_or_else(Limits::default, Limits::raised_to)
    }

    /// The format that was declared for the first file, or for the others.
    pub(crate) fn declared(&self, first: bool) -> Option<&'static Format> {
        let own = if first {
            self.from.first()
        } else {
            self.from.last()
        };
        own.copied()
    }

    /// Finds the documents at `path`.
    pub(crate) fn source(
        &self,
        path: &Path,
        first: bool,
        articles: Option<&PathBuf>,
    ) -> Result<Source> {
        let articles = articles.map(PathBuf::as_path);
        Source::find(path, self.declared(first), articles, self.limits())
    }

    /// Refuses more formats or units than there are sides: one, or two where there are files that can differ from the first.
    pub(crate) fn refuse_more_than(&self, sides: usize) -> Result<()> {
        let given = [
            ("--from", self.from.len()),
            ("--offsets", self.offsets.len()),
        ];
        let Some((flag, count)) = given.into_iter().find(|(_, count)| *count > sides) else {
            return Ok(());
        };
        let problem = Problem::new(format!("{flag} has more values than there are sides"));
        let problem = problem.found(format!("{count} values"));
        let problem = problem.expected(match sides {
            1 => "one value, for all files",
            _ => "one value for all files, or two parted by a comma: for the first file and for the others",
        });
        Err(Error::from(problem))
    }

    /// Refuses flags that mean nothing for the files that are there.
    pub(crate) fn refuse_idle(&self, sources: &[&Source]) -> Result<()> {
        let columns = sources.iter().any(|source| source.format.name == "conll");
        let Some(scheme) = self.scheme.filter(|_| !columns) else {
            return Ok(());
        };
        let found: Vec<&str> = sources.iter().map(|source| source.format.title).collect();
        let problem = Problem::new(
            "--scheme declares the tags of columns, and none of the files has columns",
        )
        .found(format!("--scheme {scheme}, and {}", found.join(" and ")))
        .expected("CoNLL columns: a token in each line, and its tag in the last column")
        .mend("leave --scheme out, or say --from conll");
        Err(Error::from(problem))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Repair {
    /// A tag that cannot continue a mention begins one, as conlleval.pl does
    Conlleval,
    /// The same, which is seqeval's default mode
    Seqeval,
    /// Such tags are no mention, as in seqeval's strict mode
    SeqevalStrict,
}

/// The format of this name.
pub(crate) fn parse_format(name: &str) -> Result<&'static Format, String> {
    Format::from_name(name).ok_or_else(|| {
        let names = Format::names();
        let near = nearest(name, names.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        format!("expected one of {}{near}", names.join(", "))
    })
}

fn parse_scheme(name: &str) -> Result<Scheme, String> {
    Scheme::from_name(name).ok_or_else(|| {
        format!(
            "expected one of {}",
            Scheme::ALL.map(Scheme::name).join(", ")
        )
    })
}

fn parse_unit(name: &str) -> Result<Unit, String> {
    Unit::from_name(name)
        .ok_or_else(|| format!("expected one of {}", Unit::ALL.map(Unit::name).join(", ")))
}

/// `source=Speaker+Who,content=Quote`: what is not named keeps its default.
fn parse_claims(text: &str) -> Result<Mapping, String> {
    if text == "nothing" {
        return Ok(Mapping::nothing());
    }
    let mut mapping = Mapping::default();
    for part in text.split(',') {
        let (key, names) = part
            .split_once('=')
            .ok_or_else(|| format!("expected KEY=NAME, such as source=Speaker, found {part:?}"))?;
        let list = mapping
            .list_mut(key)
            .ok_or_else(|| format!("expected one of {}, found {key:?}", KEYS.join(", ")))?;
        *list = names.split('+').map(str::to_owned).collect();
    }
    Ok(mapping)
}

/// `500MB`, `2GiB`, `1000000`.
fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].trim().to_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "kib" => 1 << 10,
        "mb" => 1_000_000,
        "mib" => 1 << 20,
        "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => 0,
    };
    let size = digits
        .parse::<u64>()
        .ok()
        .and_then(|size| size.checked_mul(factor));
    size.filter(|size| *size > 0)
        .ok_or_else(|| "expected a size such as 500MB or 2GiB".to_owned())
}
