//! The files of a spec, and places in them.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// Every file that was read for one spec, the spec itself first.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

/// One file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path of the file.
    pub path: PathBuf,
    /// The text of the file.
    pub text: String,
}

/// A place in one of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which file of [`Sources`].
    pub file: usize,
    /// Which bytes of it.
    pub bytes: Range<usize>,
}

impl Sources {
    /// Adds a file and says its number.
    pub fn add(&mut self, path: &Path, text: String) -> usize {
        self.0.push(Source { path: path.to_owned(), text });
        self.0.len() - 1
    }

    /// The number of the file that is added next.
    pub(crate) fn next(&self) -> usize {
        self.0.len()
    }

    /// The place of a word inside a place: the file must spell it without escapes, and as a word.
    pub(crate) fn word(&self, within: &Span, word: &str) -> Option<Span> {
        let text = self.get(within.file)?.text.get(within.bytes.clone())?;
        let in_word = |char: char| char.is_alphanumeric() || char == '_';
        let (start, _) = text.match_indices(word).find(|(start, _)| {
            let before = text.get(..*start).and_then(|text| text.chars().next_back());
            let after = text.get(start + word.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(in_word) && !after.is_some_and(in_word)
        })?;
        let start = within.bytes.start + start;
        Some(Span { file: within.file, bytes: start..start + word.len() })
    }

    /// The number of a file that was read.
    pub(crate) fn number(&self, path: &Path) -> Option<usize> {
        self.0.iter().position(|source| source.path == path)
    }

    /// The file of a number.
    pub fn get(&self, file: usize) -> Option<&Source> {
        self.0.get(file)
    }

    /// Every file, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }
}

impl Source {
    /// Line and column of a byte, both from one; columns count characters.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place of the value.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// The value at a place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_and_in_characters() {
        let source = Source { path: PathBuf::new(), text: "é = 1\nb = 2".to_owned() };
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (1, 3));
        assert_eq!(source.position(7), (2, 1));
        assert_eq!(source.position(99), (2, 6));
    }
}
