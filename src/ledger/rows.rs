//! The counts of many documents by cell, packed into bytes: a corpus of a hundred thousand documents has millions of them, nearly all small.

use std::collections::BTreeMap;

use crate::counts::{Cell, Counts};

/// The counts of many documents by cell. Cells of a document in which nothing was counted take no room.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    cells: Vec<Cell>,
    places: BTreeMap<Cell, usize>,
    /// Where in `packed` each document ends.
    ends: Vec<usize>,
    /// For each document its cells: the place of the cell, then the five counts, each in groups of seven bits.
    packed: Vec<u8>,
}

impl Rows {
    /// Adds the next document.
    pub fn push(&mut self, counts: impl Iterator<Item = (Cell, Counts)>) {
        for (cell, counts) in counts {
            let place = self.place(cell);
            if counts != Counts::default() {
                self.pack(place, counts);
            }
        }
        self.ends.push(self.packed.len());
    }

    /// Adds the documents of others behind its own.
    pub fn append(&mut self, others: &Self) {
        for document in 0..others.documents() {
            self.push_from(others, document);
        }
        self.register(others);
    }

    /// The same documents in another order: `order` has the place of each in these rows, and may leave some out.
    #[must_use]
    pub fn reordered(&self, order: &[usize]) -> Self {
        let mut rows = Self::default();
        for &document in order {
            rows.push_from(self, document);
        }
        rows.register(self);
        rows
    }

    /// The same documents with some of their cells.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&Cell) -> bool) -> Self {
        let mut rows = Self::default();
        for document in 0..self.documents() {
            let cells = self.document(document);
            let cells = cells.map(|(cell, counts)| (&self.cells[cell], counts));
            let wanted = cells.filter(|(cell, _)| wanted(cell));
            rows.push(wanted.map(|(cell, counts)| (cell.clone(), counts)));
        }
        for cell in self.cells.iter().filter(|cell| wanted(cell)) {
            rows.place(cell.clone());
        }
        rows
    }

    /// How many documents there are.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.ends.len()
    }

    /// Every cell in which something could be counted, in order of first occurrence.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cells of one document in which something was counted: the place in [`Self::cells`], and the counts.
    pub fn document(&self, at: usize) -> impl Iterator<Item = (usize, Counts)> + '_ {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut bytes = &self.packed[start..self.ends[at]];
        std::iter::from_fn(move || {
            let place = unpacked(&mut bytes)?;
            let mut next = || unpacked(&mut bytes).unwrap_or_default();
            let counts = Counts {
                correct: next(),
                incorrect: next(),
                partial: next(),
                missing: next(),
                spurious: next(),
            };
            // What was packed was the place of a cell.
            Some((place as usize, counts))
        })
    }

    /// For each cell, in the order of [`Self::cells`], the documents in which something was counted, by place.
    #[must_use]
    pub fn by_cell(&self) -> Vec<Vec<(u32, Counts)>> {
        let mut found = vec![Vec::new(); self.cells.len()];
        for document in 0..self.documents() {
            for (cell, counts) in self.document(document) {
                // A ledger has fewer documents than four thousand million.
                found[cell].push((document as u32, counts));
            }
        }
        found
    }

    fn push_from(&mut self, others: &Self, document: usize) {
        for (cell, counts) in others.document(document) {
            let place = self.place(others.cells[cell].clone());
            self.pack(place, counts);
        }
        self.ends.push(self.packed.len());
    }

    fn register(&mut self, others: &Self) {
        for cell in &others.cells {
            self.place(cell.clone());
        }
    }

    fn place(&mut self, cell: Cell) -> usize {
        if let Some(place) = self.places.get(&cell) {
            return *place;
        }
        self.cells.push(cell.clone());
        self.places.insert(cell, self.cells.len() - 1);
        self.cells.len() - 1
    }

    fn pack(&mut self, place: usize, counts: Counts) {
        let numbers = [
            place as u64, counts.correct, counts.incorrect, counts.partial, counts.missing,
            counts.spurious,
        ];
        for mut number in numbers {
            while number >= 0x80 {
                self.packed.push(number as u8 | 0x80);
                number >>= 7;
            }
            self.packed.push(number as u8);
        }
    }
}

/// The next number; `None` at the end.
fn unpacked(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

impl PartialEq for Rows {
    /// Whether both have the same documents with the same counts; the order of cells does not matter.
    fn eq(&self, other: &Self) -> bool {
        let row = |rows: &Self, at| -> BTreeMap<Cell, Counts> {
            let cells = rows.document(at);
            cells
                .map(|(cell, counts)| (rows.cells[cell].clone(), counts))
                .collect()
        };
        self.documents() == other.documents()
            && self.places.keys().eq(other.places.keys())
            && (0..self.documents()).all(|at| row(self, at) == row(other, at))
    }
}

impl Eq for Rows {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Measure;
    use crate::matching::EntityMeasure;

    fn cell(label: &'static str) -> Cell {
        Cell {
            measure: Measure::Entity(EntityMeasure::Strict),
            label: label.into(),
        }
    }

    fn correct(correct: u64) -> Counts {
        Counts {
            correct,
            missing: 3,
            ..Counts::default()
        }
    }

    #[test]
    fn what_is_pushed_comes_back_by_document_and_by_cell() {
        let mut rows = Rows::default();
        rows.push([(cell("*"), correct(300)), (cell("ORG"), correct(1))].into_iter());
        rows.push([(cell("*"), Counts::default())].into_iter());
        rows.push([(cell("PER"), correct(u64::MAX))].into_iter());
        assert_eq!(rows.cells(), [cell("*"), cell("ORG"), cell("PER")]);
        let document = |at| rows.document(at).collect::<Vec<_>>();
        assert_eq!(document(0), [(0, correct(300)), (1, correct(1))]);
        assert_eq!(document(1), []);
        assert_eq!(document(2), [(2, correct(u64::MAX))]);
        assert_eq!(
            rows.by_cell(),
            [
                vec![(0, correct(300))],
                vec![(0, correct(1))],
                vec![(2, correct(u64::MAX))]
            ]
        );
    }

    #[test]
    fn rows_in_another_order_have_the_same_cells() {
        let mut rows = Rows::default();
        rows.push([(cell("*"), correct(1))].into_iter());
        rows.push([(cell("ORG"), correct(2)), (cell("PER"), correct(0))].into_iter());
        let turned = rows.reordered(&[1, 0]);
        assert_ne!(turned, rows);
        assert_eq!(turned.reordered(&[1, 0]), rows);
        let mut twice = rows.clone();
        twice.append(&rows);
        assert_eq!(twice.reordered(&[2, 3]), rows);
    }
}
