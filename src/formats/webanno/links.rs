//! Finds what the relations and slots of WebAnno files join, once all rows are read: they may lead forward.

use std::borrow::Cow;
use std::collections::HashMap;

use super::read::{Reader, unit_id};
use super::schema::{Base, Kind, range_of};
use crate::error::quoted;
use crate::formats::{Draft, Link, Target};

/// Where an annotation begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// In the unit of this number.
    Unit(&'a str),
    /// In this row, from 0.
    Row(usize),
}

/// An end of a relation or slot.
#[derive(Debug, Clone, Copy)]
pub(super) enum End<'a> {
    /// The annotation of this index.
    Known(usize),
    /// The annotation at this place, of this number or 0, in this layer.
    At(Place<'a>, u64, Base),
}

/// A relation or slot whose ends are yet to be found.
#[derive(Debug)]
pub(super) struct Pending<'a> {
    pub(super) kind: Cow<'a, str>,
    pub(super) from: End<'a>,
    pub(super) to: End<'a>,
    /// What stands in the file.
    pub(super) at: &'a str,
    /// What it is called in messages.
    pub(super) what: &'static str,
}

/// Why an end was not found.
enum Missing {
    Nothing,
    Several,
}

impl<'a> Reader<'a> {
    /// Makes links of the relations and slots.
    pub(super) fn resolve(&mut self, draft: &mut Draft<'a>) {
        let pending = std::mem::take(&mut self.pending);
        let by_number: HashMap<u64, usize> = if pending.is_empty() {
            HashMap::new()
        } else {
            self.by_number()
        };
        let spans = || {
            self.schema
                .layers
                .iter()
                .filter(|layer| layer.kind == Kind::Span)
        };
        let all_read = spans().all(|layer| layer.wanted);
        for link in pending {
            let ends = [link.from, link.to].map(|end| (end, self.end(end, &by_number)));
            if let [(_, Ok(from)), (_, Ok(to))] = ends {
                draft.links.push(Link {
                    kind: link.kind,
                    from: Target::Stretch(from),
                    to: Target::Stretch(to),
                    at: range_of(self.block.text(), link.at).into(),
                });
                continue;
            }
            let missing = ends
                .into_iter()
                .find_map(|(end, found)| Some((end, found.err()?)));
            let Some((end, missing)) = missing else {
                continue;
            };
            let anywhere = matches!(end, End::At(_, _, Base::Any));
            if anywhere && !all_read {
                draft.pass_over("relations to annotations of other layers");
                continue;
            }
            self.dangles(&link, end, &missing);
        }
    }

    /// Any annotation by its number alone, the first where several layers count for themselves.
    fn by_number(&self) -> HashMap<u64, usize> {
        let any = self.schema.columns.iter().any(|column| {
            matches!(column.says, super::schema::Says::Targets(Base::Any))
                || self.schema.layers[column.layer].kind == Kind::Relation(Base::Any)
        });
        let mut found: HashMap<u64, usize> = HashMap::new();
        if any {
            #[allow(
                clippy::iter_over_hash_type,
                reason = "the least index is kept, whatever the order"
            )]
            for ((_, id), made) in &self.by_id {
                let first = found.entry(*id).or_insert(*made);
                *first = (*first).min(*made);
            }
        }
        found
    }

    fn end(&self, end: End<'_>, by_number: &HashMap<u64, usize>) -> Result<usize, Missing> {
        let (place, id, base) = match end {
            End::Known(made) => return Ok(made),
            End::At(place, id, base) => (place, id, base),
        };
        if id > 0 {
            let found = match base {
                Base::Layer(layer) => self.by_id.get(&(layer, id)),
                _ => by_number.get(&id),
            };
            return found.copied().ok_or(Missing::Nothing);
        }
        let row = match place {
            Place::Row(row) => row,
            Place::Unit(unit) => {
                let unit = unit_id(unit).ok_or(Missing::Nothing)?;
                self.units
                    .binary_search(&unit)
                    .map_err(|_| Missing::Nothing)?
            }
        };
        // Annotations were made in the order of rows, which they count from 1, and of layers within a row.
        let layer = match base {
            Base::Layer(layer) => Some(layer),
            _ => None,
        };
        let wanted = (row + 1, layer.unwrap_or(0));
        let first = self
            .made
            .partition_point(|made| (made.row, made.layer) < wanted);
        let fits = |made: &&super::read::Made<'_>| {
            made.row == row + 1 && layer.is_none_or(|layer| made.layer == layer)
        };
        let here = |at: usize| self.made.get(at).filter(fits).is_some();
        match (here(first), here(first + 1)) {
            (true, false) => Ok(first),
            (true, true) => Err(Missing::Several),
            (false, _) => Err(Missing::Nothing),
        }
    }

    fn dangles(&mut self, link: &Pending<'a>, end: End<'_>, missing: &Missing) {
        let place = match end {
            End::At(Place::Unit(unit), ..) => unit.to_owned(),
            End::At(Place::Row(row), ..) => {
                let (sentence, token, part) = self.units[row];
                let part = if part > 0 {
                    format!(".{part}")
                } else {
                    String::new()
                };
                format!("{sentence}-{token}{part}")
            }
            End::Known(_) => String::new(),
        };
        let layer = match end {
            End::At(_, _, Base::Layer(layer)) => {
                format!("the layer {}", self.schema.layers[layer].name)
            }
            _ => "any layer".to_owned(),
        };
        let number = match end {
            End::At(_, id, _) if id > 0 => format!(" of number [{id}]"),
            _ => String::new(),
        };
        let what = match missing {
            Missing::Nothing => format!("{} refers to nothing", link.what),
            Missing::Several => format!("{} may be one of several annotations", link.what),
        };
        let at = link.at;
        self.complain(at, &what, |problem| {
            let problem = problem.found(quoted(at));
            let problem = problem.expected(format!(
                "an annotation{number} of {layer} that begins at {place}"
            ));
            problem.mend("correct the reference, or export the document again")
        });
    }
}
