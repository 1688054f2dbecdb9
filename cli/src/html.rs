//! The frame of every page that this command shows, and what makes text harmless in it.

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --accent: #0a66c2; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
ul { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .75rem; }
li a { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .9rem 1rem; border: 1px solid var(--line);
  border-radius: .5rem; color: inherit; text-decoration: none; }
li a:hover, li a:focus-visible { border-color: var(--accent); outline: 2px solid var(--accent); outline-offset: 1px; }
li b { font-weight: 600; }
code { font: .85em ui-monospace, monospace; opacity: .75; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; width: 9rem; }
details { margin: 0 0 1rem; }
.actions a { margin-right: 1.5rem; color: var(--accent); }
.error { border-left: 4px solid #c22; padding: .5rem 1rem; }
";

/// A page; its body is HTML already.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
}

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, char| {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
        escaped
    })
}
