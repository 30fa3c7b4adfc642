//! Takes what the columns of a row say: annotations that begin or go on there, their features, relations and slots.

use std::borrow::Cow;

use super::cells::{Item, slots, stack};
use super::links::{End, Pending, Place};
use super::read::{Made, Reader};
use super::schema::{Base, Kind, Says, range_of};
use crate::error::quoted;

impl<'a> Reader<'a> {
    /// Takes the cells that the layers have in a row.
    pub(super) fn cells(&mut self, line: &'a str, mut cells: std::str::Split<'a, char>) {
        let count = self.schema.columns.len();
        let mut layer = usize::MAX;
        for column in 0..count {
            let Some(cell) = cells.next() else {
                self.complain(line, "a row with too few columns", |problem| {
                    let problem = problem.found(format!("{}", column + 3));
                    problem
                        .expected(format!("{}, as the header declares", count + 3))
                        .mend("restore the row, or the header")
                });
                return;
            };
            if self.schema.columns[column].layer != layer {
                layer = self.schema.columns[column].layer;
                self.current.clear();
                self.features.clear();
                self.hosts.clear();
            }
            if cell != "_" {
                self.cell(layer, column, cell);
            }
        }
        // A tab may end the row.
        if let Some(cell) = cells.find(|cell| !cell.is_empty()) {
            self.complain(
                cell,
                "a row with more columns than the header declares",
                |problem| {
                    let problem = problem
                        .found(quoted(cell))
                        .expected(format!("{} columns", count + 3));
                    problem.mend("restore the row, or the header")
                },
            );
        }
    }

    fn cell(&mut self, layer: usize, column: usize, cell: &'a str) {
        if !self.schema.layers[layer].wanted {
            self.schema.layers[layer].unread += 1;
            return;
        }
        match (
            self.schema.layers[layer].kind,
            self.schema.columns[column].says,
        ) {
            (Kind::Chain, _) => {}
            (Kind::Span, Says::Roles) => {
                for (at, item) in stack(cell).map(Item::of).enumerate() {
                    let host = self.annotation(layer, column, at, item, cell);
                    let fresh = host.filter(|host| self.made[*host].row == self.units.len());
                    self.hosts.push(fresh.map(|host| (host, item.raw)));
                }
            }
            (Kind::Span, Says::Targets(base)) => self.targets(layer, column, base, cell),
            (Kind::Span, _) => {
                let rank = match self.schema.columns[column].says {
                    Says::Feature { rank } => rank,
                    _ => None,
                };
                for (at, item) in stack(cell).map(Item::of).enumerate() {
                    if let Some(made) = self.annotation(layer, column, at, item, cell) {
                        self.feature(made, column, rank, item, cell);
                    }
                }
            }
            (Kind::Relation(_), Says::Begins) => self.relations(layer, cell),
            (Kind::Relation(_), _) => self.features.push((column, stack(cell))),
        }
    }

    /// The annotation that a value belongs to: the one of its number, else the one in its place of the stack.
    fn annotation(
        &mut self,
        layer: usize,
        column: usize,
        at: usize,
        item: Item<'a>,
        cell: &'a str,
    ) -> Option<usize> {
        let row = self.units.len();
        let Some(id) = item.id else {
            let known = self.current.get(at).copied();
            return Some(known.unwrap_or_else(|| self.make(layer, column, item)));
        };
        let Ok(id) = id.parse::<u64>() else {
            self.complain(
                cell,
                "the number of an annotation cannot be read",
                |problem| {
                    let problem = problem
                        .found(format!("[{id}]"))
                        .expected("a number, such as [3]");
                    problem.mend(
                        "write a bracket that belongs to the value with a backslash before it",
                    )
                },
            );
            return None;
        };
        let Some(&made) = self.by_id.get(&(layer, id)) else {
            let made = self.make(layer, column, item);
            self.by_id.insert((layer, id), made);
            return Some(made);
        };
        let seen = self.made[made].seen;
        if seen == (row, column) {
            self.complain(cell, "an annotation stands twice in one cell", |problem| {
                let problem = problem
                    .found(format!("[{id}] twice"))
                    .expected("a number of its own for each annotation");
                problem.mend("renumber the annotations")
            });
            return None;
        }
        if seen.0 != row {
            self.extend(made, column, item, cell);
        }
        Some(made)
    }

    fn make(&mut self, layer: usize, column: usize, item: Item<'a>) -> usize {
        let row = self.row;
        let own = &self.schema.layers[layer];
        self.made.push(Made {
            layer,
            label: Cow::Borrowed(own.short()),
            rank: if own.fixed { 0 } else { u8::MAX },
            label_column: usize::MAX,
            row: self.units.len(),
            seen: (self.units.len(), column),
            first: (column, item.raw),
            begin: row.begin,
            end: row.end,
            token: row.token,
            ends: row.end == row.token_end,
        });
        self.current.push(self.made.len() - 1);
        self.made.len() - 1
    }

    /// Takes one more unit of an annotation.
    fn extend(&mut self, made: usize, column: usize, item: Item<'a>, cell: &'a str) {
        let row = self.row;
        self.current.push(made);
        let own = &mut self.made[made];
        own.seen = (self.units.len(), column);
        let joined = (row.token == own.token && row.begin <= own.end)
            || (row.token == own.token + 1 && own.ends && row.begin == row.token_begin);
        let same = own.first.0 != column || own.first.1 == item.raw;
        if row.end >= own.end {
            (own.end, own.ends) = (row.end, row.end == row.token_end);
        }
        own.token = row.token;
        let first = own.first.1;
        let number = item.id.unwrap_or_default();
        if !joined {
            self.complain(
                cell,
                "the units of an annotation do not follow each other",
                |problem| {
                    let problem = problem.found(format!("[{number}] after a gap"));
                    let problem = problem
                        .expected("units side by side, or a number of its own for each annotation");
                    problem.mend("renumber the annotations, which count through the whole document")
                },
            );
        } else if !same {
            self.complain(
                cell,
                "the units of an annotation have different values",
                |problem| {
                    let problem = problem
                        .found(quoted(item.raw))
                        .expected(format!("{}, as where [{number}] begins", quoted(first)));
                    problem.mend("renumber the annotations, or correct the value")
                },
            );
        }
    }

    /// Takes the value of a feature where its annotation begins.
    fn feature(
        &mut self,
        made: usize,
        column: usize,
        rank: Option<u8>,
        item: Item<'a>,
        cell: &'a str,
    ) {
        let Some(value) = item
            .value()
            .filter(|_| self.made[made].row == self.units.len())
        else {
            return;
        };
        let own = &mut self.made[made];
        let place = || range_of(self.block.text(), cell);
        let (left, left_column) = match rank.filter(|rank| *rank < own.rank) {
            Some(rank) => {
                own.rank = rank;
                let before = std::mem::replace(&mut own.label_column, column);
                (std::mem::replace(&mut own.label, value), before)
            }
            None => (value, column),
        };
        if let Some(column) = self.schema.columns.get_mut(left_column) {
            if column.attribute.is_some() {
                self.attributes.push((made, left_column, left, place()));
            } else {
                column.unread += 1;
            }
        }
    }

    fn targets(&mut self, layer: usize, column: usize, base: Base, cell: &'a str) {
        let hosts = std::mem::take(&mut self.hosts);
        let found: Vec<(usize, &'a str, &'a str)> = hosts
            .into_iter()
            .zip(stack(cell))
            .filter_map(|(host, targets)| host.map(|(host, roles)| (host, roles, targets)))
            .collect();
        for (host, roles, targets) in found {
            for (role, target) in slots(roles).zip(slots(targets)) {
                if matches!(target, "_" | "*" | "") {
                    continue;
                }
                if base == Base::Unread {
                    self.schema.layers[layer].unread += 1;
                    continue;
                }
                let item = Item::of(target);
                let Some(id) = self.number(item.id, target) else {
                    continue;
                };
                let role = Item {
                    raw: role,
                    id: None,
                };
                let own = self.schema.columns[column - 1].name;
                self.pending.push(Pending {
                    kind: role.value().unwrap_or(Cow::Borrowed(own)),
                    from: End::Known(host),
                    to: End::At(Place::Unit(item.raw), id, base),
                    at: target,
                    what: "the target of a slot",
                });
            }
        }
    }

    /// The number that tells annotations of one unit apart; 0 where there is none.
    fn number(&mut self, id: Option<&str>, part: &'a str) -> Option<u64> {
        let id = id.unwrap_or("0");
        let number = id.parse().ok();
        if number.is_none() {
            self.complain(
                part,
                "the number of an annotation cannot be read",
                |problem| {
                    problem
                        .found(format!("[{id}]"))
                        .expected("a number, such as [3], or two such as [3_4] for a relation")
                },
            );
        }
        number
    }

    fn relations(&mut self, layer: usize, cell: &'a str) {
        let Kind::Relation(base) = self.schema.layers[layer].kind else {
            return;
        };
        let row = self.units.len() - 1;
        for piece in stack(cell) {
            let kind = self.kind(layer);
            if base == Base::Unread {
                self.schema.layers[layer].unread += 1;
                continue;
            }
            let item = Item::of(piece);
            let (from, to) = match item.id {
                Some(ids) => ids
                    .split_once('_')
                    .map_or((Some(ids), None), |(from, to)| (Some(from), Some(to))),
                None => (None, None),
            };
            let (Some(from), Some(to)) = (self.number(from, piece), self.number(to, piece)) else {
                continue;
            };
            self.pending.push(Pending {
                kind,
                from: End::At(Place::Unit(item.raw), from, base),
                to: End::At(Place::Row(row), to, base),
                at: piece,
                what: "the beginning of a relation",
            });
        }
    }

    /// The kind of the next relation of a stack.
    fn kind(&mut self, layer: usize) -> Cow<'a, str> {
        let own = &self.schema.layers[layer];
        let mut best = (
            if own.fixed { 0 } else { u8::MAX },
            usize::MAX,
            Cow::Borrowed(own.short()),
        );
        for (column, values) in &mut self.features {
            let Some(value) = values.next().and_then(|value| Item::of(value).value()) else {
                continue;
            };
            let rank = match self.schema.columns[*column].says {
                Says::Feature { rank } => rank.unwrap_or(u8::MAX),
                _ => u8::MAX,
            };
            let better = rank < best.0;
            let left = if better {
                std::mem::replace(&mut best, (rank, *column, value)).1
            } else {
                *column
            };
            if let Some(column) = self.schema.columns.get_mut(left) {
                column.unread += 1;
            }
        }
        best.2
    }
}
