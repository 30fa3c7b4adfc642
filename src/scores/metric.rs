//! The name of one score, as people type it in gates and flags: `entity.strict.f1`, `claim.overlap:0.5.recall`, `source.exact.precision`.

use std::fmt;

use super::{Average, Scores};
use crate::annotation::{ALL_LABELS, Label};
use crate::counts::{Cell, Measure, Role};
use crate::matching::{EntityMeasure, Level};

/// Which of the three ratios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ratio {
    /// Credit over predictions.
    Precision,
    /// Credit over gold items.
    Recall,
    /// Their weighted harmonic mean.
    F,
}

impl Ratio {
    /// Every ratio, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Precision, Self::Recall, Self::F];

    /// The name in metrics; F is F1, for gates know no other beta.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F => "f1",
        }
    }

    /// The ratio of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "precision" | "p" => Some(Self::Precision),
            "recall" | "r" => Some(Self::Recall),
            "f1" | "f" => Some(Self::F),
            _ => None,
        }
    }

    /// This one of three scores.
    #[must_use]
    pub const fn of(self, scores: Scores) -> Option<f64> {
        match self {
            Self::Precision => scores.precision,
            Self::Recall => scores.recall,
            Self::F => scores.f,
        }
    }
}

/// One score of one extractor on one corpus: which cell, which average over it, which ratio.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric {
    /// The measure, and the label or role.
    pub cell: Cell,
    /// The average; anything but micro is of entities with all labels.
    pub average: Average,
    /// The ratio.
    pub ratio: Ratio,
}

impl Metric {
    /// Reads `KIND.MEASURE[.AVERAGE].RATIO`, where the kind is `entity` or a role of claims (`claim`, `content`, `source`, `cue`); the score of one
    /// entity label has the label in brackets behind it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let labelled = name.strip_suffix(']').and_then(|name| name.split_once('['));
        if let Some((name, label)) = labelled {
            let pooled = Self::from_name(name)?;
            return (!label.is_empty()).then(|| pooled.of_label(label))?;
        }
        let (kind, rest) = name.split_once('.')?;
        let (measure, ratio) = rest.rsplit_once('.')?;
        let ratio = Ratio::from_name(ratio)?;
        if kind != "entity" {
            let role = Role::from_name(kind)?;
            let cell = Cell {
                measure: Measure::Claim(Level::from_name(measure)?),
                label: Label::Borrowed(role.name()),
            };
            let average = Average::Micro;
            return Some(Self {
                cell,
                average,
                ratio,
            });
        }
        let averaged = measure
            .rsplit_once('.')
            .and_then(|(measure, average)| Some((measure, Average::from_name(average)?)));
        let (measure, average) = averaged.unwrap_or((measure, Average::Micro));
        let cell = Cell {
            measure: Measure::Entity(EntityMeasure::from_name(measure)?),
            label: Label::Borrowed(ALL_LABELS),
        };
        Some(Self {
            cell,
            average,
            ratio,
        })
    }

    /// The same score of one entity label; `None` for claims and for averages, which have no labels.
    #[must_use]
    pub fn of_label(&self, label: &str) -> Option<Self> {
        let entity = matches!(self.cell.measure, Measure::Entity(_));
        (entity && self.average == Average::Micro).then(|| Self {
            cell: Cell {
                measure: self.cell.measure,
                label: Label::Owned(label.to_owned()),
            },
            ..self.clone()
        })
    }

    /// How people say it: `entity strict F1`, `entity strict F1 of PERSON`, `claim overlap:0.5 recall`.
    #[must_use]
    pub fn spoken(&self) -> String {
        let ratio = match self.ratio {
            Ratio::F => "F1",
            ratio => ratio.name(),
        };
        let (kind, label) = self.parts();
        let average = match self.average {
            Average::Micro => String::new(),
            average => format!("{} ", average.name()),
        };
        let of = label.map_or_else(String::new, |label| format!(" of {label}"));
        format!("{kind} {} {average}{ratio}{of}", self.cell.measure)
    }

    /// The entity label that it is of; `None` where it is of all, and for claims.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.parts().1
    }

    /// The kind, and the label where it is of one.
    fn parts(&self) -> (&str, Option<&str>) {
        match self.cell.measure {
            Measure::Entity(_) => {
                let label: &str = &self.cell.label;
                ("entity", (label != ALL_LABELS).then_some(label))
            }
            Measure::Claim(_) => (&self.cell.label, None),
        }
    }
}

impl fmt::Display for Metric {
    /// The name that [`Metric::from_name`] reads; that of one label has the label in brackets behind it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, label) = self.parts();
        write!(f, "{kind}.{}.", self.cell.measure)?;
        if self.average != Average::Micro {
            write!(f, "{}.", self.average.name())?;
        }
        f.write_str(self.ratio.name())?;
        label.map_or(Ok(()), |label| write!(f, "[{label}]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_metrics_come_back() {
        for name in [
            "entity.strict.f1",
            "entity.overlap:0.5.recall",
            "entity.strict.macro.f1",
            "entity.partial.f-of-means.precision",
            "claim.exact.f1",
            "source.overlap:0.25.precision",
            "content.any.f1",
            "entity.strict.recall[PERSON]",
            "entity.overlap:0.5.f1[Person [living]]",
        ] {
            let metric = Metric::from_name(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(metric.to_string(), name);
        }
        for name in [
            "",
            "entity",
            "entity.f1",
            "entity.sharp.f1",
            "claim.strict.f1",
            "entity.exact.f2",
            "claim.exact.macro.f1",
            "speaker.exact.f1",
            "entity.strict.f1[]",
            "entity.strict.macro.f1[PERSON]",
            "claim.exact.f1[PERSON]",
        ] {
            assert_eq!(Metric::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn metrics_are_spoken_as_people_say_them() {
        let metric = Metric::from_name("entity.strict.f1").unwrap();
        assert_eq!(metric.spoken(), "entity strict F1");
        let of_label = metric.of_label("PERSON").unwrap();
        assert_eq!(of_label.spoken(), "entity strict F1 of PERSON");
        assert_eq!(of_label.to_string(), "entity.strict.f1[PERSON]");
        let metric = Metric::from_name("cue.overlap:0.5.r").unwrap();
        assert_eq!(metric.spoken(), "cue overlap:0.5 recall");
    }
}
