//! `explain`: what a mistake of a spec means, why it is one, and how to mend it; and the same for an
//! error of a sign-in and a provider's code.

use std::io::Write as _;

use authspec::Explanation;
use authspec_spec::Code;

use crate::arguments::Explain;
use crate::failure::Failure;

pub(crate) fn run(arguments: &Explain) -> Result<(), Failure> {
    let Some(word) = &arguments.code else {
        return list();
    };
    let word = word.trim();
    let numbered = format!("AADSTS{word}");
    if let Some(explanation) = [word, &numbered].into_iter().find_map(Explanation::find) {
        write!(std::io::stdout(), "{explanation}")?;
        return Ok(());
    }
    let Some(code) = find(word) else {
        let (first, last) = (Code::ALL.first(), Code::ALL.last());
        let range = first.zip(last).map(|(first, last)| format!("{first} to {last}"));
        let message = format!(
            "there is no `{word}`; there are {}, the codes of errors such as state_mismatch, and a \
             provider's codes such as AADSTS50011",
            range.unwrap_or_default()
        );
        return Err(Failure::wrong("invalid_parameter", message));
    };
    let (title, explanation) = (code.title(), code.explanation());
    writeln!(std::io::stdout(), "{code}: {title}\n\n{explanation}")?;
    Ok(())
}

fn list() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for code in Code::ALL {
        writeln!(out, "{code}  {}", code.title())?;
    }
    for explanation in Explanation::all() {
        writeln!(out, "{}  {}", explanation.name(), explanation.meaning())?;
    }
    Ok(())
}

/// `AS0012`, `as12`, `0012` or `12`.
fn find(word: &str) -> Option<Code> {
    Code::find(word).or_else(|| {
        let digits = word.trim_start_matches(['A', 'S', 'a', 's']);
        let number: u16 = digits.parse().ok()?;
        Code::find(&format!("AS{number:04}"))
    })
}
