//! What the language is made of. Every key is declared once, beside the construct that it belongs
//! to; the declaration feeds the reader, the suggestions, the JSON Schema and the reference page.

/// One key of the language.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// The kind of the value.
    pub kind: Kind,
    /// The description, in one sentence.
    pub doc: &'static str,
    /// `true` if its table cannot do without it.
    pub required: bool,
    /// The values of the key `type` that it fits, in a table that has one; any, if empty.
    pub types: &'static [&'static str],
}

impl Key {
    /// The key, for values of these types only.
    pub(crate) const fn only_for(mut self, types: &'static [&'static str]) -> Self {
        self.types = types;
        self
    }

    /// The purpose of the key, and the types that it fits.
    pub fn doc(&self) -> String {
        if self.types.is_empty() {
            return self.doc.to_owned();
        }
        format!("{} Fits the type {}.", self.doc, self.types_in_words())
    }

    /// The types that it fits, for a person.
    pub(crate) fn types_in_words(&self) -> String {
        let types: Vec<String> = self.types.iter().map(|name| format!("`{name}`")).collect();
        match types.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        }
    }
}

/// The kind of a key's value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// Text with `{settings}` in it.
    Template,
    /// A claim expression.
    Claim,
    /// The path of a file, relative to the file that names it.
    File,
    /// `true` or `false`.
    Bool,
    /// A whole number that is not negative; editors are told the range, `check` enforces it.
    Integer {
        /// The smallest number that makes sense.
        min: u64,
        /// The largest number that makes sense.
        max: u64,
    },
    /// One of a few words.
    Word(&'static [Word]),
    /// A list.
    List(&'static Self),
    /// A table with declared keys.
    Table(&'static [Key]),
    /// A table whose keys the spec chooses.
    Map(&'static Self),
    /// One of several shapes.
    OneOf(&'static [Self]),
    /// A table of anything.
    Object,
    /// Anything.
    Any,
    /// Planned, and not built yet.
    Reserved,
}

/// A word that a key may have as its value.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// The meaning, in one sentence.
    pub doc: &'static str,
}

/// Text in a list.
pub(crate) const TEXTS: Kind = Kind::List(&Kind::Text);

/// Declares a key.
pub(crate) const fn key(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, doc, required: false, types: &[] }
}

/// Declares a key that its table cannot do without.
pub(crate) const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, doc, required: true, types: &[] }
}

/// Declares a word.
pub(crate) const fn word(name: &'static str, doc: &'static str) -> Word {
    Word { name, doc }
}

/// The words of a table that says what each of them is in Rust.
pub(crate) const fn words<T, const N: usize>(table: &[(Word, T); N]) -> [Word; N] {
    let mut words = [word("", ""); N];
    let mut index = 0;
    while index < N {
        words[index] = table[index].0;
        index += 1;
    }
    words
}

impl Kind {
    /// The kind of value, as messages name it.
    pub(crate) fn expected(self) -> String {
        match self {
            Self::Text | Self::Template | Self::Claim | Self::Word(_) => "a text".to_owned(),
            Self::File => "the path of a file".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Integer { .. } => "a whole number that is not negative".to_owned(),
            Self::List(Self::Table(_)) => "a list of tables".to_owned(),
            Self::List(_) => "a list of texts".to_owned(),
            Self::Table(_) | Self::Map(_) | Self::Object => "a table".to_owned(),
            Self::OneOf(kinds) => {
                let kinds: Vec<String> = kinds.iter().map(|kind| kind.expected()).collect();
                kinds.join(" or ")
            }
            Self::Any | Self::Reserved => "a value".to_owned(),
        }
    }

    /// The notation of a value, as messages show it.
    pub(crate) fn example(self, name: &str) -> String {
        match self {
            Self::Bool => format!("write `{name} = true`"),
            Self::Integer { min, .. } => format!("write `{name} = {min}`"),
            Self::List(Self::Table(_)) => {
                format!("write `{name} = [{{ … }}]`, or a header in two brackets: `[[…]]`")
            }
            Self::Word([word, ..]) => format!("write `{name} = \"{}\"`, for example", word.name),
            Self::List(_) => format!("write `{name} = [\"…\"]`"),
            Self::Table(_) | Self::Map(_) | Self::Object => format!("write `{name} = {{ … }}`"),
            Self::OneOf([first, ..]) => first.example(name),
            _ => format!("write `{name} = \"…\"`"),
        }
    }
}
