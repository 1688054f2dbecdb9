//! Fuzzing on a stable compiler: good inputs, changed at random, for some time each.
//!
//! `AUTHSPEC_FUZZ_SECONDS` says for how long (1 second each unless it is set; `.ci/run` takes 60), and
//! `AUTHSPEC_FUZZ_SEED` where the changes begin: the same number, the same inputs. Without it each run begins
//! elsewhere. `.ci/run` sets it, so that a change is refused for what it does and not by luck. What is found is
//! made small, shown, and written to `corpus/<target>/`, where it is tried first from then on.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use authspec_tests::fuzz::{TARGETS, Target};
use authspec_tests::root;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// One change of an input.
#[derive(Clone, Debug)]
enum Edit {
    Replace(u16, u8),
    Insert(u16, String),
    Remove(u16, u8),
    /// A piece of the input stands there once more.
    Copy(u16, u8, u16),
    Cut(u16),
}

/// What hostile inputs are made of.
const PIECES: [&str; 24] = [
    "\0",
    "\n",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "=",
    "&",
    "%",
    "%2f",
    "..",
    "//",
    "@",
    "|",
    "$",
    "{{",
    "\u{1f511}",
    "\u{202e}",
    "null",
    "1e400",
    "-1",
];

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let piece = prop_oneof![
        proptest::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        "\\PC{1,8}",
    ];
    let edit = prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(place, byte)| Edit::Replace(place, byte)),
        (any::<u16>(), piece).prop_map(|(place, text)| Edit::Insert(place, text)),
        (any::<u16>(), any::<u8>()).prop_map(|(place, length)| Edit::Remove(place, length)),
        (any::<u16>(), any::<u8>(), any::<u16>())
            .prop_map(|(from, length, to)| Edit::Copy(from, length, to)),
        any::<u16>().prop_map(Edit::Cut),
    ];
    proptest::collection::vec(edit, 0..8)
}

fn apply(mut data: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        let place = |place: u16| usize::from(place) % (data.len() + 1);
        match edit {
            Edit::Replace(at, byte) => {
                let at = place(*at);
                if let Some(old) = data.get_mut(at) {
                    *old = *byte;
                }
            }
            Edit::Insert(at, text) => {
                let at = place(*at);
                data.splice(at..at, text.bytes());
            }
            Edit::Remove(at, length) => {
                let (from, to) = (place(*at), place(*at).saturating_add(usize::from(*length)));
                data.drain(from..to.min(data.len()));
            }
            Edit::Copy(from, length, to) => {
                let (from, to) = (place(*from), place(*to));
                let end = from.saturating_add(usize::from(*length)).min(data.len());
                let piece = data[from..end].to_vec();
                data.splice(to..to, piece);
            }
            Edit::Cut(at) => data.truncate(place(*at)),
        }
    }
    data
}

fn folder(name: &str) -> PathBuf {
    root().join("tests/fuzz/corpus").join(name)
}

/// Inputs that were kept: earlier findings.
fn kept(name: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder(name)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

fn fuzz((name, seeds, target): Target) {
    let mut seeds = seeds();
    seeds.extend(kept(name));
    for seed in &seeds {
        target(seed);
    }
    let seconds = number("AUTHSPEC_FUZZ_SECONDS").unwrap_or(1);
    let end = Instant::now() + Duration::from_secs(seconds);
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let inputs = (0..seeds.len(), edits());
    let runs = Cell::new(0_u64);
    let mut beginning = number("AUTHSPEC_FUZZ_SEED").unwrap_or_else(random);
    while Instant::now() < end {
        // Each runner tries 200 inputs; the next begins at the next number.
        beginning = beginning.wrapping_add(1);
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&beginning.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config.clone(), rng);
        let outcome = runner.run(&inputs, |(seed, edits)| {
            runs.set(runs.get() + 1);
            let data = apply(seeds[seed].clone(), &edits);
            let held = catch_unwind(AssertUnwindSafe(|| target(&data)));
            held.map_err(|_| TestCaseError::fail("it panicked"))
        });
        if let Err(TestError::Fail(_, (seed, edits))) = outcome {
            let data = apply(seeds[seed].clone(), &edits);
            let path = folder(name).join(format!("found-{:016x}", fingerprint(&data)));
            std::fs::create_dir_all(folder(name)).expect("a folder");
            std::fs::write(&path, &data).expect("a file");
            let text = String::from_utf8_lossy(&data);
            panic!("{name}: a property does not hold for {text:?}; kept as {}", path.display());
        }
    }
    println!("{name}: {} inputs in {seconds} s, from {} seeds", runs.get(), seeds.len());
}

/// The number that a variable of the environment says.
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text:?}")))
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).expect("random bytes");
    u64::from_le_bytes(bytes)
}

fn fingerprint(data: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    hasher.finish()
}

macro_rules! targets {
    ($($name:ident = $index:literal)*) => {
        $(#[test] fn $name() {
            let target = TARGETS[$index];
            assert_eq!(target.0, stringify!($name));
            fuzz(target);
        })*

        #[test]
        fn every_target_has_a_test() {
            assert_eq!([$($index),*].len(), TARGETS.len());
        }
    };
}

targets! {
    spec = 0 claim = 1 callback = 2 id_token = 3 claims = 4 documents = 5 token_response = 6
    transaction = 7 settings = 8
}
