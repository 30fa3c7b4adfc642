//! Parts of a corpus: documents that have a value of their metadata in common, and thirds by length.

use std::collections::BTreeMap;

use crate::ledger::DocumentKey;

/// The name of the slices by length.
pub const LENGTH: &str = "length";

/// Metadata with more values than this names documents rather than kinds of them.
const MOST_VALUES: usize = 12;

/// Which documents belong to which slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slicing {
    /// Key, value, and the places of the documents; in order of key and value.
    pub slices: Vec<(String, String, Vec<usize>)>,
}

impl Slicing {
    /// The slices of these documents by each key with two to twelve values, and by length where it is known; or by the named keys alone.
    ///
    /// # Errors
    /// With the name of a key that no document has.
    pub fn of(documents: &[DocumentKey], keys: &[String]) -> Result<Self, String> {
        let mut found: BTreeMap<&str, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
        for (place, document) in documents.iter().enumerate() {
            for (key, value) in document
                .metadata
                .iter()
                .filter(|(_, value)| !value.is_empty())
            {
                let values = found.entry(key).or_default();
                values.entry(value).or_default().push(place);
            }
        }
        let known = |key: &String| key == LENGTH || found.contains_key(key.as_str());
        if let Some(unknown) = keys.iter().find(|key| !known(key)) {
            return Err(unknown.clone());
        }
        let wanted = |key: &str, values: usize| match keys {
            [] => (2..=MOST_VALUES).contains(&values),
            keys => keys.iter().any(|own| own == key),
        };
        let mut slices = Vec::new();
        for (key, values) in &found {
            if wanted(key, values.len()) {
                let own = values.iter();
                slices.extend(own.map(|(value, places)| {
                    ((*key).to_owned(), (*value).to_owned(), places.clone())
                }));
            }
        }
        if wanted(LENGTH, 3) && !found.contains_key(LENGTH) {
            slices.extend(by_length(documents));
        }
        Ok(Self { slices })
    }
}

/// The third of the documents with the shortest texts, the middle and the longest third; none where lengths are not known, or documents are too few.
fn by_length(documents: &[DocumentKey]) -> Vec<(String, String, Vec<usize>)> {
    let mut places: Vec<usize> = (0..documents.len()).collect();
    places.sort_by_key(|&place| (documents[place].bytes, place));
    if documents.len() < 6 || documents.iter().any(|document| document.bytes == 0) {
        return Vec::new();
    }
    let third = documents.len().div_ceil(3);
    let names = ["1 shortest third", "2 middle third", "3 longest third"];
    let thirds = names.into_iter().zip(places.chunks(third));
    thirds
        .map(|(name, places)| {
            let mut places = places.to_vec();
            places.sort_unstable();
            (LENGTH.to_owned(), name.to_owned(), places)
        })
        .collect()
}
