//! Writes JSON for people and for diffs: indented down to the lists, and every item of a list on one line.

use std::io::{self, Write};

use serde_json::ser::{Formatter, PrettyFormatter};

/// Containers deeper than this stand on one line: in `results.json` the rows of scores, confusions and mistakes.
const DEEPEST_INDENTED: usize = 6;

/// A formatter that is pretty outside and compact inside.
pub(super) struct Lines {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self {
            pretty: PrettyFormatter::new(),
            depth: 0,
        }
    }

    const fn is_indented(&self) -> bool {
        self.depth <= DEEPEST_INDENTED
    }

    fn comma(out: &mut (impl Write + ?Sized), first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.is_indented() {
            self.pretty.begin_array(out)
        } else {
            out.write_all(b"[")
        }
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let indented = self.is_indented();
        self.depth -= 1;
        if indented {
            self.pretty.end_array(out)
        } else {
            out.write_all(b"]")
        }
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if self.is_indented() {
            self.pretty.begin_array_value(out, first)
        } else {
            Self::comma(out, first)
        }
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        // The pretty one has to know that its container is not empty.
        if self.is_indented() {
            self.pretty.end_array_value(out)
        } else {
            Ok(())
        }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.is_indented() {
            self.pretty.begin_object(out)
        } else {
            out.write_all(b"{")
        }
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        let indented = self.is_indented();
        self.depth -= 1;
        if indented {
            self.pretty.end_object(out)
        } else {
            out.write_all(b"}")
        }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if self.is_indented() {
            self.pretty.begin_object_key(out, first)
        } else {
            Self::comma(out, first)
        }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.is_indented() {
            self.pretty.end_object_value(out)
        } else {
            Ok(())
        }
    }
}
