//! The demo as a browser sees it: two sites, several tabs, a reload, and a cookie that is lost.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// A running demo; dropping it stops it.
struct Demo {
    process: Child,
    printed: Vec<String>,
    origin: String,
}

impl Demo {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_authspec"))
            .arg("demo")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut printed = Vec::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            printed.push(line.unwrap());
            if printed.last().unwrap().starts_with("Ctrl-C") {
                break;
            }
        }
        let open = printed.iter().find_map(|line| line.strip_prefix("authspec demo: open "));
        let origin = open.unwrap().split('/').take(3).collect::<Vec<_>>().join("/");
        Self { process, printed, origin }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

struct Page {
    status: u16,
    location: Option<String>,
    body: String,
}

/// A browser with a cookie for each name, whichever site set it: no two sites share a name here.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
    /// The attributes of each cookie as it was last set.
    attributes: BTreeMap<String, String>,
}

impl Browser {
    fn get(&mut self, url: &str) -> Page {
        self.ask("GET", url, "")
    }

    fn ask(&mut self, method: &str, url: &str, body: &str) -> Page {
        let rest = url.strip_prefix("http://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut location = None;
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            match name.to_ascii_lowercase().as_str() {
                "location" => location = Some(value.to_owned()),
                "set-cookie" => self.take(value),
                _ => {}
            }
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Page { status, location, body: body.to_owned() }
    }

    fn take(&mut self, set_cookie: &str) {
        let (pair, attributes) = set_cookie.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        self.attributes.insert(name.to_owned(), attributes.to_owned());
    }

    /// Chooses a user at the authority; the address of the callback.
    fn choose(&mut self, authorization_url: &str, user: &str) -> String {
        let page = self.get(authorization_url);
        let value = |name: &str| {
            let start = page.body.find(&format!("name=\"{name}\" value=\"")).unwrap();
            page.body[start..].split('"').nth(3).unwrap().to_owned()
        };
        let origin = authorization_url.split('/').take(3).collect::<Vec<_>>().join("/");
        let form = format!("request={}&user={user}", value("request"));
        let answer = self.ask("POST", &format!("{origin}/authorize/continue"), &form);
        answer.location.unwrap_or_else(|| panic!("{}: {}", answer.status, answer.body))
    }
}

#[test]
fn two_tabs_a_reload_and_a_lost_cookie() {
    let demo = Demo::start(&["--port", "0"]);
    let origin = &demo.origin;
    assert!(origin.starts_with("http://localhost:"), "{:?}", demo.printed);
    assert!(
        demo.printed.iter().any(|line| line.starts_with("offline authority: http://127.0.0.1:"))
    );
    let mut browser = Browser::default();
    assert!(browser.get(&format!("{origin}/")).body.contains("azuread-v2-tenant-oauth2"));

    // Two tabs of one backend, ended in the other order.
    let login = format!("{origin}/login/azuread-v2-tenant-oauth2");
    let first = browser.get(&login).location.unwrap();
    let second = browser.get(&login).location.unwrap();
    assert_eq!(browser.cookies.len(), 2, "a cookie for each sign-in");
    for attributes in browser.attributes.values() {
        for attribute in ["HttpOnly", "SameSite=Lax", "Max-Age=1800", "Path=/complete/"] {
            assert!(attributes.contains(attribute), "{attributes}");
        }
    }
    let second = browser.choose(&second, "guest");
    let first = browser.choose(&first, "member");
    for callback in [&second, &first] {
        let answer = browser.get(callback);
        assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/outcome")));
    }
    assert_eq!(browser.cookies.len(), 1, "the cookies of ended sign-ins are gone");

    // The address bar holds no code, and a reload shows the same page.
    let outcome = format!("{origin}/outcome");
    let shown = browser.get(&outcome);
    assert!(shown.status == 200 && shown.body.contains("Signed in"), "{}", shown.body);
    assert!(shown.body.contains("Adaeze Okafor"), "the sign-in that ended last: {}", shown.body);
    assert_eq!(browser.get(&outcome).body, shown.body);
    // Another browser sees nothing of it.
    assert_eq!(Browser::default().get(&outcome).location.as_deref(), Some("/"));

    // The cookie is lost on the way back.
    let third = browser.get(&login).location.unwrap();
    let third = browser.choose(&third, "member");
    let lost = Browser::default().get(&third);
    assert_eq!(lost.status, 400, "{}", lost.body);
    assert!(
        lost.body.contains("session_context_missing") && lost.body.contains("SameSite"),
        "{}",
        lost.body
    );
    // With its cookie the same callback is good: nothing was used up.
    assert_eq!(browser.get(&third).location.as_deref(), Some("/outcome"));
    assert!(browser.get(&outcome).body.contains("Signed in"));
}

#[test]
fn a_port_that_another_program_has_is_an_error_if_it_was_asked_for() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_authspec"))
        .args(["demo", "--port", &port])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is taken"));
}
