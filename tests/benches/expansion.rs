//! What specs cost at compile time: expansion of 1, 10, 100 and 1,000 specs, `authspec check` over 1,000,
//! and the cold build of the macro with everything under it.
//!
//! `cargo bench -p authspec-tests --bench expansion`; with `--profile dev` as a macro runs in a debug
//! build. The cold build is measured with `-- --cold`.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use authspec_codegen::{Item, expand, tests};
use authspec_spec::load;
use authspec_tests::root;

/// How many specs are expanded in one go.
const SIZES: [usize; 4] = [1, 10, 100, 1_000];

/// How often each size is tried; the best try counts, so that whatever else the machine does falls out.
const TRIES: usize = 5;

fn main() {
    let folder = env::temp_dir().join(format!("authspec-expansion-{}", std::process::id()));
    let specs = write_specs(&folder);
    println!("expansion: load, check, expand, samples as tests");
    let mut single = Duration::MAX;
    for size in SIZES {
        let time = best(|| specs.iter().take(size).for_each(|spec| expand_one(spec)));
        let each = time / u32::try_from(size).unwrap_or(1);
        if size == 1 {
            single = each;
        }
        let ratio = each.as_secs_f64() / single.as_secs_f64();
        println!("{size:>6} specs {time:>10.1?} {each:>10.1?} each  {ratio:.2} x one  (bar: 2 ms)");
    }
    let time = best(|| check(&folder));
    println!("authspec check over 1,000 specs, samples run {time:>10.1?}  (bar: 1 s in release)");
    fs::remove_dir_all(&folder).expect("a folder of ours");
    if env::args().any(|argument| argument == "--cold") {
        cold_build();
    }
}

/// As many specs as the largest size asks for, each a family's member that extends its base.
fn write_specs(folder: &Path) -> Vec<PathBuf> {
    let specs = root().join("providers/azuread/specs");
    fs::create_dir_all(folder.join("samples")).expect("a folder");
    let copied = [
        "entra.toml",
        "entra-tenants.toml",
        "samples/idtoken_v2_member.json",
        "samples/idtoken_v2_groups_overage.json",
    ];
    for name in copied {
        fs::copy(specs.join(name), folder.join(name)).expect("a copy");
    }
    let template = specs.join("azuread-v2-tenant-oauth2.toml");
    let template = fs::read_to_string(template).expect("a spec");
    let alias = "social_core.backends.azuread_tenant.AzureADV2TenantOAuth2";
    let last = SIZES.into_iter().max().unwrap_or(1);
    (0..last)
        .map(|number| {
            let name = format!("entra-{number}");
            let text = template.replace("\"azuread-v2-tenant-oauth2\"", &format!("{name:?}"));
            let path = folder.join(format!("{name}.toml"));
            fs::write(&path, text.replace(alias, &format!("python.{name}"))).expect("a file");
            path
        })
        .collect()
}

fn best(mut work: impl FnMut()) -> Duration {
    let tries = (0..TRIES).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    tries.min().unwrap_or_default()
}

fn expand_one(path: &Path) {
    let provider = load(path).result.expect("a good spec");
    let item = Item::public("Backend");
    black_box((expand(&provider, &item), tests(&provider, &item)));
}

fn check(folder: &Path) {
    let checked = authspec_cli::check::inspect(&[folder.to_owned()]).expect("a folder");
    let last = SIZES.into_iter().max().unwrap_or(1);
    assert_eq!((checked.specs, checked.findings.len()), (last, 0));
}

/// CPU time of the compilers that build the macro into an empty folder, for a crate that uses it: as a
/// dependency it is built without what is for our own debugging.
fn cold_build() {
    let folder = env::temp_dir().join(format!("authspec-cold-{}", std::process::id()));
    fs::create_dir_all(folder.join("src")).expect("a folder");
    let macros = root().join("macros/provider");
    let manifest = format!(
        "[package]\nname = \"user\"\nedition = \"2024\"\n[dependencies]\n\
         authspec-macros = {{ path = \"{}\" }}\n[workspace]\n",
        macros.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    fs::write(folder.join("src/lib.rs"), "").expect("a file");
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("a copy");
    let before = cpu_of_children();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the macro does not build");
    let spent = before.zip(cpu_of_children()).map(|(before, after)| after - before);
    fs::remove_dir_all(&folder).expect("a folder of ours");
    match spent {
        Some(spent) => println!("cold build of the macro {spent:.1} CPU-seconds  (bar: 10)"),
        None => println!("cold build of the macro: this system does not tell"),
    }
}

/// Seconds that ended children have spent (proc(5), fields 16 and 17 of `stat`, in hundredths).
fn cpu_of_children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(13);
    let ticks: u32 = fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?;
    Some(f64::from(ticks) / 100.0)
}
