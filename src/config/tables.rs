//! Reads TOML tables key by key: every wrong type and unknown key becomes a problem that points at its place.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Excerpt, Problem, nearest};

/// The file that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    path: &'a Path,
    source: &'a str,
}

/// A place in the file.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    reader: Reader<'a>,
    range: Range<usize>,
}

impl Place<'_> {
    /// The place as problems keep it: the file, and the line in it.
    pub(super) fn kept(&self) -> (PathBuf, Excerpt) {
        let excerpt = Excerpt::of(self.reader.source, self.range.clone());
        (self.reader.path.to_owned(), excerpt)
    }

    /// A problem at this place.
    pub(super) fn problem(&self, what: impl Into<String>) -> Problem {
        Problem::new(what)
            .in_file(self.reader.path)
            .at(Excerpt::of(self.reader.source, self.range.clone()))
    }
}

/// The problem, showing `label = "..."` instead of its line: what stands there is perhaps a secret.
pub(super) fn without_its_line(problem: Problem, label: &str) -> Problem {
    let Some(excerpt) = &problem.excerpt else {
        return problem;
    };
    let before = excerpt.column() - 1;
    let from = label.chars().count() + 3;
    let hidden = Excerpt {
        line: excerpt.line,
        text: format!("{label} = \"...\""),
        skipped: before.saturating_sub(from),
        mark: label.len() + 3..label.len() + 8,
    };
    problem.at(hidden)
}

/// One table, whose keys are asked for one by one.
pub(super) struct Table<'a> {
    reader: Reader<'a>,
    name: String,
    range: Range<usize>,
    entries: &'a DeTable<'a>,
    asked: Vec<&'static str>,
    closed: bool,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(path: &'a Path, source: &'a str) -> Self {
        Self { path, source }
    }

    /// Reads the whole file with `read`; unknown keys are added to `problems`.
    ///
    /// # Errors
    /// Where the file is not TOML: what follows a mistake of syntax would only confuse.
    pub(super) fn root<T>(
        self,
        problems: &mut Vec<Problem>,
        read: impl FnOnce(&mut Table<'_>, &mut Vec<Problem>) -> T,
    ) -> Result<T, Vec<Problem>> {
        let (parsed, errors) = DeTable::parse_recoverable(self.source);
        if !errors.is_empty() {
            return Err(errors.iter().map(|error| self.syntax(error)).collect());
        }
        let mut table = Table {
            reader: self,
            name: "the file".to_owned(),
            range: 0..0,
            entries: parsed.get_ref(),
            asked: Vec::new(),
            closed: false,
        };
        let value = read(&mut table, problems);
        table.finish(problems);
        Ok(value)
    }

    fn syntax(self, error: &toml::de::Error) -> Problem {
        Problem::new("this is not TOML")
            .in_file(self.path)
            .at(Excerpt::of(self.source, error.span().unwrap_or(0..0)))
            .found(error.message().to_owned())
            .expected(
                "keys and values such as articles = \"news\", in tables such as [corpus.news]",
            )
    }
}

impl<'a> Table<'a> {
    /// Where the table begins.
    pub(super) fn place(&self) -> Place<'a> {
        Place {
            reader: self.reader,
            range: self.range.clone(),
        }
    }

    fn at(&self, range: Range<usize>) -> Place<'a> {
        Place {
            reader: self.reader,
            range,
        }
    }

    /// Whether there is such a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name.get_ref() == key)
    }

    /// Leaves the other keys alone: what they mean depends on something that is wrong and has been complained of.
    pub(super) fn ask_nothing_more(&mut self) {
        self.closed = true;
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let found = self.entries.iter().find(|(name, _)| name.get_ref() == key);
        found.map(|(_, value)| value)
    }

    fn wrong_type(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        expected: &str,
        problems: &mut Vec<Problem>,
    ) {
        let problem = self
            .at(value.span())
            .problem(format!("{key} has the wrong type"))
            .found(format!(
                "{} {}",
                article(value.get_ref().type_str()),
                value.get_ref().type_str()
            ))
            .expected(expected);
        problems.push(problem);
    }

    /// The text at `key`.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<(String, Place<'a>)> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some((text.to_owned(), self.at(value.span()))),
            None => {
                self.wrong_type(key, value, "a text in quotation marks", problems);
                None
            }
        }
    }

    /// The truth at `key`.
    pub(super) fn truth(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<bool> {
        let value = self.get(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(key, value, "true or false", problems);
        }
        truth
    }

    /// The whole number at `key`.
    pub(super) fn whole(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<(i64, Place<'a>)> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|integer| {
            let digits = integer.as_str().replace('_', "");
            i64::from_str_radix(&digits, integer.radix()).ok()
        });
        match number {
            Some(number) => Some((number, self.at(value.span()))),
            None => {
                self.wrong_type(key, value, "a whole number", problems);
                None
            }
        }
    }

    /// The text at `key`, or its whole number as text.
    pub(super) fn text_or_whole(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<(String, Place<'a>)> {
        let value = self.get(key)?;
        match scalar(value.get_ref()) {
            Some(text) => Some((text, self.at(value.span()))),
            None => {
                self.wrong_type(key, value, "a number or a text", problems);
                None
            }
        }
    }

    /// The list of texts at `key`.
    pub(super) fn texts(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<(String, Place<'a>)>> {
        let value = self.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of texts, such as [\"...\"]", problems);
            return None;
        };
        let mut texts = Vec::new();
        for item in array {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), self.at(item.span()))),
                None => self.wrong_type(key, item, "a text in quotation marks", problems),
            }
        }
        Some(texts)
    }

    /// The text at `key`, or the texts of a list.
    pub(super) fn text_or_texts(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<(String, Place<'a>)>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(vec![(text.to_string(), self.at(value.span()))]),
            DeValue::Array(_) => self.texts(key, problems),
            _ => {
                let expected = "a text in quotation marks, or a list of them";
                self.wrong_type(key, value, expected, problems);
                None
            }
        }
    }

    /// The place of the value at `key`, if it is there.
    pub(super) fn place_of(&self, key: &str) -> Option<Place<'a>> {
        let found = self.entries.iter().find(|(name, _)| name.get_ref() == key);
        found.map(|(_, value)| self.at(value.span()))
    }

    /// The table of texts, numbers and truth values at `key`: each name with its place, and its value as text with its place.
    pub(super) fn strings(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
    ) -> Vec<[(String, Place<'a>); 2]> {
        let mut strings = Vec::new();
        let Some(value) = self.get(key) else {
            return strings;
        };
        let Some(entries) = value.get_ref().as_table() else {
            self.wrong_type(
                key,
                value,
                "a table, such as { name = \"value\" }",
                problems,
            );
            return strings;
        };
        for (name, value) in entries.iter() {
            match scalar(value.get_ref()) {
                Some(text) => strings.push([
                    (name.get_ref().to_string(), self.at(name.span())),
                    (text, self.at(value.span())),
                ]),
                None => self.wrong_type(
                    name.get_ref(),
                    value,
                    "a text, a number, true or false",
                    problems,
                ),
            }
        }
        strings
    }

    /// Reads the table at `key`, if it is there.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
        read: impl FnOnce(&mut Table<'a>, &mut Vec<Problem>),
    ) {
        let Some(value) = self.get(key) else {
            return;
        };
        match value.get_ref().as_table() {
            Some(entries) => {
                let mut table = Table {
                    reader: self.reader,
                    name: key.to_owned(),
                    range: value.span(),
                    entries,
                    asked: Vec::new(),
                    closed: false,
                };
                read(&mut table, problems);
                table.finish(problems);
            }
            None => self.wrong_type(key, value, &format!("a table: [{key}]"), problems),
        }
    }

    /// Reads every table `[key.NAME]`, in order of name.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
        mut read: impl FnMut(&str, &mut Table<'a>, &mut Vec<Problem>),
    ) {
        let Some(value) = self.get(key) else {
            return;
        };
        let Some(named) = value.get_ref().as_table() else {
            self.wrong_type(
                key,
                value,
                &format!("tables with a name: [{key}.NAME]"),
                problems,
            );
            return;
        };
        let mut named: Vec<_> = named.iter().collect();
        named.sort_by(|a, b| a.0.get_ref().cmp(b.0.get_ref()));
        for (name, value) in named {
            let Some(entries) = value.get_ref().as_table() else {
                self.wrong_type(
                    name.get_ref(),
                    value,
                    &format!("a table: [{key}.{}]", name.get_ref()),
                    problems,
                );
                continue;
            };
            let mut table = Table {
                reader: self.reader,
                name: format!("{key}.{}", name.get_ref()),
                range: name.span(),
                entries,
                asked: Vec::new(),
                closed: false,
            };
            read(name.get_ref(), &mut table, problems);
            table.finish(problems);
        }
    }

    /// Reads every table `[[key]]`, in the order of the file.
    pub(super) fn list(
        &mut self,
        key: &'static str,
        problems: &mut Vec<Problem>,
        mut read: impl FnMut(&mut Table<'a>, &mut Vec<Problem>),
    ) {
        let Some(value) = self.get(key) else {
            return;
        };
        let expected = format!("tables, each under [[{key}]]");
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &expected, problems);
            return;
        };
        for item in items {
            let Some(entries) = item.get_ref().as_table() else {
                self.wrong_type(key, item, &expected, problems);
                continue;
            };
            let mut table = Table {
                reader: self.reader,
                name: key.to_owned(),
                range: item.span(),
                entries,
                asked: Vec::new(),
                closed: false,
            };
            read(&mut table, problems);
            table.finish(problems);
        }
    }

    /// Complains of the keys that nobody asked for.
    fn finish(&self, problems: &mut Vec<Problem>) {
        for (name, _) in self.entries.iter().filter(|_| !self.closed) {
            let key: &str = name.get_ref();
            if self.asked.contains(&key) {
                continue;
            }
            let mut problem = self
                .at(name.span())
                .problem(format!("{} has no key of this name", self.name))
                .found(format!("{key:?}"))
                .expected(format!("one of {}", self.asked.join(", ")));
            if let Some(near) = nearest(key, self.asked.iter().copied()) {
                problem = problem.mend(format!("did you mean {near:?}?"));
            }
            problems.push(problem);
        }
    }
}

/// A text, number or truth value as text.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().replace('_', "")),
        DeValue::Float(number) => Some(number.as_str().replace('_', "")),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}
