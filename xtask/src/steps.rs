//! The steps of `cargo xtask test`, as data.

/// One step: a command that must exit with 0.
pub(crate) struct Step {
    /// The step's name on the command line.
    pub(crate) name: &'static str,
    /// What the step proves, in a few words.
    pub(crate) about: &'static str,
    /// The program and its arguments, run in the project's root folder.
    pub(crate) command: &'static [&'static str],
    /// Further environment variables of the command.
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// Names of the programs that the command needs (see `machine::PROGRAMS`).
    pub(crate) needs: &'static [&'static str],
}

/// Every step, in the order in which they run: the quickest to fail first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "rustfmt has nothing to change",
        command: &["cargo", "fmt", "--all", "--check"],
        environment: &[],
        needs: &["rustfmt"],
    },
    Step {
        name: "clippy",
        about: "no lint warns",
        command: &[
            "cargo",
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ],
        environment: &[],
        needs: &["clippy"],
    },
    Step {
        name: "rustdoc",
        about: "the API documentation builds without a warning",
        command: &["cargo", "doc", "--workspace", "--no-deps", "--locked"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
        needs: &[],
    },
    Step {
        name: "bare",
        about: "the runtime builds without its default features",
        command: &["cargo", "check", "--locked", "-p", "authspec", "--no-default-features"],
        environment: &[],
        needs: &[],
    },
    Step {
        name: "package",
        about: "every crate that is to be published can be packed, with README and licences",
        command: &["tests/package"],
        environment: &[],
        needs: &["git"],
    },
    Step {
        name: "workspace",
        about: "every Rust test",
        command: &["cargo", "test", "--workspace", "--locked"],
        environment: &[],
        needs: &["redis-server", "openssl"],
    },
    Step {
        name: "fuzz",
        about: "each fuzz target for a minute, from the same seed every time",
        command: &["cargo", "test", "--locked", "-p", "authspec-tests", "--test", "fuzz"],
        environment: &[("AUTHSPEC_FUZZ_SECONDS", "60"), ("AUTHSPEC_FUZZ_SEED", "1")],
        needs: &[],
    },
    Step {
        name: "interop",
        about: "sign-ins with MSAL Python, python-social-auth and panva's oidc-provider",
        command: &["tests/interop/run"],
        environment: &[],
        needs: &["python3", "npm"],
    },
    Step {
        name: "supply-chain",
        about: "licences and sources of the dependencies; no unsafe code",
        command: &["tests/supply-chain"],
        environment: &[],
        needs: &["git"],
    },
    Step {
        name: "msrv",
        about: "the crates that applications use build with the oldest Rust that Cargo.toml promises",
        command: &["tests/msrv"],
        environment: &[],
        needs: &[],
    },
    Step {
        name: "editor",
        about: "two TOML language servers understand the schema",
        command: &["tests/editor/run"],
        environment: &[],
        needs: &["python3"],
    },
    Step {
        name: "specs",
        about: "`authspec check` finds no mistake in the project's specs",
        command: &[
            "cargo",
            "run",
            "--quiet",
            "--locked",
            "-p",
            "authspec-cli",
            "--",
            "check",
            "providers",
            "tests/specs",
            "examples",
        ],
        environment: &[],
        needs: &[],
    },
    Step {
        name: "demo",
        about: "`authspec demo --headless` signs in through every Entra backend",
        command: &[
            "cargo",
            "run",
            "--quiet",
            "--locked",
            "-p",
            "authspec-cli",
            "--",
            "demo",
            "--headless",
        ],
        environment: &[],
        needs: &[],
    },
    Step {
        name: "example",
        about: "README's example program runs",
        command: &["cargo", "run", "--quiet", "--locked", "-p", "own-provider"],
        environment: &[],
        needs: &[],
    },
];
