//! Cohen's kappa of two annotators, and Krippendorff's alpha of any number, for categories without order.
//!
//! Cohen 1960, "A coefficient of agreement for nominal scales"; Krippendorff, "Content Analysis", chapter 11 (2nd edition), nominal data with missing values.

use std::collections::BTreeMap;

/// How two annotators categorised the same tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kappa(BTreeMap<(String, String), u64>);

impl Kappa {
    /// Adds the tokens of a document: the category that either annotator gave each of them.
    pub fn add<'a>(
        &mut self,
        one: impl IntoIterator<Item = &'a str>,
        other: impl IntoIterator<Item = &'a str>,
    ) {
        for (one, other) in one.into_iter().zip(other) {
            // Most tokens have no label on either side: looked up before anything is allocated.
            let key = (one.to_owned(), other.to_owned());
            *self.0.entry(key).or_default() += 1;
        }
    }

    /// kappa = (p_o - p_e) / (1 - p_e), p_o the share of tokens with the same category, p_e the sum over categories of the product of both annotators' shares;
    /// `None` where nothing was added, or chance alone would always agree.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        let mut shares: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        let (mut total, mut same) = (0_u64, 0_u64);
        for ((one, other), count) in &self.0 {
            total += count;
            same += if one == other { *count } else { 0 };
            shares.entry(one).or_default().0 += count;
            shares.entry(other).or_default().1 += count;
        }
        let products = shares.values();
        let chance: u128 = products
            .map(|(one, other)| u128::from(*one) * u128::from(*other))
            .sum();
        let (total, same) = (u128::from(total), u128::from(same));
        // Both shares over total squared, so that one division is left.
        let (above, below) = (ratio(total * same, chance), total * total - chance);
        (below > 0).then(|| above / below as f64)
    }

    /// The categories that either annotator used.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.0
            .keys()
            .flat_map(|(one, other)| [one.as_str(), other.as_str()])
    }

    /// The same tokens, asked only whether a category holds this label.
    #[must_use]
    pub fn of_label(&self, label: &str) -> Self {
        let mut found = Self::default();
        let has = |category: &str| if holds(category, label) { label } else { "" };
        for ((one, other), count) in &self.0 {
            let key = (has(one).to_owned(), has(other).to_owned());
            *found.0.entry(key).or_default() += count;
        }
        found
    }
}

/// The difference of two numbers that fit no signed one.
fn ratio(a: u128, b: u128) -> f64 {
    if a >= b {
        (a - b) as f64
    } else {
        -((b - a) as f64)
    }
}

/// Whether a category is this label, or holds it among others.
fn holds(category: &str, label: &str) -> bool {
    category.split('+').any(|found| found == label)
}

/// How any number of annotators categorised the same tokens: each token's categories in order, and how many tokens have just these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alpha(BTreeMap<Vec<String>, u64>);

impl Alpha {
    /// Adds one token: the categories of those who looked at it.
    pub fn add(&mut self, categories: impl IntoIterator<Item = String>) {
        let mut categories: Vec<String> = categories.into_iter().collect();
        categories.sort_unstable();
        *self.0.entry(categories).or_default() += 1;
    }

    /// Adds the tokens of others.
    pub fn append(&mut self, others: Self) {
        for (categories, count) in others.0 {
            *self.0.entry(categories).or_default() += count;
        }
    }

    /// The same tokens, asked only whether a category holds this label.
    #[must_use]
    pub fn of_label(&self, label: &str) -> Self {
        let mut found = Self::default();
        for (categories, count) in &self.0 {
            let has = |category: &String| if holds(category, label) { label } else { "" };
            let mut categories: Vec<String> =
                categories.iter().map(|c| has(c).to_owned()).collect();
            categories.sort_unstable();
            *found.0.entry(categories).or_default() += count;
        }
        found
    }

    /// alpha = 1 - D_o / D_e: D_o the share of unlike pairs within tokens, each token's pairs weighed by one less than its annotators; D_e that among all categories
    /// given. Tokens of a single annotator pair with nothing. `None` where there is no pair, or only one category.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
        // Unlike pairs of tokens with so many annotators: integers until the division by one less.
        let mut unlike: BTreeMap<u64, u128> = BTreeMap::new();
        let mut values = 0_u128;
        for (categories, tokens) in &self.0 {
            let annotators = categories.len() as u64;
            if annotators < 2 {
                continue;
            }
            let mut own: BTreeMap<&str, u64> = BTreeMap::new();
            for category in categories {
                *own.entry(category).or_default() += 1;
                *totals.entry(category).or_default() += tokens;
            }
            let like: u64 = own.values().map(|count| count * count).sum();
            let pairs = u128::from(annotators * annotators - like) * u128::from(*tokens);
            *unlike.entry(annotators).or_default() += pairs;
            values += u128::from(annotators) * u128::from(*tokens);
        }
        let squares: u128 = totals
            .values()
            .map(|count| u128::from(*count) * u128::from(*count))
            .sum();
        let chance = values * values - squares;
        if chance == 0 {
            return None;
        }
        let weighed = unlike
            .iter()
            .map(|(annotators, pairs)| *pairs as f64 / (annotators - 1) as f64);
        let observed: f64 = weighed.sum();
        Some(1.0 - observed * (values - 1) as f64 / chance as f64)
    }
}
