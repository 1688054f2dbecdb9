//! Follows `docs/writing-a-provider.md` word for word, in an empty folder beside a link to this checkout.
//!
//! A comment before a block says what the block is: `file: PATH` and `append: PATH` write it, `background`
//! runs it until the end, `browser` runs it and opens the address that it prints, `not replayed…` skips
//! it; a comment that ends in `fails` is for a command that exits with an error. What a command prints
//! stands in the `text` block after it: each of its lines must be there, `…` standing for anything.
//!
//! The ports alone differ: the guide names the commands' default ports, and the test takes free ones, because a program
//! of the reader's may use the others.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]
#![cfg(unix)]

use std::collections::HashMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// How long a command may take before it says what the guide shows.
const PATIENCE: Duration = Duration::from_secs(300);

struct Block {
    line: usize,
    marker: String,
    language: String,
    body: String,
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut marker = String::new();
    let mut lines = guide.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(comment) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"))
        {
            comment.clone_into(&mut marker);
        } else if let Some(language) = line.strip_prefix("```") {
            let body: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let marker = std::mem::take(&mut marker);
            let language = language.to_owned();
            blocks.push(Block { line: number + 1, marker, language, body: body.join("\n") });
        } else if !line.is_empty() {
            marker.clear();
        }
    }
    blocks
}

/// Ports that nothing listened at a moment ago.
struct Ports {
    application: u16,
    provider: u16,
    example: u16,
}

impl Ports {
    fn free() -> Self {
        let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [application, provider, example] =
            listeners.map(|one| one.local_addr().unwrap().port());
        Self { application, provider, example }
    }

    /// The guide with these ports in place of the default ones.
    fn put_into(&self, guide: &str) -> String {
        let mut text = guide
            .replace("localhost:8000", &format!("localhost:{}", self.application))
            .replace("127.0.0.1:8400", &format!("127.0.0.1:{}", self.provider))
            .replace("8401", &self.example.to_string());
        for (command, port) in [
            ("\nauthspec serve src/quill.toml", self.provider),
            ("authspec login src/quill.toml --no-browser", self.application),
        ] {
            assert!(text.contains(command), "the guide lacks `{command}`");
            text = text.replace(command, &format!("{command} --port {port}"));
        }
        text
    }
}

/// Whether a line is as the guide shows it.
fn fits(line: &str, shown: &str) -> bool {
    let mut rest = line;
    let parts: Vec<&str> = shown.split('…').collect();
    for (index, part) in parts.iter().enumerate() {
        let found = if index == 0 { rest.starts_with(part).then_some(0) } else { rest.find(part) };
        let Some(start) = found else { return false };
        rest = &rest[start + part.len()..];
    }
    rest.is_empty() || shown.ends_with('…')
}

/// The lines that the guide shows and the output lacks.
fn missing<'g>(shown: &'g str, output: &str) -> Vec<&'g str> {
    let lines = shown.lines().filter(|line| !line.is_empty() && *line != "…");
    lines.filter(|shown| !output.lines().any(|line| fits(line, shown))).collect()
}

/// A shell whose folder and variables last from one block to the next.
struct Shell {
    state: PathBuf,
    folder: PathBuf,
    variables: HashMap<String, String>,
}

impl Shell {
    fn start(&self, script: &str, output: &Path) -> Child {
        let (state, file) = (self.state.display(), fs::File::create(output).unwrap());
        let lines: Vec<String> =
            script.lines().map(|line| format!("{line} || code=$?\n")).collect();
        let lines = lines.concat();
        let script = format!("code=0\n{lines}{{ echo $code; pwd; env -0; }} > {state}\n");
        Command::new("bash")
            .args(["-c", &script])
            .current_dir(&self.folder)
            .env_clear()
            .envs(&self.variables)
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .process_group(0)
            .spawn()
            .unwrap()
    }

    /// Takes over what a script left; its exit code.
    fn take_over(&mut self) -> i32 {
        let state = fs::read_to_string(&self.state).unwrap();
        let mut lines = state.splitn(3, '\n');
        let code = lines.next().unwrap().parse().unwrap();
        self.folder = lines.next().unwrap().into();
        let pairs = lines.next().unwrap().split('\0').filter_map(|pair| pair.split_once('='));
        self.variables = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        code
    }
}

/// Background commands, ended with everything that they started.
struct Background(Vec<Child>);

impl Drop for Background {
    fn drop(&mut self) {
        for child in &mut self.0 {
            _ = Command::new("kill").args(["--", &format!("-{}", child.id())]).status();
            _ = child.wait();
        }
    }
}

/// Follows redirects from a loopback address to the end.
fn browse(url: &str) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    // At once, as a browser does: the guide's program reads once.
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    if let Some(next) = answer.lines().find_map(|line| line.strip_prefix("location: ")) {
        browse(next);
    }
}

fn wait_until(mut is_done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_done() && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn run(
    block: &Block,
    shown: Option<&str>,
    provider: &str,
    shell: &mut Shell,
    background: &mut Background,
) {
    let output = shell.state.with_file_name(format!("line-{}.txt", block.line));
    let printed = || fs::read_to_string(&output).unwrap_or_default();
    let mut child = shell.start(&block.body, &output);
    if block.marker == "background" {
        wait_until(|| missing(shown.unwrap(), &printed()).is_empty());
        background.0.push(child);
    } else {
        if block.marker.starts_with("browser") {
            let address = || {
                let printed = printed();
                let start = printed.find(provider)?;
                printed[start..].split_whitespace().next().map(str::to_owned)
            };
            wait_until(|| address().is_some() || child.try_wait().unwrap().is_some());
            browse(&address().unwrap_or_else(|| panic!("line {}: {}", block.line, printed())));
        }
        child.wait().unwrap();
        let code = shell.take_over();
        let fails = block.marker.ends_with("fails");
        assert_eq!(code != 0, fails, "line {}: exit {code}\n{}", block.line, printed());
    }
    let missing = missing(shown.unwrap_or_default(), &printed());
    assert!(missing.is_empty(), "line {}: {missing:#?} not in\n{}", block.line, printed());
}

fn write(block: &Block, path: &str, is_appended: bool, folder: &Path) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let before =
        if is_appended { fs::read_to_string(&path).unwrap() + "\n" } else { String::new() };
    fs::write(path, format!("{before}{}\n", block.body)).unwrap();
}

#[test]
fn the_guide_can_be_followed_word_for_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    // Outside of this workspace, as the reader's crate is.
    let folder = std::env::temp_dir().join(format!("authspec-guide-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(root, folder.join("authspec")).unwrap();
    // The reader has installed the command, and has a name in git.
    let command = Path::new(env!("CARGO_BIN_EXE_authspec")).parent().unwrap();
    let path = format!("{}:{}", command.display(), std::env::var("PATH").unwrap());
    let mut variables: HashMap<String, String> = std::env::vars()
        .filter(|(name, _)| !name.starts_with("SOCIAL_AUTH_") && !name.starts_with("CARGO"))
        .collect();
    for (name, value) in [
        ("PATH", path.as_str()),
        ("CARGO_NET_OFFLINE", "true"),
        ("CARGO_TERM_COLOR", "never"),
        ("CARGO_TARGET_DIR", &command.parent().unwrap().display().to_string()),
        ("GIT_AUTHOR_NAME", "Reader"),
        ("GIT_AUTHOR_EMAIL", "reader@mail.example"),
        ("GIT_COMMITTER_NAME", "Reader"),
        ("GIT_COMMITTER_EMAIL", "reader@mail.example"),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    if let Ok(home) = std::env::var("CARGO_HOME") {
        variables.insert("CARGO_HOME".to_owned(), home);
    }
    let mut shell = Shell { state: folder.join("state"), folder: folder.clone(), variables };
    let mut background = Background(Vec::new());
    let guide = fs::read_to_string(root.join("docs/writing-a-provider.md")).unwrap();
    let ports = Ports::free();
    let provider = format!("http://127.0.0.1:{}/", ports.provider);
    let blocks = blocks(&ports.put_into(&guide));
    for (index, block) in blocks.iter().enumerate() {
        let shown = blocks.get(index + 1).filter(|next| next.language == "text");
        match block.marker.split_once(": ") {
            Some(("file", path)) => write(block, path, false, &shell.folder),
            Some(("append", path)) => write(block, path, true, &shell.folder),
            _ if block.language != "sh" || block.marker.starts_with("not replayed") => {}
            _ => {
                let shown = shown.map(|next| next.body.as_str());
                run(block, shown, &provider, &mut shell, &mut background);
            }
        }
        // The same versions as ours, which are there already.
        let lock = shell.folder.join("Cargo.lock");
        if shell.folder.join("Cargo.toml").exists() && !lock.exists() {
            fs::copy(root.join("Cargo.lock"), lock).unwrap();
        }
    }
    assert!(blocks.len() > 30 && background.0.len() == 2);
    drop(background);
    fs::remove_dir_all(&folder).unwrap();
}
