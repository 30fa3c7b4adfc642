//! chrF2: how alike two wordings are, by the character n-grams that they share.
//!
//! chrF2 is the F-measure (beta = 2, so recall counts four times) of the mean precision and the mean recall over n-grams of 1 to 6 characters (code points),
//! white space left out; orders that either text is too short for are left out of the means. Popovic 2015, as sacreBLEU computes it by default.

/// The longest n-grams, in characters.
const ORDERS: usize = 6;

/// Bits of a code point.
const BITS: u32 = 21;

/// The n-grams of a text, ready to be compared with others.
#[derive(Debug)]
pub(super) struct Profile {
    /// For each order its n-grams in order, as many times as they occur; six code points fit a number.
    grams: [Vec<u128>; ORDERS],
}

impl Profile {
    pub(super) fn new(text: &str) -> Self {
        let points: Vec<u128> = text
            .chars()
            .filter(|c| !is_space(*c))
            .map(|c| u128::from(u32::from(c)))
            .collect();
        let grams = std::array::from_fn(|order| {
            let gram = |points: &[u128]| points.iter().fold(0, |gram, c| gram << BITS | c);
            let mut grams: Vec<u128> = points.windows(order + 1).map(gram).collect();
            grams.sort_unstable();
            grams
        });
        Self { grams }
    }

    /// chrF2 of a hypothesis, against `self` as the reference: 0 to 1.
    pub(super) fn score(&self, hypothesis: &Self) -> f64 {
        let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0.0);
        for (reference, hypothesis) in self.grams.iter().zip(&hypothesis.grams) {
            if reference.is_empty() || hypothesis.is_empty() {
                continue;
            }
            let shared = shared(reference, hypothesis) as f64;
            precision += shared / hypothesis.len() as f64;
            recall += shared / reference.len() as f64;
            orders += 1.0;
        }
        if orders > 0.0 {
            precision /= orders;
            recall /= orders;
        }
        if precision + recall > 0.0 {
            5.0 * precision * recall / (4.0 * precision + recall)
        } else {
            0.0
        }
    }
}

/// chrF2 of a hypothesis against a reference: 0 to 1; 0 where either has no visible character.
#[must_use]
pub fn chrf2(reference: &str, hypothesis: &str) -> f64 {
    Profile::new(reference).score(&Profile::new(hypothesis))
}

/// How many n-grams two ordered lists share, each as many times as both have it.
fn shared(mut left: &[u128], mut right: &[u128]) -> usize {
    let mut shared = 0;
    while let (Some((a, left_rest)), Some((b, right_rest))) =
        (left.split_first(), right.split_first())
    {
        shared += usize::from(a == b);
        if a <= b {
            left = left_rest;
        }
        if b <= a {
            right = right_rest;
        }
    }
    shared
}

/// White space as Python's `str.split` sees it, which has four control characters more than Unicode.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
