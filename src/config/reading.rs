//! How the gold of a corpus is to be read, as `goldspan.toml` says it: the same as the flags of the program say, by the same names.

use super::suggest;
use super::tables::Table;
use crate::error::{Problem, nearest};
use crate::formats::claims::{KEYS, Mapping};
use crate::formats::conll::{IllFormed, Reading, Scheme};
use crate::formats::{Format, Options};
use crate::offset::Unit;

/// The format of the gold, where it is declared.
pub(super) fn format(
    table: &mut Table<'_>,
    problems: &mut Vec<Problem>,
) -> Option<&'static Format> {
    let (name, place) = table.text("format", problems)?;
    let format = Format::from_name(&name);
    if format.is_none() {
        let names = Format::names();
        let problem = place
            .problem("there is no format of this name")
            .found(format!("{name:?}"))
            .expected(format!("one of {}", names.join(", ")));
        problems.push(match nearest(&name, names) {
            Some(near) => problem.mend(format!("did you mean {near:?}?")),
            None => problem,
        });
    }
    format
}

/// What is said about reading; what is not said keeps its default.
pub(super) fn options(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Options {
    let units = Unit::ALL.map(Unit::name);
    let schemes = Scheme::ALL.map(Scheme::name);
    let scheme = choice(table, "scheme", schemes, Scheme::from_name, problems);
    let repairs = ["conlleval", "seqeval", "seqeval-strict"];
    let repair = |name: &str| match name {
        "conlleval" | "seqeval" => Some(IllFormed::Conlleval),
        "seqeval-strict" => Some(IllFormed::SeqevalStrict),
        _ => None,
    };
    let ill_formed = choice(table, "repair", repairs, repair, problems);
    let tags = scheme.map(|scheme| Reading {
        scheme,
        ill_formed: ill_formed.unwrap_or(IllFormed::Refuse),
    });
    Options {
        unit: choice(table, "offsets", units, Unit::from_name, problems),
        crlf_is_one: table.truth("crlf-is-one", problems).unwrap_or_default(),
        tags,
        ragged: table.truth("ragged", problems).unwrap_or_default(),
        annotator: table
            .text_or_whole("annotator", problems)
            .map(|(name, _)| name),
        layer: table.text("layer", problems).map(|(name, _)| name),
        claims: claims(table, problems),
        ..Options::default()
    }
}

/// The value of a key that is one of a few names.
fn choice<T, const N: usize>(
    table: &mut Table<'_>,
    key: &'static str,
    known: [&'static str; N],
    from_name: impl Fn(&str) -> Option<T>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let (name, place) = table.text(key, problems)?;
    let value = from_name(&name);
    if value.is_none() {
        let problem = place
            .problem(match key {
                "offsets" => "there is no unit of offsets of this name".to_owned(),
                _ => format!("there is no {key} of this name"),
            })
            .found(format!("{name:?}"))
            .expected(format!("one of {}", known.join(", ")));
        problems.push(suggest(problem, &name, known));
    }
    value
}

/// `claims = { source = ["Speaker"], content = ["Quote"] }`: which labels and relations are claims.
fn claims(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Mapping {
    let mut mapping = Mapping::default();
    table.table("claims", problems, |table, problems| {
        if table.truth("none", problems) == Some(true) {
            mapping = Mapping::nothing();
        }
        for key in KEYS {
            let names = table.texts(key, problems);
            let list = mapping.list_mut(key).zip(names);
            if let Some((list, names)) = list {
                *list = names.into_iter().map(|(name, _)| name).collect();
            }
        }
    });
    mapping
}
