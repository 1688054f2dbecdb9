//! Generated code keeps out of its caller's way: no prelude, shadowed names, a renamed runtime, every
//! lint; and the two doors that leave source behind give source that passes the same lints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use authspec_build::{Package, load};
use authspec_tests::root;

/// Lints that a strict crate may deny. `doc_markdown` is left out: it is about a spec's own words.
const LINTS: &[&str] = &[
    "-Dwarnings",
    "-Dmissing_docs",
    "-Dmissing_debug_implementations",
    "-Dunreachable_pub",
    "-Dunused_qualifications",
    "-Dclippy::pedantic",
    "-Aclippy::doc_markdown",
];

/// Cargo in a folder outside of the workspace, with what the workspace has fetched and built.
fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap()
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = cargo(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Clippy with every lint; its arguments stand last.
fn lint(folder: &Path) {
    let output = Command::new(env!("CARGO"))
        .args(["clippy", "--workspace", "--all-targets", "--offline", "--"])
        .args(LINTS)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// An empty folder of that name.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn callers_of_the_macro_may_be_strict() {
    let folder = root().join("tests/hygiene");
    let tested = succeed(&folder, &["test", "--workspace"]);
    assert!(tested.contains("plain_sample_user ... ok"), "{tested}");
    lint(&folder);
}

#[test]
fn a_generated_crate_needs_no_macro_and_passes_lints() {
    let folder = fresh("generated-crate");
    let backends =
        load(&[root().join("providers"), root().join("tests/specs")]).expect("good specs");
    let count = backends.len();
    let authspec = Some(root().join("runtime"));
    let package = Package { name: "generated-crate".to_owned(), backends, authspec };
    package.write(&folder).unwrap();
    // Writing it again replaces what was written, and nothing else.
    package.write(&folder).unwrap();
    fs::write(folder.join("README.md"), "mine").unwrap();
    assert!(package.write(&folder).unwrap_err().to_string().contains("README.md"));

    let tested = succeed(&folder, &["test"]);
    assert!(tested.matches("_sample_").count() >= count, "{tested}");
    lint(&folder);
    let tree = succeed(&folder, &["tree", "--edges", "normal"]);
    assert!(tree.contains("authspec v") && !tree.contains("authspec-macros"), "{tree}");
}

#[test]
fn a_build_script_notices_specs_that_come_and_go() {
    let folder = fresh("build-script");
    let quoted = |path: &str| format!("{:?}", root().join(path));
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"build-script\"\nedition = \"2024\"\nversion = \"0.0.0\"\n\
             [dependencies]\nauthspec = {{ path = {}, default-features = false }}\n\
             [build-dependencies]\nauthspec-build = {{ path = {} }}\n[workspace]\n",
            quoted("runtime"),
            quoted("macros/build")
        ),
    )
    .unwrap();
    fs::write(
        folder.join("build.rs"),
        "//! Backends of a folder.\n\nfn main() -> Result<(), authspec_build::Error> {\n    \
         authspec_build::specs(\"specs\").write(\"providers.rs\")\n}\n",
    )
    .unwrap();
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(
        folder.join("src/main.rs"),
        "//! Prints every backend.\n\ninclude!(concat!(env!(\"OUT_DIR\"), \"/providers.rs\"));\n\n\
         fn main() {\n    for backend in ALL {\n        println!(\"{}\", backend.name);\n    }\n}\n",
    )
    .unwrap();
    let specs = folder.join("specs");
    fs::create_dir(&specs).unwrap();
    let copy = |name: &str| {
        fs::copy(root().join("tests/specs").join(name), specs.join(name)).unwrap();
    };

    copy("plain.toml");
    assert_eq!(succeed(&folder, &["run"]), "plain\n");
    lint(&folder);
    copy("everything.toml");
    assert_eq!(succeed(&folder, &["run"]), "everything\nplain\n");
    fs::remove_file(specs.join("everything.toml")).unwrap();
    assert_eq!(succeed(&folder, &["run"]), "plain\n");

    // A mistake is drawn, and noticed when it is mended.
    let good = fs::read_to_string(specs.join("plain.toml")).unwrap();
    fs::write(specs.join("plain.toml"), good.replace("[refresh]", "[refersh]")).unwrap();
    let output = cargo(&folder, &["run"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(errors.contains("error[AS0003]: unknown key `refersh`"), "{errors}");
    assert!(errors.contains("--> specs/plain.toml:"), "{errors}");
    fs::write(specs.join("plain.toml"), good).unwrap();
    assert_eq!(succeed(&folder, &["run"]), "plain\n");
}

/// With the feature `nightly-spans` the compiler itself points into the TOML, the extended file included.
/// The stable compiler is told to allow what it has and does not promise.
#[test]
fn nightly_spans_point_into_the_toml() {
    let folder = fresh("nightly-spans");
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"nightly-spans\"\nedition = \"2024\"\nversion = \"0.0.0\"\n\
             [dependencies]\nauthspec-macros = {{ path = {:?}, features = [\"nightly-spans\"] }}\n\
             [workspace]\n",
            root().join("macros/provider")
        ),
    )
    .unwrap();
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(
        folder.join("src/lib.rs"),
        "authspec_macros::provider! { pub struct Acme from \"acme.toml\"; }\n",
    )
    .unwrap();
    let plain = fs::read_to_string(root().join("tests/specs/plain.toml")).unwrap();
    let (head, rest) = plain.split_once("[endpoints]").unwrap();
    fs::write(
        folder.join("src/acme.toml"),
        format!(
            "extends = \"base.toml\"\n{head}doc = \"é\"\ntittle = 1\n{}",
            rest.split_once("[[sample]]").map(|(_, sample)| format!("[[sample]]{sample}")).unwrap()
        ),
    )
    .unwrap();
    let (base, _) = rest.split_once("[[sample]]").unwrap();
    fs::write(
        folder.join("src/base.toml"),
        format!("[endpoints]{}", base.replace("[refresh]", "[refersh]")),
    )
    .unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let errors = || {
        // Only the macro and what is under it, apart from everything else: this variable rebuilds much.
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline"])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("nightly-target"))
            .env("RUSTC_BOOTSTRAP", "1")
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let told = errors();
    for expected in [
        "error: [AS0003]: unknown key `tittle` in the spec",
        "/src/acme.toml:10:1\n",
        "error: [AS0003]: unknown key `refersh` in the spec",
        "/src/base.toml:12:2\n",
        "help: did you mean `refresh`?",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    for (file, mistake, meant) in
        [("acme.toml", "tittle = 1\n", ""), ("base.toml", "[refersh]", "[refresh]")]
    {
        let path = folder.join("src").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(mistake, meant)).unwrap();
    }
    // What is left is that this crate has no runtime.
    let told = errors();
    assert!(told.contains("authspec") && !told.contains("[AS"), "{told}");
}
