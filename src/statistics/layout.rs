//! Which column holds what: from the counts of documents to samples, and from names of metrics to quantities.

use std::collections::BTreeMap;

use super::{Basis, CellColumns, Column, Quantity, Sample, Seed, Value};
use crate::annotation::ALL_LABELS;
use crate::counts::{Cell, Counts, Measure};
use crate::ledger::{DocumentKey, Rows};
use crate::scores::{Average, Conventions, Metric};

/// The averages over documents that have columns of their own: f-of-means is made of those of mean-f.
const OVER_DOCUMENTS: [Average; 2] = [Average::MeanF, Average::Hipe];

/// What is resampled as a whole: documents, or clusters of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    /// The unit of each document.
    of_document: Vec<u32>,
    /// Their names, in order.
    names: Vec<String>,
}

impl Units {
    /// One unit for each document, or for all documents with the same value of a metadata key; a document without one is a unit of its own.
    #[must_use]
    pub fn of(documents: &[DocumentKey], cluster: Option<&str>) -> Self {
        let name = |document: &DocumentKey| {
            let value = cluster.and_then(|key| document.metadata.get(key));
            match value.filter(|value| !value.is_empty()) {
                Some(value) => format!("cluster {value}"),
                None => format!("document {}", document.id),
            }
        };
        let names: Vec<String> = documents.iter().map(name).collect();
        let mut places: BTreeMap<&str, u32> = names.iter().map(|name| (name.as_str(), 0)).collect();
        for (number, place) in (0..).zip(places.values_mut()) {
            *place = number;
        }
        Self {
            of_document: names.iter().map(|name| places[name.as_str()]).collect(),
            names: places.into_keys().map(str::to_owned).collect(),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn number(&self) -> usize {
        self.names.len()
    }

    /// The seed of everything that is drawn from these units: it depends on their names alone, so that what is measured besides changes no number.
    #[must_use]
    pub fn seed(&self) -> Seed {
        Seed::of(self.names.join("\n").as_bytes())
    }
}

/// Where the columns of a sample lie, for one system or for several that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    cells: Vec<Cell>,
    averages: bool,
}

impl Layout {
    /// The columns that all of these rows need.
    #[must_use]
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Rows>) -> Self {
        let mut cells: Vec<Cell> = rows
            .into_iter()
            .flat_map(|rows| rows.cells().iter().cloned())
            .collect();
        cells.sort();
        cells.dedup();
        let averages = true;
        Self { cells, averages }
    }

    /// The same without the columns of averages over documents, which are many distinct numbers.
    #[must_use]
    pub fn without_averages(self) -> Self {
        Self {
            averages: false,
            ..self
        }
    }

    /// The cells, in order.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    fn cell(&self, cell: &Cell) -> Option<CellColumns> {
        let place = self.cells.binary_search(cell).ok()?;
        Some(CellColumns(place * 5))
    }

    /// The measures of entities whose averages have columns, in order.
    fn pooled(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| is_pooled(cell))
    }

    /// The first of the six columns of an average over documents.
    fn documents(&self, pooled: &Cell, average: Average) -> Option<usize> {
        let own = match average {
            Average::FOfMeans => Average::MeanF,
            average => average,
        };
        if !self.averages {
            return None;
        }
        let place = OVER_DOCUMENTS.iter().position(|average| *average == own)?;
        let measure = self.pooled().position(|cell| cell == pooled)?;
        Some(self.cells.len() * 5 + (measure * OVER_DOCUMENTS.len() + place) * 6)
    }

    /// The columns of one system.
    #[must_use]
    pub fn sample(&self, rows: &Rows, units: &Units, conventions: Conventions) -> Sample {
        let mut by_cell: Vec<Vec<(u32, Counts)>> = vec![Vec::new(); self.cells.len()];
        for (cell, documents) in rows.cells().iter().zip(rows.by_cell()) {
            if let Some(CellColumns(column)) = self.cell(cell) {
                by_cell[column / 5] = documents;
            }
        }
        let unit = |document: u32| units.of_document[document as usize];
        let mut columns = Vec::new();
        for documents in &by_cell {
            let numbers: [fn(&Counts) -> u64; 5] = [
                |counts| counts.correct,
                |counts| counts.incorrect,
                |counts| counts.partial,
                |counts| counts.missing,
                |counts| counts.spurious,
            ];
            columns.extend(numbers.map(|number| {
                let documents = documents.iter();
                summed(documents.map(|(d, counts)| (unit(*d), number(counts) as f64)))
            }));
        }
        for (cell, documents) in self.cells.iter().zip(&by_cell) {
            if is_pooled(cell) && self.averages {
                let shares = |average| shares(average, documents, units, conventions);
                columns.extend(OVER_DOCUMENTS.into_iter().flat_map(shares));
            }
        }
        Sample {
            units: units.number(),
            columns,
        }
    }

    /// What a metric is computed from; `None` where nothing was counted under its name.
    #[must_use]
    pub fn quantity(&self, metric: &Metric) -> Option<Quantity> {
        let pooled = self.cell(&metric.cell)?;
        let average = metric.average;
        let basis = match average {
            Average::Micro => Basis::Cell(pooled),
            _ if !is_pooled(&metric.cell) => return None,
            Average::Macro | Average::Weighted => {
                let of = |cell: &&Cell| {
                    cell.measure == metric.cell.measure && cell.label != metric.cell.label
                };
                let labels = self.cells.iter().filter(of);
                Basis::Labels {
                    average,
                    pooled,
                    labels: labels.filter_map(|cell| self.cell(cell)).collect(),
                }
            }
            Average::MeanF | Average::FOfMeans | Average::Hipe => Basis::Documents {
                average,
                columns: self.documents(&metric.cell, average)?,
            },
        };
        let value = Value::Ratio(metric.ratio);
        Some(Quantity { basis, value })
    }

    /// The error rate of a cell at this place of [`crate::scores::ErrorRates::all`].
    #[must_use]
    pub fn rate(&self, cell: &Cell, place: usize) -> Option<Quantity> {
        Some(Quantity {
            basis: Basis::Cell(self.cell(cell)?),
            value: Value::Rate(place),
        })
    }
}

fn is_pooled(cell: &Cell) -> bool {
    matches!(cell.measure, Measure::Entity(_)) && cell.label == ALL_LABELS
}

/// What the documents add to an average, as six columns. Documents in which nothing was counted add what the conventions say.
fn shares(
    average: Average,
    documents: &[(u32, Counts)],
    units: &Units,
    conventions: Conventions,
) -> [Column; 6] {
    let mut counted = vec![Counts::default(); units.of_document.len()];
    for (document, counts) in documents {
        counted[*document as usize] = *counts;
    }
    let shares: Vec<_> = counted
        .into_iter()
        .map(|counts| average.share(counts, conventions))
        .collect();
    std::array::from_fn(|at| {
        let of = |share: &crate::scores::Shares| match at {
            0..3 => share.sums[at],
            _ => share.totals[at - 3],
        };
        summed(units.of_document.iter().copied().zip(shares.iter().map(of)))
    })
}

/// A column of sums by unit, of documents in order.
fn summed(documents: impl Iterator<Item = (u32, f64)>) -> Column {
    let mut values: Vec<(u32, f64)> = documents.collect();
    // Stable, so that the documents of a unit are added in their order.
    values.sort_by_key(|(unit, _)| *unit);
    let runs = values.chunk_by(|a, b| a.0 == b.0);
    Column::new(runs.map(|run| (run[0].0, run.iter().map(|(_, value)| value).sum())))
}
