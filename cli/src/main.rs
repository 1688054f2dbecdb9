//! The command `authspec`; everything it does is in its library, where tests reach it.

fn main() -> std::process::ExitCode {
    authspec_cli::run()
}
