//! Which tags seqeval's strict mode makes mentions of: a sequence that its scheme does not allow is dropped, not repaired.

use super::scheme::{Place, Scheme};

/// What a tag says: its place and type; `None` for O.
type Tag<'a> = Option<(Place, &'a str)>;

/// The mentions of a sentence, as their first token and the token after their last.
pub(super) fn strict(scheme: Scheme, tags: &[Tag<'_>]) -> Vec<(usize, usize)> {
    let tag = |at: usize| tags.get(at).copied().flatten();
    let mut found = Vec::new();
    let mut before = None;
    let mut at = 0;
    while at < tags.len() {
        let first = at;
        at += 1;
        if begins(scheme, before, tag(first)) {
            while goes_on(scheme, tag(at - 1), tag(at)) {
                at += 1;
            }
            if ends(scheme, tag(at - 1), tag(at)) {
                found.push((first, at));
            }
        }
        before = tag(at - 1);
    }
    found
}

/// Whether a mention may begin with `tag`.
fn begins(scheme: Scheme, before: Tag<'_>, tag: Tag<'_>) -> bool {
    let Some((place, kind)) = tag else {
        return false;
    };
    let same = before.is_some_and(|(_, other)| other == kind);
    let before = before.map(|(place, _)| place);
    match (scheme, place) {
        (Scheme::Iob1, Place::Begin) => same,
        (Scheme::Iob1, _) => before != Some(Place::Inside) || !same,
        (Scheme::Ioe1, Place::End) => same && before == Some(Place::End),
        (Scheme::Ioe1 | Scheme::Ioe2, _) => before != Some(Place::Inside) || !same,
        (Scheme::Iob2, place) => place == Place::Begin,
        (Scheme::Iobes | Scheme::Bilou, place) => matches!(place, Place::Begin | Place::Single),
    }
}

/// Whether `tag` continues the mention of the tag before it.
fn goes_on(scheme: Scheme, before: Tag<'_>, tag: Tag<'_>) -> bool {
    let (Some((before, kind)), Some((place, other))) = (before, tag) else {
        return false;
    };
    let begun = matches!(before, Place::Begin | Place::Inside);
    let inner = match scheme {
        Scheme::Iob1 | Scheme::Iob2 => place == Place::Inside,
        _ => matches!(place, Place::Inside | Place::End),
    };
    begun && inner && kind == other
}

/// Whether a mention may end with `last`, where `tag` follows and does not continue it.
fn ends(scheme: Scheme, last: Tag<'_>, tag: Tag<'_>) -> bool {
    let Some((last, kind)) = last else {
        return false;
    };
    let same = tag.is_some_and(|(_, other)| other == kind);
    let place = tag.map(|(place, _)| place);
    match (scheme, last) {
        (Scheme::Iob2, _) => true,
        // A B of another type is no end of a mention of one B, and an E that nothing of its type follows ends nothing.
        (Scheme::Iob1, Place::Begin) => place != Some(Place::Begin) || same,
        (Scheme::Iob1, _) => true,
        (Scheme::Ioe1, Place::End) => same,
        (Scheme::Ioe1, _) => !same,
        (Scheme::Ioe2 | Scheme::Iobes | Scheme::Bilou, last) => {
            matches!(last, Place::End | Place::Single)
        }
    }
}
