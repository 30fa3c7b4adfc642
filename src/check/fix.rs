//! Mends what is safe to mend in the files themselves: takes white space off the edges of annotations, and exact copies out. Nothing else of a file changes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::annotation::{Content, Mention};
use crate::document::Document;
use crate::formats::{Read, Record};
use crate::offset::CodePoints;
use crate::span::{Extent, Span};

/// A change of a block's text: these bytes become this text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of the block.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

/// The formats whose files can be mended, by name.
pub const FORMATS: [&str; 6] = [
    "brat", "jsonl", "doccano", "prodigy", "spacy", "label-studio",
];

/// What is to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// White space at the edges of mentions.
    pub edges: bool,
    /// Mentions that stand twice.
    pub copies: bool,
}

/// What mends a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mends {
    /// The changes, in order.
    pub edits: Vec<Edit>,
    /// How many annotations they mend.
    pub mended: u64,
    /// How many annotations have such a fault and are left as they are.
    pub left: u64,
}

/// What mends a document; where its format cannot be mended, how many faults are left.
#[must_use]
pub fn mends(record: &Record<'_>, read: &Read, document: &Document, wanted: Wanted) -> Mends {
    if document.is_stand_in() {
        return Mends::default();
    }
    let mut mends = Mends {
        left: if wanted.edges {
            parts_with_space(read, document.text())
        } else {
            0
        },
        ..Mends::default()
    };
    let writable = FORMATS.contains(&record.format.name);
    let points = CodePoints::new(document.text());
    let mender = Mender {
        record,
        read,
        text: document.text(),
        points: &points,
    };
    let mut seen: HashSet<Mention> = HashSet::new();
    let mut copies: Vec<usize> = Vec::new();
    for (mention, stretch) in read.annotations.mentions.iter().zip(&read.stretches) {
        let trimmed = trimmed(&mention.extent, document.text()).filter(|_| wanted.edges);
        let trimming = match &trimmed {
            Some(extent) if writable => mender.trimming(*stretch, extent),
            _ => Vec::new(),
        };
        // What cannot be trimmed stays what it is: what is no copy of it then must stay too.
        let extent = trimmed.as_ref().filter(|_| !trimming.is_empty());
        let mended = Mention {
            extent: extent.unwrap_or(&mention.extent).clone(),
            label: mention.label.clone(),
        };
        if !seen.insert(mended) && wanted.copies {
            copies.push(*stretch);
        } else if trimming.is_empty() {
            mends.left += u64::from(trimmed.is_some());
        } else {
            mends.mended += 1;
            mends.edits.extend(trimming);
        }
    }
    let removed = if writable {
        mender.removals(&copies)
    } else {
        Vec::new()
    };
    mends.mended += removed.len() as u64;
    mends.left += (copies.len() - removed.len()) as u64;
    mends.edits.extend(removed);
    mends
        .edits
        .sort_by_key(|edit| (edit.range.start, edit.range.end));
    // A region with several labels stands in one place: what is the same change is made once.
    mends.edits.dedup();
    mends
}

/// How many parts of claims begin or end in white space.
fn parts_with_space(read: &Read, text: &str) -> u64 {
    let parts = read.annotations.claims.iter().flat_map(|claim| {
        let content = match &claim.content {
            Content::Spans(extent) => Some(extent),
            Content::Text(_) => None,
        };
        [content, claim.source.as_ref(), claim.cue.as_ref()]
    });
    let spaced = parts
        .flatten()
        .filter(|extent| trimmed(extent, text).is_some());
    spaced.count() as u64
}

/// The extent without white space at the edges of its fragments; `None` where there is none.
fn trimmed(extent: &Extent, text: &str) -> Option<Extent> {
    let trim = |span: &Span| {
        let covered = span.of(text);
        let start = span.end() - covered.trim_start().len();
        // A fragment of white space alone cannot be trimmed, and is left as it is.
        Span::new(text, start, start + covered.trim().len()).unwrap_or(*span)
    };
    let spans: Vec<Span> = extent.spans().iter().map(trim).collect();
    (spans != extent.spans())
        .then(|| Extent::new(spans).ok())
        .flatten()
}

struct Mender<'r, 'a> {
    record: &'r Record<'a>,
    read: &'r Read,
    text: &'r str,
    points: &'r CodePoints<'r>,
}

impl Mender<'_, '_> {
    fn source(&self) -> &str {
        self.record.block.text()
    }

    /// The offsets of an extent in the unit of the file; `None` where that has no such offset.
    fn offsets(&self, extent: &Extent) -> Option<Vec<[usize; 2]>> {
        let unit = self.read.unit;
        let pair = |span: &Span| {
            let start = self.points.offset_of(span.start(), unit)?;
            Some([start, self.points.offset_of(span.end(), unit)?])
        };
        extent.spans().iter().map(pair).collect()
    }

    /// Whether what the file has at the place of a stretch is its old place: where carriage returns count otherwise, nothing is changed.
    fn is_plain(&self, stretch: usize, extent: &Extent) -> Option<()> {
        let pairs = self.record.draft.stretches[stretch].pairs.as_slice();
        let own = self.offsets(extent)?;
        let same = pairs.len() == own.len()
            && pairs
                .iter()
                .zip(&own)
                .all(|(a, b)| i64::try_from(b[0]) == Ok(a[0]) && i64::try_from(b[1]) == Ok(a[1]));
        same.then_some(())
    }

    fn old_extent(&self, stretch: usize) -> Option<&Extent> {
        let at = self
            .read
            .stretches
            .iter()
            .position(|other| *other == stretch)?;
        Some(&self.read.annotations.mentions[at].extent)
    }

    /// The changes that move a stretch to `extent`.
    fn trimming(&self, stretch: usize, extent: &Extent) -> Vec<Edit> {
        let plain = self
            .old_extent(stretch)
            .and_then(|old| self.is_plain(stretch, old));
        let (Some(()), Some(pairs)) = (plain, self.offsets(extent)) else {
            return Vec::new();
        };
        if self.record.format.name == "brat" {
            self.trim_standoff(stretch, extent, &pairs)
        } else {
            self.trim_json(stretch, extent, &pairs).unwrap_or_default()
        }
    }

    fn trim_standoff(&self, stretch: usize, extent: &Extent, pairs: &[[usize; 2]]) -> Vec<Edit> {
        let found = &self.record.draft.stretches[stretch];
        let offsets = pairs.iter().map(|[start, end]| format!("{start} {end}"));
        let mut edits = vec![Edit {
            range: found.at.range.clone(),
            text: offsets.collect::<Vec<_>>().join(";"),
        }];
        if !found.quoted_at.range.is_empty() {
            edits.push(Edit {
                range: found.quoted_at.range.clone(),
                text: extent.text(self.text).replace(['\n', '\r', '\t'], " "),
            });
        }
        edits
    }

    /// Changes the numbers of an item of JSON, and the text that it quotes.
    fn trim_json(
        &self,
        stretch: usize,
        extent: &Extent,
        pairs: &[[usize; 2]],
    ) -> Option<Vec<Edit>> {
        let [[start, end]] = pairs else { return None };
        let place = self.record.stretch_at(stretch).range;
        let item = &self.source()[place.clone()];
        let numbers = if item.starts_with('[') {
            let first = number(item, 1)?;
            let second = number(item, first.end)?;
            [first, second]
        } else {
            let keyed = |keys: [&str; 2]| keys.into_iter().find_map(|key| value_of(item, key));
            let (start, end) = (
                keyed(["start", "start_offset"])?,
                keyed(["end", "end_offset"])?,
            );
            [number(item, start)?, number(item, end)?]
        };
        let shifted = |range: &Range<usize>| place.start + range.start..place.start + range.end;
        let mut edits = vec![
            Edit {
                range: shifted(&numbers[0]),
                text: start.to_string(),
            },
            Edit {
                range: shifted(&numbers[1]),
                text: end.to_string(),
            },
        ];
        if let Some(quoted) = value_of(item, "text").and_then(|at| string(item, at)) {
            edits.push(Edit {
                range: shifted(&quoted),
                text: serde_json::to_string(&extent.text(self.text)).ok()?,
            });
        }
        Some(edits)
    }

    /// The changes that take copies out: none where something refers to a copy, or another label of its region is no copy.
    fn removals(&self, copies: &[usize]) -> Vec<Edit> {
        if copies.is_empty() {
            return Vec::new();
        }
        let place = |stretch: usize| {
            let range = self.record.stretch_at(stretch).range;
            (range.start, range.end)
        };
        // How many stretches at a place are no copies.
        let mut others: HashMap<(usize, usize), usize> = HashMap::new();
        let is_copy: HashSet<usize> = copies.iter().copied().collect();
        let all = 0..self.record.draft.stretches.len();
        for stretch in all.filter(|stretch| !is_copy.contains(stretch)) {
            *others.entry(place(stretch)).or_default() += 1;
        }
        let alone = copies
            .iter()
            .filter(|copy| !others.contains_key(&place(**copy)));
        alone.filter_map(|copy| self.removal(*copy)).collect()
    }

    /// The change that takes a stretch out; none where something refers to it.
    fn removal(&self, stretch: usize) -> Option<Edit> {
        let draft = &self.record.draft;
        let name = draft.stretches[stretch].name.as_ref();
        let place = self.record.stretch_at(stretch).range;
        if self.record.format.name == "brat" {
            return self.line_removal(name, place.start);
        }
        // Without a name of its own nothing tells what relations lead to.
        let referred = if name.is_empty() {
            !draft.links.is_empty()
        } else {
            self.source().matches(&format!("\"{name}\"")).count() > 1
        };
        if referred || place.is_empty() {
            return None;
        }
        // The comma before it goes with it. A copy is first in its list only where what it copies is in another, which is left to people.
        let before = self.source()[..place.start].trim_end();
        let comma = before.strip_suffix(',')?.len();
        Some(Edit {
            range: comma..place.end,
            text: String::new(),
        })
    }

    /// Takes the line of a text-bound out, where no other line names it.
    fn line_removal(&self, name: &str, at: usize) -> Option<Edit> {
        let source = self.source();
        let own = source[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = source[at..]
            .find('\n')
            .map_or(source.len(), |end| at + end + 1);
        let others = source[..own].lines().chain(source[end..].lines());
        let names = |line: &str| {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
            words.any(|word| word == name)
        };
        // A text that happens to hold the name keeps the line: it is only left for a person.
        (!others.into_iter().any(names)).then(|| Edit {
            range: own..end,
            text: String::new(),
        })
    }
}

/// Where the value of a key begins in an object of JSON, at whatever depth it first stands.
fn value_of(item: &str, key: &str) -> Option<usize> {
    let quoted = format!("\"{key}\"");
    item.match_indices(&quoted).find_map(|(at, _)| {
        let after = item[at + quoted.len()..].trim_start();
        let value = after.strip_prefix(':')?.trim_start();
        Some(item.len() - value.len())
    })
}

/// The bytes of the first number at or after `from`.
fn number(item: &str, from: usize) -> Option<Range<usize>> {
    let start = from + item[from..].find(|c: char| c.is_ascii_digit())?;
    let end = item[start..].find(|c: char| !c.is_ascii_digit());
    Some(start..end.map_or(item.len(), |end| start + end))
}

/// The bytes of the string that begins at `from`, with its quotation marks; `None` where there is none.
fn string(item: &str, from: usize) -> Option<Range<usize>> {
    let rest = item[from..].strip_prefix('"')?;
    let mut escaped = false;
    let end = rest.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })?;
    Some(from..from + end + 2)
}

/// The text of a file whose blocks were mended: each block stands in it after the one before.
#[must_use]
pub fn apply(file: &str, blocks: &[(String, Vec<Edit>)]) -> String {
    let mut mended = String::with_capacity(file.len());
    let mut at = 0;
    for (block, edits) in blocks {
        let Some(found) = file[at..].find(block.as_str()) else {
            // The file changed in between; what cannot be found is left alone.
            continue;
        };
        mended.push_str(&file[at..at + found]);
        at += found;
        let mut within = 0;
        for edit in edits {
            // Changes that share bytes, such as two labels of one region, are not made twice.
            if edit.range.start < within {
                continue;
            }
            mended.push_str(&block[within..edit.range.start]);
            mended.push_str(&edit.text);
            within = edit.range.end;
        }
        mended.push_str(&block[within..]);
        at += block.len();
    }
    mended.push_str(&file[at..]);
    mended
}
