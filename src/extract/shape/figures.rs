//! Dates, times, money, percentages, measures and plain numbers: one table of patterns, tried together at every place.

use regex_automata::meta::Regex;

use super::Piece;

/// The patterns, most specific first: of those that match at one place the first wins. `{name}` stands for a fragment of [`FRAGMENTS`].
///
/// All word boundaries are ASCII ones, which keeps the search on its fast path in texts with other letters.
const RULES: [(&str, &str); 22] = [
    (
        "MONEY",
        r"{b}{span}{currency} ?{amount}(?: ?{scale}{e})?{to}{currency}? ?{amount}(?: ?{scale}{e})?",
    ),
    (
        "MONEY",
        r"{b}{approx}?{currency} ?{amount}(?: ?{scale}{e})?(?:(?:[-–]| to ){currency}? ?{amount}(?: ?{scale}{e})?)?",
    ),
    (
        "MONEY",
        r"{b}{span}?{amount}{to}{amount} (?:[A-Z][a-z]+ )?{coin}{e}",
    ),
    (
        "MONEY",
        r"{b}{approx}?{amount}[ -](?:[A-Z][a-z]+ )?{coin}{e}|{b}[Aa] (?:euro|dollar|pound|rouble|crown){e}",
    ),
    ("PERCENT", r"{b}{span}?{amount}{to}{amount}{percent}"),
    ("PERCENT", r"{b}{approx}?{amount}{percent}"),
    (
        "QUANTITY",
        r"{b}{span}?{amount}{to}{amount}[ {nbsp}]{unit}{e}",
    ),
    (
        "QUANTITY",
        r"{b}{approx}?{amount}(?:[ {nbsp}-]|)?{unit}{e}|{b}[Aa] (?:kilomet(?:re|er)|met(?:re|er)|mile|tonne|barrel|lit(?:re|er)|kilo|hectare){e}",
    ),
    (
        "TIME",
        r"{b}(?:[01]?[0-9]|2[0-3])[.:][0-5][0-9](?:[ {nbsp}]?(?:{halfday}|GMT|UTC|CET|CEST|BST|EST|local time))*{halfend}",
    ),
    ("TIME", r"{b}[01]?[0-9][ {nbsp}]?{halfday}{halfend}"),
    (
        "TIME",
        r"{b}(?:{approx}|[Aa]n? |[Hh]alf an )?(?:{amount}[ -])?{clock}(?:-long)?(?: ago| earlier| later)?{e}",
    ),
    (
        "TIME",
        r"{b}(?:{weekday}|[Ll]ast|[Tt]omorrow|[Yy]esterday) (?:morning|afternoon|evening|night){e}|{b}(?:[Oo]vernight|midnight|noon|[Tt]onight){e}",
    ),
    (
        "DATE",
        r"{b}(?:{weekday},? )?(?:{part} )?(?:{month} {day}(?:[-–]{day})?(?:,? {year})?|{day}(?:[-–]{day})? {month}(?:,? {year})?|{month},? {year}){e}",
    ),
    (
        "DATE",
        r"{b}(?:(?:last|next|this|every|each|past) )?{weekday}{e}",
    ),
    (
        "DATE",
        r"{b}(?:(?:[Ff]rom|[Bb]etween) )?{year}(?:[-–]| to | and ){year}{e}|{b}(?:{part} |mid-)?{year}(?:s{e}|{e})",
    ),
    (
        "DATE",
        r"{b}(?:(?:[Ll]ast|[Nn]ext|[Tt]his|[Pp]ast|[Rr]ecent|[Ee]ach|[Ee]very|[Ee]arlier this|[Ll]ater this) )(?:{amount} )?{calendar}{e}",
    ),
    (
        "DATE",
        r"{b}(?:{span}?{amount}{to}|{approx})?{amount}[ -]{period}{suffix}",
    ),
    ("DATE", r"{b}[Aa] (?:few |couple of )?{period}{suffix}"),
    (
        "DATE",
        r"{b}(?:{part} |last |next |this )?(?:[Mm]id-)?{month}{e}|{b}(?:[Tt]oday|[Yy]esterday|[Tt]omorrow){e}",
    ),
    (
        "ORDINAL",
        r"{b}(?:[0-9]+(?:st|nd|rd|th)|[Ff]irst|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth){e}",
    ),
    (
        "CARDINAL",
        r"{b}{approx}?(?:[0-9]+[-–][0-9]+|{amount}(?:[-–]| to ){amount}|{many}){e}|{b}[Bb]etween {amount} and {amount}{e}",
    ),
    ("CARDINAL", r"{b}{approx}?{amount}{e}"),
];

/// The named parts of [`RULES`]; a fragment may use those above it.
const FRAGMENTS: [(&str, &str); 23] = [
    ("nbsp", "\u{a0}\u{202f}"),
    ("b", r"(?-u:\b{start-half})"),
    ("e", r"(?-u:\b{end-half})"),
    (
        "digits",
        r"(?:[0-9]{1,3}(?:[,{nbsp}][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)",
    ),
    ("unitword", r"(?:two|three|four|five|six|seven|eight|nine)"),
    (
        "word",
        r"(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|[Tt]hirteen|[Ff]ourteen|[Ff]ifteen|[Ss]ixteen|[Ss]eventeen|[Ee]ighteen|[Nn]ineteen|(?:[Tt]wenty|[Tt]hirty|[Ff]orty|[Ff]ifty|[Ss]ixty|[Ss]eventy|[Ee]ighty|[Nn]inety)(?:-(?:one|{unitword}))?)",
    ),
    (
        "scale",
        r"(?:hundred|thousand|million|billion|trillion|bn|m|k)",
    ),
    (
        "amount",
        r"(?:{digits}(?: ?(?:million|billion|trillion|thousand|bn){e})?|(?:one {scale}|{word})(?: {scale})?{e})",
    ),
    (
        "approx",
        r"(?:(?:[Aa]bout|[Aa]round|[Ss]ome|[Nn]early|[Aa]lmost|[Rr]oughly|[Aa]pproximately|[Oo]ver|[Uu]nder|[Mm]ore than|[Ll]ess than|[Ff]ewer than|[Aa]t least|[Aa]t most|[Uu]p to|[Aa]s many as|[Aa]s much as|[Cc]lose to|[Bb]arely) )",
    ),
    ("span", r"(?:{approx}|(?:[Bb]etween|[Ff]rom) )"),
    ("to", r"(?:[-–]| to | and )"),
    (
        "currency",
        r"(?:(?:US|A|C|NZ|HK|R)?\$|€|£|¥|₴|₽|₹|CHF|EUR|USD|GBP)",
    ),
    (
        "coin",
        r"(?:euros?|dollars?|pounds?|yen|yuan|francs?|crowns?|koruna|krona|kronor|krone|kroner|zlotys?|forints?|lira|liras|rupees?|roubles?|rubles?|pesos?|hryvnias?|tenge|dirhams?|shillings?|naira|rand|won|dinars?|denars?|lei|leva|manat|soles|reais|birr|cents?|pence)",
    ),
    (
        "percent",
        r"(?: ?%|[ {nbsp}]?%|[ -]percent{e}| per cent{e}| (?:percentage|basis) points?{e})",
    ),
    (
        "unit",
        r"(?:kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|km/h|km|cm|mm|miles?|feet|foot|inches|nautical miles?|hectares?|acres?|(?:square|cubic) (?:kilomet(?:re|er)s?|met(?:re|er)s?|miles?|km)|tonnes?|tons?|kilograms?|kilos?|kg|grams?|lit(?:re|er)s?|gallons?|barrels?|megawatts?|gigawatts?|MW|GW|degrees?(?: (?:Celsius|Fahrenheit))?|°C|light[- ]years?|knots|magnitude)",
    ),
    ("halfday", r"(?:a\.m\.|p\.m\.|am|pm)"),
    ("halfend", r"(?:{e}|)"),
    ("clock", r"(?:hours?|minutes?|seconds?)"),
    (
        "weekday",
        r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)",
    ),
    (
        "month",
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)",
    ),
    ("day", r"(?:[12][0-9]|3[01]|0?[1-9])"),
    ("year", r"(?:1[5-9][0-9][0-9]|20[0-9][0-9])"),
    ("part", r"(?:[Ee]arly|[Ll]ate|[Mm]id)"),
];

/// Fragments that would make the table above too wide.
const LISTS: [(&str, &str); 4] = [
    (
        "calendar",
        r"(?:days?|weeks?|weekend|months?|years?|decades?|century|spring|summer|autumn|fall|winter|quarter|season)",
    ),
    ("suffix", r"(?:-old{e}| ago{e}| earlier{e}| later{e}|{e})"),
    (
        "period",
        r"(?:days?|weeks?|months?|years?|decades?|centuries)",
    ),
    (
        "many",
        r"(?:(?:[Tt]ens|[Hh]undreds) of thousands|[Dd]ozens|[Ss]cores|[Hh]undreds|[Tt]housands|[Mm]illions|[Hh]alf a million)",
    ),
];

/// A period needs a number or a word that fixes it: "years" alone is no date.
const BARE: [&str; 22] = [
    "day", "days", "week", "weeks", "month", "months", "year", "years", "decade", "decades",
    "centuries", "hour", "hours", "minute", "minutes", "second", "seconds", "Day", "Days", "Years",
    "May", "March",
];

pub(super) struct Figures {
    rules: Regex,
}

impl Figures {
    pub(super) fn new() -> Self {
        let patterns: Vec<String> = RULES.iter().map(|(_, pattern)| expand(pattern)).collect();
        // The patterns are constants of this file, and a test compiles them.
        #[allow(clippy::expect_used)]
        let rules = Regex::new_many(&patterns).expect("the patterns of this file compile");
        Self { rules }
    }

    /// The figures of `text`, in order and disjoint.
    pub(super) fn find(&self, text: &str) -> Vec<Piece> {
        self.rules
            .find_iter(text)
            .filter(|found| !BARE.contains(&&text[found.range()]))
            .map(|found| Piece {
                start: found.start(),
                end: found.end(),
                label: RULES[found.pattern().as_usize()].0,
            })
            .collect()
    }
}

/// The pattern with its fragments filled in, innermost last.
fn expand(pattern: &str) -> String {
    let mut expanded = pattern.to_owned();
    for (name, fragment) in LISTS.iter().chain(FRAGMENTS.iter().rev()) {
        let name = format!("{{{name}}}");
        expanded = expanded.replace(&name, fragment);
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_uses_known_fragments() {
        for (_, pattern) in RULES {
            let expanded = expand(pattern);
            assert!(Regex::new(&expanded).is_ok(), "{expanded}");
        }
    }
}
