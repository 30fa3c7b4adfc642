//! Half-open byte ranges on character boundaries, and extents: one or more disjoint spans in order.

use std::cmp::Ordering;
use std::fmt;

/// A non-empty, half-open range of bytes of one text; both ends lie on character boundaries of that text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

/// Why a pair of offsets is no [`Span`] of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// The end is not after the start.
    #[error("the end is not after the start")]
    Empty,
    /// An offset lies before the beginning or past the end of the text.
    #[error("an offset lies outside the text")]
    Outside,
    /// A boundary lies inside a character.
    #[error("a boundary lies inside a character")]
    InsideCharacter,
    /// Two fragments of one extent share bytes.
    #[error("two fragments of one annotation overlap")]
    Overlapping,
    /// An extent without any span.
    #[error("an annotation without any span")]
    NoSpan,
}

impl Span {
    /// The bytes `start..end` of `text`.
    ///
    /// # Errors
    /// Where the range is empty, leaves the text, or cuts a character.
    pub fn new(text: &str, start: usize, end: usize) -> Result<Self, SpanError> {
        if start >= end {
            Err(SpanError::Empty)
        } else if end > text.len() {
            Err(SpanError::Outside)
        } else if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
            Err(SpanError::InsideCharacter)
        } else {
            Ok(Self { start, end })
        }
    }

    /// The first byte.
    #[must_use]
    pub const fn start(self) -> usize {
        self.start
    }

    /// The byte after the last.
    #[must_use]
    pub const fn end(self) -> usize {
        self.end
    }

    /// The bytes that both spans cover; touching spans share none.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let start = self.start.max(other.start);
        let end = self.end.min(other.end);
        (start < end).then_some(Self { start, end })
    }

    /// The text that the span covers, which must be the one that it was made for.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// One or more disjoint spans in order of position: where an annotation lies in its text.
///
/// Most extents are one span; an interrupted quotation ("X," she said, "Y") is two. Fragments may touch.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Extent(Fragments);

/// Nearly every extent is one span, which needs no allocation of its own.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Fragments {
    One(Span),
    Many(Box<[Span]>),
}

impl Extent {
    /// The extent of these spans, put in order.
    ///
    /// # Errors
    /// Where there is no span, or two of them overlap.
    pub fn new(mut spans: Vec<Span>) -> Result<Self, SpanError> {
        spans.sort_unstable();
        if spans.windows(2).any(|pair| pair[0].end > pair[1].start) {
            return Err(SpanError::Overlapping);
        }
        match spans.as_slice() {
            [] => Err(SpanError::NoSpan),
            [one] => Ok(Self::from(*one)),
            _ => Ok(Self(Fragments::Many(spans.into_boxed_slice()))),
        }
    }

    /// The spans, in order; never empty.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        match &self.0 {
            Fragments::One(span) => std::slice::from_ref(span),
            Fragments::Many(spans) => spans,
        }
    }

    /// The first byte of the first span.
    #[must_use]
    pub fn start(&self) -> usize {
        self.spans()[0].start
    }

    /// The byte after the last of the last span.
    #[must_use]
    pub fn end(&self) -> usize {
        let spans = self.spans();
        spans[spans.len() - 1].end
    }

    /// The pieces that both extents cover, in order.
    pub fn intersection<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Span> + 'a {
        let (left, right) = (self.spans(), other.spans());
        let (mut i, mut j) = (0, 0);
        std::iter::from_fn(move || {
            while let (Some(a), Some(b)) = (left.get(i), right.get(j)) {
                let shared = a.intersection(*b);
                if a.end <= b.end {
                    i += 1;
                } else {
                    j += 1;
                }
                if shared.is_some() {
                    return shared;
                }
            }
            None
        })
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).next().is_some()
    }

    /// The covered text, fragments joined by one space.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let pieces: Vec<&str> = self.spans().iter().map(|span| span.of(text)).collect();
        pieces.join(" ")
    }
}

impl Ord for Extent {
    /// By position: span by span, so that an extent in one piece and one in several stand in the order of their starts.
    fn cmp(&self, other: &Self) -> Ordering {
        self.spans().cmp(other.spans())
    }
}

impl PartialOrd for Extent {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Span> for Extent {
    fn from(span: Span) -> Self {
        Self(Fragments::One(span))
    }
}

impl fmt::Debug for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces: Vec<String> = self
            .spans()
            .iter()
            .map(|span| format!("{}..{}", span.start, span.end))
            .collect();
        f.write_str(&pieces.join(";"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "0123456789ä123456789";

    fn extent(ranges: &[(usize, usize)]) -> Extent {
        let spans = ranges
            .iter()
            .map(|&(start, end)| Span::new(TEXT, start, end));
        Extent::new(spans.collect::<Result<_, _>>().unwrap()).unwrap()
    }

    #[test]
    fn a_span_is_refused_when_it_is_empty_leaves_the_text_or_cuts_a_character() {
        assert_eq!(Span::new(TEXT, 3, 3), Err(SpanError::Empty));
        assert_eq!(Span::new(TEXT, 4, 3), Err(SpanError::Empty));
        assert_eq!(Span::new(TEXT, 0, 22), Err(SpanError::Outside));
        assert_eq!(Span::new(TEXT, 10, 11), Err(SpanError::InsideCharacter));
        assert_eq!(Span::new(TEXT, 10, 12).unwrap().of(TEXT), "ä");
    }

    #[test]
    fn touching_spans_share_nothing() {
        assert!(!extent(&[(0, 4)]).overlaps(&extent(&[(4, 8)])));
        assert!(extent(&[(0, 5)]).overlaps(&extent(&[(4, 8)])));
    }

    #[test]
    fn an_extent_sorts_its_fragments_and_refuses_overlap() {
        assert_eq!(extent(&[(5, 7), (0, 2)]), extent(&[(0, 2), (5, 7)]));
        let spans = vec![
            Span::new(TEXT, 0, 3).unwrap(),
            Span::new(TEXT, 2, 5).unwrap(),
        ];
        assert_eq!(Extent::new(spans), Err(SpanError::Overlapping));
        assert_eq!(Extent::new(vec![]), Err(SpanError::NoSpan));
    }

    #[test]
    fn extents_are_ordered_by_start_however_many_pieces_they_have() {
        assert!(extent(&[(0, 2), (5, 7)]) < extent(&[(1, 9)]));
        assert!(extent(&[(1, 2)]) < extent(&[(1, 3), (5, 7)]));
    }

    #[test]
    fn the_intersection_of_two_interrupted_extents_is_piece_by_piece() {
        let shared: Vec<Span> = extent(&[(0, 4), (6, 10)])
            .intersection(&extent(&[(2, 7), (9, 10), (12, 14)]))
            .collect();
        assert_eq!(
            Extent::new(shared).unwrap(),
            extent(&[(2, 4), (6, 7), (9, 10)])
        );
    }
}
