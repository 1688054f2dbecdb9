//! The provider author's commands as another program sees them: new, check, explain, schema, serve,
//! login, crate.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const ACME: &str = include_str!("../../examples/own-provider/src/acme.toml");

fn authspec(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authspec"));
    for (name, _) in std::env::vars() {
        if ["SOCIAL_AUTH_", "AUTHSPEC_", "AZURE_"].iter().any(|start| name.starts_with(start)) {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    authspec(folder, arguments).output().unwrap()
}

/// Standard output of a command that succeeds.
fn good(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Exit code and error object of a command that fails.
fn bad(output: &Output) -> (i32, Value) {
    let errors = String::from_utf8_lossy(&output.stderr);
    let error: Value = serde_json::from_str(errors.lines().last().unwrap()).unwrap();
    (output.status.code().unwrap(), error["error"].clone())
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
fn a_new_spec_passes_check_and_is_not_replaced() {
    let folder = fresh("new");
    assert!(good(&folder, &["new", "acme"]).contains("wrote acme.toml"));
    good(&folder, &["new", "plain-one", "--oauth2", "--out", "specs"]);
    assert_eq!(good(&folder, &["check", "."]), "2 specs checked, 2 samples run, no mistakes\n");
    let (code, error) = bad(&run(&folder, &["new", "acme"]));
    assert_eq!((code, &error["code"]), (2, &"invalid_parameter".into()));
    good(&folder, &["new", "acme", "--force"]);
    let (code, _) = bad(&run(&folder, &["new", "Acme"]));
    assert_eq!(code, 2);

    // With a schema in the folder above, editors find it.
    fs::write(folder.join("authspec.schema.json"), good(&folder, &["schema"])).unwrap();
    good(&folder, &["new", "third", "--out", "specs"]);
    let spec = fs::read_to_string(folder.join("specs/third.toml")).unwrap();
    assert!(spec.starts_with("#:schema ../authspec.schema.json\n\n"), "{spec}");
}

#[test]
fn check_tells_programs_where_mistakes_are() {
    let folder = fresh("check");
    let spec = ACME.replace("[authorization]", "[authorisation]").replace("Ana Lima", "Aña Lima");
    fs::write(folder.join("acme.toml"), &spec).unwrap();

    let output = run(&folder, &["check", "acme.toml", "--format", "json"]);
    assert_eq!(bad(&output).0, 2);
    let lines = String::from_utf8(output.stdout).unwrap();
    let messages: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let message = &messages[0]["message"];
    assert_eq!(messages[0]["reason"], "compiler-message");
    assert_eq!(message["code"]["code"], "AS0003");
    assert_eq!(message["level"], "error");
    let span = &message["spans"][0];
    let line = spec.lines().position(|line| line == "[authorisation]").unwrap() + 1;
    assert_eq!((&span["file_name"], &span["line_start"]), (&"acme.toml".into(), &line.into()));
    assert_eq!((&span["column_start"], &span["column_end"]), (&2.into(), &15.into()));
    let fix = &message["children"][0]["spans"][0];
    assert_eq!(fix["suggested_replacement"], "authorization");
    let range = fix["byte_start"].as_u64().unwrap()..fix["byte_end"].as_u64().unwrap();
    let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
    assert_eq!(&spec[range], "authorisation");
    assert_eq!(messages.last().unwrap()["reason"], "build-finished");

    let output = run(&folder, &["check", "acme.toml", "--format", "github"]);
    let annotations = String::from_utf8(output.stdout).unwrap();
    let expected = format!("::error file=acme.toml,line={line},col=2,");
    assert!(annotations.starts_with(&expected), "{annotations}");
}

#[test]
fn check_runs_samples_and_shows_what_they_give() {
    let folder = fresh("samples");
    fs::write(
        folder.join("acme.toml"),
        ACME.replacen("fullname = \"Ana Lima\"", "fullname = \"Ana\"", 1),
    )
    .unwrap();
    let output = run(&folder, &["check", "acme.toml"]);
    assert_eq!(bad(&output).0, 2);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("error[AS0031]"), "{errors}");
    assert!(errors.contains("the mapping gives `fullname = \"Ana Lima\"`"), "{errors}");
    fs::write(folder.join("acme.toml"), ACME).unwrap();
    good(&folder, &["check", "acme.toml"]);
}

#[test]
fn check_warns_and_still_passes() {
    let folder = fresh("warnings");
    let host = "[settings.host]\ntype = \"authority\"\ndefault = \"acme.example\"\ndoc = \"The host.\"\n\n";
    let api = "https://{host}/me";
    let spec = |user_info: &str| {
        format!(
            "name = \"acme\"\ntitle = \"Acme\"\n\n{host}[endpoints]\n\
             authorization = \"https://{{host}}/authorize\"\ntoken = \"https://{{host}}/token\"\n\
             user_info = \"{user_info}\"\n\n[[client_authentication]]\nmethod = \"client_secret_post\"\n\n\
             [user_info]\n\n[user]\nuid = \"id\"\n\n[claims]\nid = {{ required = true, doc = \"The account.\" }}\n\n\
             [[sample]]\nname = \"one\"\nuser_info = {{ id = \"1\" }}\nexpect = {{ uid = \"1\" }}\n"
        )
    };
    fs::write(folder.join("acme.toml"), spec(api)).unwrap();
    assert_eq!(good(&folder, &["check", "."]), "1 spec checked, 1 sample run, no mistakes\n");

    fs::write(folder.join("acme.toml"), spec("https://api.acme.example/me")).unwrap();
    let output = run(&folder, &["check", "."]);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(output.status.success(), "a warning is no mistake");
    assert_eq!(text(&output.stdout), "1 spec checked, 1 sample run, no mistakes, 1 warning\n");
    assert!(text(&output.stderr).starts_with("warning[AS0038]: "), "{}", text(&output.stderr));
    let json = good(&folder, &["check", ".", "--format", "json"]);
    let message: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(message["message"]["level"], "warning");
    assert!(json.contains(r#""success":true"#), "{json}");
    let github = good(&folder, &["check", ".", "--format", "github"]);
    assert!(github.starts_with("::warning file=acme.toml,"), "{github}");
}

#[test]
fn codes_are_explained() {
    let folder = fresh("explain");
    let explained = good(&folder, &["explain", "AS0016"]);
    assert!(explained.starts_with("AS0016: an endpoint that is not https\n"), "{explained}");
    assert_eq!(good(&folder, &["explain", "16"]), explained);
    assert!(good(&folder, &["explain"]).lines().count() >= 33);
    assert!(good(&folder, &["explain", "AADSTS50011"]).contains("Redirect URIs"));
    assert_eq!(bad(&run(&folder, &["explain", "AS9999"])).0, 2);
}

/// A server that is stopped when the test ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// What a GET of a loopback URL redirects to, and its body.
fn get(url: &str) -> (Option<String>, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
    (location.map(str::to_owned), answer.clone())
}

/// Everything at once: a new spec from a running provider's discovery document, then a sign-in there.
#[test]
fn a_spec_is_served_and_signed_in_to() {
    let folder = fresh("serve");
    fs::write(folder.join("acme.toml"), ACME).unwrap();
    let mut server =
        authspec(&folder, &["serve", "acme.toml", "--port", "0", "--account", "employee"])
            .stdout(Stdio::piped())
            .spawn()
            .map(Server)
            .unwrap();
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut settings = Vec::new();
    for line in lines.by_ref() {
        if let Some((name, value)) =
            line.trim().strip_prefix("export ").and_then(|s| s.split_once('='))
        {
            settings.push((name.to_owned(), value.to_owned()));
        }
        if line.starts_with("Ctrl-C") {
            break;
        }
    }
    let origin = &settings.iter().find(|(name, _)| name.ends_with("OFFLINE_PROVIDER")).unwrap().1;

    let written = good(&folder, &["new", "found", "--discover", &format!("{origin}/oidc")]);
    assert!(written.contains("found.toml, which passes `authspec check`"), "{written}");
    let (code, error) = bad(&run(&folder, &["new", "lost", "--discover", &format!("{origin}/x")]));
    assert_eq!((code, &error["code"]), (1, &"http_error".into()));
    assert!(!folder.join("lost.toml").exists());

    let mut login = authspec(&folder, &["login", "acme.toml", "--no-browser", "--port", "0"])
        .envs(settings.clone())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let errors = BufReader::new(login.stderr.take().unwrap()).lines().map(Result::unwrap);
    let url = errors.map(|line| line.trim().to_owned()).find(|line| line.starts_with("http://"));
    let (callback, _) = get(&url.unwrap());
    let (_, page) = get(&callback.unwrap().replace("localhost", "127.0.0.1"));
    assert!(page.contains("<h1>Signed in</h1>"), "{page}");
    let output = login.wait_with_output().unwrap();
    let identity: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&identity["backend"], &identity["uid"]), (&"acme".into(), &"e-1".into()));

    // A refusal is explained: which setting, and what to do.
    let wrong = settings.iter().map(|(name, value)| {
        let is_secret = name.ends_with("_SECRET");
        (name.clone(), if is_secret { "wrong".to_owned() } else { value.clone() })
    });
    let mut login = authspec(&folder, &["login", "acme.toml", "--no-browser", "--port", "0"])
        .envs(wrong)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(login.stderr.take().unwrap()).lines().map(Result::unwrap);
    let url =
        errors.by_ref().map(|line| line.trim().to_owned()).find(|line| line.starts_with("http://"));
    let (callback, _) = get(&url.unwrap());
    let (_, page) = get(&callback.unwrap().replace("localhost", "127.0.0.1"));
    assert!(page.contains("<h1>Not signed in</h1>"), "{page}");
    let rest: Vec<String> = errors.collect();
    assert!(rest.iter().any(|line| line.contains("SOCIAL_AUTH_ACME_SECRET")), "{rest:?}");
    let error: Value = serde_json::from_str(rest.last().unwrap()).unwrap();
    assert_eq!(error["error"]["stage"], "token_exchange");
    assert_eq!(login.wait().unwrap().code(), Some(1));
}

#[test]
fn nobody_comes_back() {
    let folder = fresh("timeout");
    fs::write(folder.join("acme.toml"), ACME.replace("discovery", "#").replace(
        "[authorization]",
        "authorization = \"https://{host}/a\"\ntoken = \"https://{host}/t\"\ndiscovery = \"https://{host}/d\"\n[authorization]",
    ))
    .unwrap();
    let output =
        authspec(&folder, &["login", "acme.toml", "--no-browser", "--port", "0", "--timeout", "0"])
            .env("SOCIAL_AUTH_ACME_KEY", "client")
            .env("SOCIAL_AUTH_ACME_SECRET", "secret")
            .output()
            .unwrap();
    let (code, error) = bad(&output);
    assert_eq!((code, &error["code"]), (1, &"response_expired".into()), "{error}");
}

#[test]
fn a_crate_is_written_and_not_over_somebody_elses() {
    let folder = fresh("crate");
    fs::write(folder.join("acme.toml"), ACME).unwrap();
    let written = good(&folder, &["crate", "acme.toml", "--out", "login"]);
    for file in ["Cargo.toml", "README.md", "src/lib.rs", "src/acme.rs"] {
        assert!(written.contains(file), "{written}");
    }
    fs::write(folder.join("login/README.md"), "mine").unwrap();
    assert_eq!(bad(&run(&folder, &["crate", "acme.toml", "--out", "login"])).0, 2);
}
