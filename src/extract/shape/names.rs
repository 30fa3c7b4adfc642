//! Names by their capitals: titles, head words and suffixes say what a capitalised sequence is.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::super::text::{Shape, Token, is_abbreviation, lines, tokenize};
use super::Piece;

/// Words before a person's name that are not part of it.
const TITLES: [&str; 62] = [
    "President", "Vice", "Prime", "Minister", "Premier", "Chancellor", "Governor", "Mayor",
    "Senator", "Ambassador", "Secretary", "Speaker", "Judge", "Justice", "King", "Queen", "Prince",
    "Princess", "Pope", "Archbishop", "Bishop", "Cardinal", "Imam", "Rabbi", "Sheikh", "General",
    "Gen", "Colonel", "Col", "Captain", "Capt", "Major", "Maj", "Lieutenant", "Lt", "Sergeant",
    "Sgt", "Admiral", "Adm", "Commander", "Cmdr", "Inspector", "Chief", "Director", "Chairman",
    "Chairwoman", "Chair", "Commissioner", "Professor", "Prof", "Doctor", "Dr", "Mr", "Mrs", "Ms",
    "Miss", "Sir", "Lord", "Lady", "Dame", "Deputy", "Rev",
];

/// Words that make a sequence an organisation, wherever they stand in it.
const ORG_HEADS: [&str; 86] = [
    "Ministry", "Bank", "University", "Institute", "Institution", "Agency", "Commission",
    "Council", "Court", "Party", "Union", "Committee", "Association", "Corporation", "Company",
    "Group", "Authority", "Federation", "Confederation", "Organization", "Organisation", "Service",
    "Services", "Office", "Department", "Parliament", "Senate", "Assembly", "Front", "Movement",
    "Army", "Navy", "Guard", "Police", "Forces", "Force", "Fund", "Foundation", "Society",
    "Academy", "College", "School", "Network", "Alliance", "Coalition", "League", "Club", "United",
    "City", "FC", "Inc", "Ltd", "Limited", "AG", "SpA", "plc", "PLC", "GmbH", "SA", "NV", "Corp",
    "LLC", "Oyj", "News", "Times", "Daily", "Herald", "Post", "Radio", "TV", "Television", "Wire",
    "Newswire", "Gazette", "Courier", "Tribune", "Observer", "Journal", "Dispatch", "Chronicle",
    "Mission", "Programme", "Board", "Bureau", "Register", "Survey",
];

/// Words that make a sequence a facility.
const FAC_HEADS: [&str; 20] = [
    "Airport", "Bridge", "Stadium", "Arena", "Hospital", "Clinic", "Palace", "Square", "Street",
    "Road", "Avenue", "Tower", "Dam", "Port", "Station", "Base", "Castle", "Cathedral", "Tunnel",
    "Prison",
];

/// Words that make a sequence a place.
const LOC_HEADS: [&str; 25] = [
    "Sea", "River", "Mountains", "Mount", "Mountain", "Gulf", "Lake", "Ocean", "Strait", "Valley",
    "Desert", "Peninsula", "Island", "Islands", "Bay", "Cape", "Coast", "Glacier", "Basin",
    "Plateau", "Canyon", "Forest", "Delta", "Cordillera", "Channel",
];

/// Words that make a sequence an event.
const EVENT_HEADS: [&str; 18] = [
    "Cup", "War", "Games", "Olympics", "Storm", "Hurricane", "Typhoon", "Cyclone", "Summit",
    "Festival", "Marathon", "Championship", "Championships", "Revolution", "Uprising", "Expo",
    "Derby", "Prix",
];

/// Words between capitals that belong to a name.
const PARTICLES: [&str; 16] = [
    "of", "de", "del", "della", "di", "da", "dos", "la", "le", "van", "von", "der", "den", "al",
    "el", "bin",
];

/// Words after which a lone capitalised word is taken for a place.
const PLACE_PREPOSITIONS: [&str; 8] = [
    "in", "near", "from", "outside", "across", "around", "towards", "at",
];

/// Capitalised words that are no names at the beginning of a sentence.
const FUNCTION_WORDS: [&str; 96] = [
    "The", "A", "An", "This", "That", "These", "Those", "He", "She", "It", "They", "We", "I",
    "You", "His", "Her", "Its", "Their", "Our", "My", "Your", "In", "On", "At", "By", "For",
    "From", "With", "Without", "After", "Before", "Since", "Until", "During", "Under", "Over",
    "Between", "Among", "Against", "About", "As", "If", "When", "While", "Where", "Although",
    "Though", "Because", "Unless", "But", "And", "Or", "Nor", "So", "Yet", "Not", "No", "Nobody",
    "Nothing", "None", "Some", "Many", "Most", "Few", "Several", "All", "Both", "Each", "Every",
    "Another", "Other", "Others", "Such", "There", "Here", "Then", "Now", "Later", "Earlier",
    "However", "Meanwhile", "Still", "Even", "Only", "Also", "According", "Asked", "Speaking",
    "What", "Who", "Why", "How", "Whether", "To", "Of", "Once",
];

/// What a capitalised word can be in a name: the lists above that it stands in, one bit each.
type Kinds = u8;

const TITLE: Kinds = 1;
const ORG: Kinds = 1 << 1;
const FAC: Kinds = 1 << 2;
const LOC: Kinds = 1 << 3;
const EVENT: Kinds = 1 << 4;
const FUNCTION: Kinds = 1 << 5;

static KINDS: LazyLock<HashMap<&'static str, Kinds>> = LazyLock::new(|| {
    let lists: [(Kinds, &[&'static str]); 6] = [
        (TITLE, &TITLES),
        (ORG, &ORG_HEADS),
        (FAC, &FAC_HEADS),
        (LOC, &LOC_HEADS),
        (EVENT, &EVENT_HEADS),
        (FUNCTION, &FUNCTION_WORDS),
    ];
    let mut kinds = HashMap::new();
    for (kind, words) in lists {
        for &word in words {
            *kinds.entry(word).or_default() |= kind;
        }
    }
    kinds
});

/// Whether `word` is of this kind.
fn is(kind: Kinds, word: &str) -> bool {
    KINDS.get(word).is_some_and(|kinds| kinds & kind != 0)
}

/// A run of capitalised tokens: the token range, and whether it begins a sentence.
struct Run {
    from: usize,
    to: usize,
    initial: bool,
}

/// The names of `text` that lie outside the `taken` pieces, which are in order.
pub(super) fn find(text: &str, taken: &[Piece]) -> Vec<Piece> {
    let mut tokens = Vec::new();
    for line in lines(text) {
        tokenize(text, line, &mut tokens);
    }
    let free = outside(&tokens, taken);
    let runs = runs(text, &tokens, &free);
    let known = capitals_inside_sentences(text, &tokens, &runs);
    let mut surnames: HashSet<&str> = HashSet::new();
    let mut found = Vec::new();
    for run in &runs {
        let Some((from, to, titled)) = core(text, &tokens, run, &known) else {
            continue;
        };
        let words = &tokens[from..to];
        let before = (from > 0).then(|| tokens[from - 1].of(text));
        let after = tokens.get(to).map(|token| token.shape);
        let Some(label) = label(text, words, titled, before, after, &surnames) else {
            continue;
        };
        if label == "PERSON" {
            surnames.insert(words[words.len() - 1].of(text));
        }
        found.push(Piece {
            start: words[0].start,
            end: words[words.len() - 1].end,
            label,
        });
    }
    found
}

/// For every token whether it lies outside all the `taken` pieces.
fn outside(tokens: &[Token], taken: &[Piece]) -> Vec<bool> {
    let mut next = 0;
    let free = |token: &Token| {
        while next < taken.len() && taken[next].end <= token.start {
            next += 1;
        }
        taken.get(next).is_none_or(|piece| token.end <= piece.start)
    };
    tokens.iter().map(free).collect()
}

/// The runs of capitalised words, particles between them included; an "and" joins only after "of" ("Ministry of Trade and Industry").
fn runs(text: &str, tokens: &[Token], free: &[bool]) -> Vec<Run> {
    let capital = |at: usize| at < tokens.len() && free[at] && tokens[at].is_capitalised();
    let adjacent = |at: usize| at < tokens.len() && gap_is_space(text, tokens, at);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !capital(at) {
            at += 1;
            continue;
        }
        let from = at;
        let mut of_seen = false;
        at += 1;
        loop {
            if adjacent(at) && capital(at) {
                at += 1;
                continue;
            }
            // An abbreviated title or initial: "Gen. Oleh", "J. Kos".
            let stop = at < tokens.len()
                && tokens[at].of(text) == "."
                && tokens[at].start == tokens[at - 1].end;
            if stop
                && is_abbreviation(tokens[at - 1].of(text))
                && adjacent(at + 1)
                && capital(at + 1)
            {
                at += 2;
                continue;
            }
            let word = tokens
                .get(at)
                .filter(|token| token.shape == Shape::Lower)
                .map(|token| token.of(text));
            let joins =
                word.is_some_and(|word| PARTICLES.contains(&word) || (word == "and" && of_seen));
            if joins && adjacent(at) && adjacent(at + 1) && capital(at + 1) {
                of_seen |= word == Some("of");
                at += 2;
                continue;
            }
            let article = word == Some("of")
                && tokens
                    .get(at + 1)
                    .is_some_and(|token| token.of(text) == "the");
            if article && adjacent(at) && adjacent(at + 1) && adjacent(at + 2) && capital(at + 2) {
                at += 3;
                continue;
            }
            break;
        }
        runs.push(Run {
            from,
            to: at,
            initial: begins_sentence(text, tokens, from),
        });
    }
    runs
}

/// Whether only spaces on one line lie between token `at` and the one before.
fn gap_is_space(text: &str, tokens: &[Token], at: usize) -> bool {
    let gap = &text[tokens[at - 1].end..tokens[at].start];
    !gap.is_empty() && !gap.contains('\n')
}

fn begins_sentence(text: &str, tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else {
        return true;
    };
    if text[before.end..tokens[at].start].contains('\n') {
        return true;
    }
    matches!(
        before.of(text),
        "." | "!" | "?" | ":" | "“" | "\"" | "‘" | "'" | "-" | "–" | "—" | ")" | "("
    )
}

/// Words that stand with a capital where no sentence begins: at the head of a sentence only these are taken for names by themselves.
fn capitals_inside_sentences<'a>(
    text: &'a str,
    tokens: &[Token],
    runs: &[Run],
) -> HashSet<&'a str> {
    let mut known = HashSet::new();
    for run in runs {
        let from = run.from + usize::from(run.initial);
        known.extend(tokens[from..run.to].iter().map(|token| token.of(text)));
    }
    known
}

/// The run without function words, titles and particles at its edges: (from, to, whether a title stood before). `None` where nothing is left.
fn core(
    text: &str,
    tokens: &[Token],
    run: &Run,
    known: &HashSet<&str>,
) -> Option<(usize, usize, bool)> {
    let (mut from, mut to) = (run.from, run.to);
    while from < to && run.initial && is(FUNCTION, tokens[from].of(text)) {
        from += 1;
    }
    let head = from;
    while from < to {
        let word = tokens[from].of(text);
        let title = is(TITLE, word) || (word == "." && from > head);
        // "Foreign Minister Ana Kos": a capital that stands directly before a title belongs to it.
        let qualifies = from + 1 < to
            && is(TITLE, tokens[from + 1].of(text))
            && ends_in_name(text, tokens, from + 1, to);
        if !title && !qualifies {
            break;
        }
        from += 1;
    }
    while to > from && !tokens[to - 1].is_capitalised() {
        to -= 1;
    }
    while from < to && !tokens[from].is_capitalised() {
        from += 1;
    }
    if from == to {
        return None;
    }
    let alone = to - from == 1 && from == run.from && run.initial;
    let word = tokens[from].of(text);
    let shouted = tokens[from].shape == Shape::Upper;
    (!alone || shouted || known.contains(word)).then_some((from, to, from > head))
}

/// Whether words that are no titles follow the titles at `at`.
fn ends_in_name(text: &str, tokens: &[Token], at: usize, to: usize) -> bool {
    let mut rest = tokens[at..to].iter().map(|token| token.of(text));
    rest.any(|word| !is(TITLE, word) && word != ".")
        && !tokens[at..to].iter().any(|token| token.of(text) == "of")
}

/// What a sequence of capitalised words names, or `None` where its shape does not say.
fn label(
    text: &str,
    words: &[Token],
    titled: bool,
    before: Option<&str>,
    after: Option<Shape>,
    surnames: &HashSet<&str>,
) -> Option<&'static str> {
    let any = |kind: Kinds| words.iter().any(|word| is(kind, word.of(text)));
    let head = |kind: Kinds| {
        let of = words
            .iter()
            .position(|word| word.of(text) == "of")
            .filter(|of| *of > 0)
            .unwrap_or(words.len());
        is(kind, words[of - 1].of(text)) || is(kind, words[0].of(text))
    };
    if titled && words.len() <= 4 {
        return Some("PERSON");
    }
    if words.len() > 1 {
        return Some(if head(FAC) {
            "FAC"
        } else if head(EVENT) {
            "EVENT"
        } else if head(LOC) {
            "LOC"
        } else if any(ORG) || words.len() > 4 {
            "ORG"
        } else if words.iter().all(|word| word.shape == Shape::Upper) {
            return None;
        } else {
            "PERSON"
        });
    }
    let word = words[0].of(text);
    if surnames.contains(word) {
        return Some("PERSON");
    }
    if is_nationality(word) {
        return Some("NORP");
    }
    let letters = word.chars().count();
    if words[0].shape == Shape::Upper && (2..=6).contains(&letters) {
        return Some("ORG");
    }
    let placed = before.is_some_and(|before| PLACE_PREPOSITIONS.contains(&before));
    (placed && (letters > 3 || after != Some(Shape::Lower))).then_some("GPE")
}

/// Whether the word has an ending of English adjectives of nationality.
fn is_nationality(word: &str) -> bool {
    let endings = ["ian", "ians", "ean", "eans", "ish", "ese", "ani", "anis"];
    word.len() > 5 && endings.iter().any(|ending| word.ends_with(ending))
}
