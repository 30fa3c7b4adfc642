//! Reads documents of CoNLL-U: the text from the tokens, the mentions from the brackets.

use std::borrow::Cow;

use super::brackets::{Fields, Mentions};
use super::spaces::unescaped;
use super::{COLUMNS, DOCUMENT, FIELDS};
use crate::error::{Problem, quoted};
use crate::formats::draft::MOST_PROBLEMS;
use crate::formats::{Block, Draft, Options, Pairs, Says, Stretch};
use crate::offset::Unit;

/// Reads a document; what stands before the first marker is none where it has no tokens.
pub(super) fn read<'a>(block: &'a Block, _: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let mut reader = Reader::new(block);
    reader.lines();
    let begun = block.text().trim_start().starts_with(DOCUMENT);
    if reader.words.is_empty() && !begun && reader.faults.problems.is_empty() {
        return Ok(None);
    }
    reader.finish()
}

/// What is wrong.
struct Faults<'a> {
    block: &'a Block,
    problems: Vec<Problem>,
    more: u64,
}

impl<'a> Faults<'a> {
    /// Adds a problem at a part of the block's text, or counts it where enough were told.
    fn complain(&mut self, part: &str, what: &str, with: impl FnOnce(Problem) -> Problem) {
        if self.problems.len() >= MOST_PROBLEMS {
            self.more += 1;
            return;
        }
        let text = self.block.text();
        let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        let problem = self.block.problem(start..start + part.len(), what);
        self.problems.push(with(problem));
    }
}

/// What parts a token from the next.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Gap<'a> {
    /// A space, or a line end where the document or a paragraph ends.
    Usual,
    Nothing,
    /// Exactly this.
    Said(Cow<'a, str>),
}

/// What the last column says of a token.
#[derive(Debug, Default)]
struct Misc<'a> {
    entity: Option<&'a str>,
    no_space: bool,
    after: Option<&'a str>,
    before: Option<&'a str>,
    inside: Option<&'a str>,
}

/// A token of several words.
struct Several<'a> {
    /// The number of its last word.
    last: u32,
    /// Where it lies in the text.
    begin: usize,
    end: usize,
    /// What is left of it when the words so far are taken off; `None` where it is not made of its words.
    rest: Option<&'a str>,
    /// The index of its first word.
    first: usize,
}

struct Reader<'a> {
    block: &'a Block,
    faults: Faults<'a>,
    draft: Draft<'a>,
    text: String,
    /// Where each word lies.
    words: Vec<(usize, usize)>,
    mentions: Mentions<'a>,
    declared: bool,
    gap: Gap<'a>,
    /// Whether a paragraph begins with the next sentence.
    paragraph: bool,
    /// What `# text` says of the sentence, and where it begins in the text.
    said: Option<&'a str>,
    sentence: Option<usize>,
    /// The number of the last word of the sentence.
    last: u32,
    several: Option<Several<'a>>,
}

impl<'a> Reader<'a> {
    fn new(block: &'a Block) -> Self {
        Self {
            block,
            faults: Faults {
                block,
                problems: Vec::new(),
                more: 0,
            },
            draft: Draft {
                id: Cow::Owned(block.stem()),
                unit: Some(Unit::Byte),
                says: [Says::Perhaps, Says::No],
                ..Draft::default()
            },
            text: String::with_capacity(block.text().len() / 8),
            words: Vec::new(),
            mentions: Mentions::default(),
            declared: false,
            gap: Gap::Nothing,
            paragraph: false,
            said: None,
            sentence: None,
            last: 0,
            several: None,
        }
    }

    fn lines(&mut self) {
        let text = self.block.text();
        if self.block.number > 1 {
            self.draft.id = Cow::Owned(format!("{}-{}", self.block.stem(), self.block.number));
        }
        let mut at = 0;
        while at < text.len() {
            let rest = &text.as_bytes()[at..];
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = text[at..at + length].trim_end_matches('\r');
            at += length + 1;
            if line.starts_with('#') {
                self.comment(line);
            } else if line.trim().is_empty() {
                self.end_sentence(line);
            } else {
                self.row(line);
            }
        }
        self.end_sentence(&text[text.len()..]);
    }

    fn comment(&mut self, line: &'a str) {
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name.trim_end(), value.strip_prefix(' ').unwrap_or(value)),
            None => (line.trim_end(), ""),
        };
        match name {
            "# newdoc id" if !value.trim().is_empty() => {
                self.draft.id = Cow::Borrowed(value.trim())
            }
            "# newpar" | "# newpar id" => self.paragraph = true,
            "# text" => self.said = Some(value),
            FIELDS => match Fields::declared(value) {
                Some(fields) => (self.mentions.fields, self.declared) = (fields, true),
                None => self
                    .faults
                    .complain(value, "no type of entities is declared", |problem| {
                        problem
                            .found(quoted(value))
                            .expected("fields of which one is etype, such as GRP-etype-infstat")
                    }),
            },
            "# newdoc id" | DOCUMENT => {}
            _ => self.draft.pass_over("comments"),
        }
    }

    fn row(&mut self, line: &'a str) {
        let mut cells = line.split('\t');
        let (id, form) = (cells.next().unwrap_or_default(), cells.next());
        let (misc, more) = (cells.by_ref().nth(COLUMNS - 3), cells.next());
        let (Some(form), Some(misc), None) = (form, misc, more) else {
            self.faults
                .complain(line, "a row with another number of columns", |problem| {
                    let count = line.split('\t').count().to_string();
                    problem
                        .found(count)
                        .expected(format!("{COLUMNS}, parted by tabs"))
                        .mend("restore the row")
                });
            return;
        };
        let misc = self.misc(misc);
        if let Some((first, last)) = id.split_once('-') {
            self.several(id, first, last, form, &misc);
        } else if id.contains('.') {
            self.empty_node(&misc);
        } else {
            self.word(id, form, &misc);
        }
    }

    fn misc(&mut self, cell: &'a str) -> Misc<'a> {
        let mut misc = Misc::default();
        if cell == "_" {
            return misc;
        }
        for part in cell.split('|') {
            // Most parts are told from the few that matter by their first letter.
            match part.as_bytes().first() {
                Some(b'E') => misc.entity = part.strip_prefix("Entity=").or(misc.entity),
                Some(b'S') => match part.split_once('=') {
                    Some(("SpaceAfter", "No")) => misc.no_space = true,
                    Some(("SpacesAfter", value)) => misc.after = Some(value),
                    Some(("SpacesBefore", value)) => misc.before = Some(value),
                    Some(("SpacesInToken", value)) => misc.inside = Some(value),
                    Some(("SplitAnte", _)) => self.draft.pass_over("split antecedents"),
                    _ => {}
                },
                Some(b'B') if part.starts_with("Bridge=") => self.draft.pass_over("bridging links"),
                _ => {}
            }
        }
        misc
    }

    /// Adds a token to the text: where it begins.
    fn token(&mut self, form: &'a str, misc: &Misc<'a>) -> usize {
        let begins = self.sentence.is_none();
        let line = begins && self.paragraph && !self.text.is_empty();
        match std::mem::replace(&mut self.gap, Gap::Usual) {
            Gap::Said(said) => self.text.push_str(&said),
            Gap::Usual if line => self.text.push('\n'),
            Gap::Usual => self.text.push(' '),
            Gap::Nothing if line => self.text.push('\n'),
            Gap::Nothing => {}
        }
        if let Some(before) = misc.before {
            self.text.push_str(&unescaped(before));
        }
        let begin = self.text.len();
        if begins {
            (self.sentence, self.paragraph) = (Some(begin), false);
        }
        let inside = misc.inside.map(unescaped);
        self.text.push_str(inside.as_deref().unwrap_or(form));
        self.gap = match misc.after {
            Some(after) => Gap::Said(unescaped(after)),
            None if misc.no_space => Gap::Nothing,
            None => Gap::Usual,
        };
        begin
    }

    /// Takes a token of several words, which stands before them.
    fn several(&mut self, id: &'a str, first: &str, last: &str, form: &'a str, misc: &Misc<'a>) {
        let (first, last) = (first.parse::<u32>(), last.parse::<u32>());
        let (Ok(first), Ok(last)) = (first, last) else {
            return self.bad_id(id);
        };
        if self.several.is_some() || first != self.last + 1 || last < first {
            return self.bad_id(id);
        }
        let begin = self.token(form, misc);
        self.several = Some(Several {
            last,
            begin,
            end: self.text.len(),
            rest: misc.inside.is_none().then_some(form),
            first: self.words.len(),
        });
        if let Some(entity) = misc.entity {
            // Its words are still to come; that they come is checked where the sentence ends.
            let count = usize::try_from(last - first).unwrap_or(usize::MAX);
            let after = self.words.len().saturating_add(count).saturating_add(1);
            self.brackets(entity, self.words.len(), after);
        }
    }

    fn bad_id(&mut self, id: &str) {
        let expected = format!("{}, or a range or an empty node there", self.last + 1);
        self.faults
            .complain(id, "this is not the number of the next word", |problem| {
                problem
                    .found(quoted(id))
                    .expected(expected)
                    .mend("renumber the rows of the sentence")
            });
        // What follows is numbered from here, so that one mistake is told once.
        self.last = id.parse().unwrap_or(self.last);
    }

    fn word(&mut self, id: &'a str, form: &'a str, misc: &Misc<'a>) {
        if id.parse::<u32>().ok() != self.last.checked_add(1) {
            self.bad_id(id);
            return;
        }
        self.last += 1;
        let place = match self.several.take() {
            Some(mut several) => {
                let place = several.word(form);
                let done = several.last == self.last;
                if done && several.rest != Some("") {
                    // Its words are not what it is made of, so each stands for the whole.
                    for word in &mut self.words[several.first..] {
                        *word = (several.begin, several.end);
                    }
                }
                let whole = (several.begin, several.end);
                let made = several.rest.is_some_and(|rest| !done || rest.is_empty());
                if !done {
                    self.several = Some(several);
                }
                if made { place } else { whole }
            }
            None => {
                let begin = self.token(form, misc);
                (begin, self.text.len())
            }
        };
        self.words.push(place);
        if let Some(entity) = misc.entity {
            self.brackets(entity, self.words.len() - 1, self.words.len());
        }
    }

    fn empty_node(&mut self, misc: &Misc<'a>) {
        self.draft.pass_over("empty nodes");
        if let Some(entity) = misc.entity {
            self.brackets(entity, self.words.len(), self.words.len());
        }
    }

    fn brackets(&mut self, value: &'a str, word: usize, after: usize) {
        let faults = &mut self.faults;
        let mut complain = |part: &'a str, what: &str, with: &dyn Fn(Problem) -> Problem| {
            faults.complain(part, what, with);
        };
        self.mentions
            .take(value, word, after, &mut self.draft, &mut complain);
    }

    /// Ends a sentence: compares it with what `# text` says.
    fn end_sentence(&mut self, line: &'a str) {
        if self.several.take().is_some() {
            self.faults
                .complain(line, "a token of several words lacks words", |problem| {
                    problem
                        .expected("a row for each of its words")
                        .mend("add the rows, or correct its range")
                });
        }
        self.last = 0;
        let said = self.said.take();
        let Some(begin) = self.sentence.take() else {
            self.said = said;
            return;
        };
        let Some(said) = said else {
            return;
        };
        let visible = |text: &str| {
            let visible = text.chars().filter(|c| !c.is_whitespace());
            visible.collect::<Vec<char>>()
        };
        let fits = |c: &char| !c.is_whitespace();
        if self.text[begin..]
            .chars()
            .filter(fits)
            .eq(said.chars().filter(fits))
        {
            return;
        }
        let (found, expected) = (visible(&self.text[begin..]), visible(said));
        let same = found
            .iter()
            .zip(&expected)
            .take_while(|(a, b)| a == b)
            .count();
        let around = |all: &[char]| {
            let from = same.saturating_sub(10).min(all.len());
            all[from..].iter().take(30).collect::<String>()
        };
        self.faults
            .complain(said, "the tokens are not what # text says", |problem| {
                let problem = problem.found(format!("{:?} from the tokens", around(&found)));
                let problem =
                    problem.expected(format!("{:?}, white space aside", around(&expected)));
                problem.mend("correct the tokens, or take out # text")
            });
    }

    fn finish(mut self) -> Result<Option<Draft<'a>>, Vec<Problem>> {
        for mention in self.mentions.unfinished() {
            let at = self.mentions.all[mention].at;
            let several = self.mentions.lacks(mention);
            self.faults
                .complain(at, "this entity does not end", |problem| {
                    let problem = problem.found(format!("({at}"));
                    let id = at.split('-').next().unwrap_or_default();
                    if several {
                        problem.expected("each of its fragments, begun and ended")
                    } else {
                        problem
                            .expected(format!("{id}) in this document"))
                            .mend("add the end, or take out the beginning")
                    }
                });
        }
        if !self.faults.problems.is_empty() {
            let mut problems = self.faults.problems;
            if self.faults.more > 0 {
                let what = format!("more of its rows do not fit: {}", self.faults.more);
                problems.push(self.block.problem(0..self.block.first_line(), what));
            }
            return Err(problems);
        }
        match self.gap {
            Gap::Said(said) => self.text.push_str(&said),
            Gap::Usual => self.text.push('\n'),
            Gap::Nothing => {}
        }
        let mut draft = self.draft;
        if self.declared || !self.mentions.all.is_empty() {
            draft.says[0] = Says::Yes;
        }
        let text = self.block.text();
        let offset = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        draft.stretches.reserve_exact(self.mentions.all.len());
        for mention in self.mentions.all {
            let fragments = mention.fragments.iter().map(|(first, after)| {
                [
                    offset(self.words[*first].0),
                    offset(self.words[*after - 1].1),
                ]
            });
            let pairs: Vec<_> = fragments.collect();
            if pairs.is_empty() {
                draft.pass_over("mentions of empty nodes");
                continue;
            }
            let start = (mention.at.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            draft.stretches.push(Stretch {
                pairs: Pairs::from(pairs),
                at: (start..start + mention.at.len()).into(),
                ..Stretch::new(mention.label, 0, 0)
            });
        }
        draft.text = Some(Cow::Owned(self.text));
        Ok(Some(draft))
    }
}

impl Several<'_> {
    /// The place of its next word, if it is made of its words.
    fn word(&mut self, form: &str) -> (usize, usize) {
        let Some(rest) = self.rest else {
            return (self.begin, self.end);
        };
        let begin = self.end - rest.len();
        self.rest = rest.strip_prefix(form);
        (begin, begin + form.len())
    }
}
