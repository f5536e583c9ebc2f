//! TLS as the URL of a server asks for it: whose server it is is verified, every session is encrypted, and
//! what cannot be had as asked is refused, before any password is on its way.

use std::path::Path;
use std::process::{Command, Stdio};

use tests::Strata;
use tests::private_server::{Extra, PrivateServer};
use tests::server::{Kind, TestServer};

use crate::life::{create, demand_healthy};

/// A throwaway authority.
struct Authority {
    folder: tempfile::TempDir,
}

impl Authority {
    /// Makes one; none where `openssl` is not on this machine, which is told, and an error where CI runs.
    fn new() -> Option<Authority> {
        let found = Command::new("openssl").arg("version").output();
        if found.is_err() {
            assert!(std::env::var("CI").is_err(), "CI must have openssl");
            eprintln!("skipped: no openssl");
            return None;
        }
        let authority = Authority {
            folder: tempfile::tempdir().unwrap(),
        };
        let folder = authority.folder.path();
        // Two of one name would be told apart by their signatures only.
        let subject = format!("/CN=Authority of {}", folder.file_name().unwrap().display());
        let out = ["-x509", "-days", "2", "-out", "authority.pem", "-subj"];
        request(folder, "authority", &[&out[..], &[&subject]].concat());
        Some(authority)
    }

    /// The path of its own certificate.
    fn certificate(&self) -> String {
        let path = self.folder.path().join("authority.pem");
        path.to_str().unwrap().to_owned()
    }

    /// Files of a server: a key, and a certificate for these names.
    fn issue(&self, names: &str) -> Vec<(String, Vec<u8>)> {
        let folder = self.folder.path();
        let subject = ["-subj", "/CN=Throwaway server", "-out", "server.csr"];
        request(folder, "server", &subject);
        std::fs::write(folder.join("names"), format!("subjectAltName={names}\n")).unwrap();
        let sign = "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
                    -days 2 -extfile names -out server.pem";
        openssl(folder, &sign.split_whitespace().collect::<Vec<_>>());
        let file = |name: &str| {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            (name.to_owned(), bytes)
        };
        vec![
            file("server.pem"),
            file("server.key"),
            file("authority.pem"),
        ]
    }
}

/// Makes a key and, with `arguments`, what asks for its certificate or is one.
fn request(folder: &Path, name: &str, arguments: &[&str]) {
    let key = format!("{name}.key");
    let mut all = vec!["req", "-new", "-newkey", "ec", "-pkeyopt"];
    all.extend(["ec_paramgen_curve:prime256v1", "-nodes", "-keyout", &key]);
    all.extend(arguments);
    openssl(folder, &all);
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(folder);
    let made = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
}

/// Starts a server that offers TLS with these files, or none, and notes who comes and how.
fn start(kind: Kind, files: Vec<(String, Vec<u8>)>) -> Option<PrivateServer> {
    let mut run = match kind {
        Kind::Postgres => "-c log_connections=on",
        Kind::Mysql => "--general-log=1 --general-log-file={folder}/visits",
    }
    .to_owned();
    run.push_str(match (kind, files.is_empty()) {
        (Kind::Postgres, true) => " -c ssl=off",
        (Kind::Postgres, false) => {
            " -c ssl=on -c ssl_cert_file={folder}/server.pem -c ssl_key_file={folder}/server.key"
        }
        (Kind::Mysql, true) => " --skip-ssl",
        (Kind::Mysql, false) => {
            " --ssl-ca={folder}/authority.pem --ssl-cert={folder}/server.pem --ssl-key={folder}/server.key"
        }
    });
    let run = run.split_whitespace().map(str::to_owned).collect();
    let extra = Extra {
        run,
        files,
        ..Extra::default()
    };
    PrivateServer::start_with(kind, extra)
}

/// The server as reached with these parameters.
fn with(private: &PrivateServer, parameters: &str) -> TestServer {
    let server = private.as_test_server();
    TestServer {
        url: format!("{}?{parameters}", server.url),
        ..server
    }
}

/// Who came to the server, a line each: who and whether over TLS.
fn visits(private: &PrivateServer, kind: Kind) -> Vec<(String, bool)> {
    let (file, mark, word) = match kind {
        Kind::Postgres => ("log", "connection authorized: user=", "SSL enabled"),
        Kind::Mysql => ("visits", "Connect\t", "using SSL/TLS"),
    };
    let log = private.file(file);
    let visit = |line: &str| {
        let (_, rest) = line.split_once(mark)?;
        let user = rest.split([' ', '@']).next()?;
        Some((user.to_owned(), rest.contains(word)))
    };
    log.lines().filter_map(visit).collect()
}

/// Demands that the server cannot be added, for the way there, and that no password is told.
#[track_caller]
fn demand_refused(server: &TestServer, part: &str) {
    let refused = server.refusal_to_add(&Strata::new(), "east");
    assert_eq!(refused.code, "server.tls_failed", "{refused:?}");
    assert!(!refused.hints.is_empty(), "{refused:?}");
    assert!(refused.text().contains(part), "{refused:?}");
    assert!(!refused.text().contains(&server.parts().1), "{refused:?}");
}

const KINDS: [Kind; 2] = [Kind::Postgres, Kind::Mysql];

#[test]
fn tls_that_the_url_asks_for_holds_for_every_session_of_administrator_and_tenant() {
    let Some(authority) = Authority::new() else {
        return;
    };
    for kind in KINDS {
        let files = authority.issue("DNS:localhost,IP:127.0.0.1");
        let Some(private) = start(kind, files) else {
            continue;
        };
        for mode in ["require", "verify-full", "verify-ca", "encrypt-only"] {
            let parameters = match mode {
                "encrypt-only" => "sslmode=encrypt-only".to_owned(),
                _ => format!("sslmode={mode}&sslrootcert={}", authority.certificate()),
            };
            let server = with(&private, &parameters);
            let before = visits(&private, kind).len();
            let strata = tests::home::with_fixtures();
            server.add_to(&strata, "east", 10);
            let slug = server.slug("sealed");
            strata.ok(&create(&slug, "east"));
            strata.ok(&["history", &slug]);
            strata.ok(&["verify", "isolation", &slug]);
            strata.ok(&["server", "check", "east"]);
            demand_healthy(&strata);
            let visits = visits(&private, kind).split_off(before);
            let open: Vec<_> = visits.iter().filter(|(_, tls)| !tls).collect();
            assert!(open.is_empty(), "{kind:?} {mode}: {open:?}");
            for who in ["postgres root", "_mig", "_app"] {
                let is = |user: &str| user.ends_with(who) || who.split(' ').any(|one| one == user);
                let came = visits.iter().any(|(user, _)| is(user));
                assert!(came, "{kind:?} {mode}: {who} in {visits:?}");
            }
        }
        let plain = with(&private, "sslmode=disable");
        let strata = Strata::new();
        plain.add_to(&strata, "east", 10);
        let last = visits(&private, kind).pop().unwrap();
        assert!(!last.1, "what is looked at tells the two apart: {last:?}");
    }
}

#[test]
fn a_server_of_an_unknown_authority_is_refused() {
    let (Some(authority), Some(other)) = (Authority::new(), Authority::new()) else {
        return;
    };
    for kind in KINDS {
        let files = authority.issue("DNS:localhost,IP:127.0.0.1");
        let Some(private) = start(kind, files) else {
            continue;
        };
        let before = visits(&private, kind).len();
        for mode in ["require", "verify-full", "verify-ca"] {
            let other = format!("sslmode={mode}&sslrootcert={}", other.certificate());
            demand_refused(&with(&private, &other), "UnknownIssuer");
            let public = format!("sslmode={mode}");
            demand_refused(&with(&private, &public), "UnknownIssuer");
        }
        assert_eq!(visits(&private, kind).len(), before, "nobody came in");
    }
}

#[test]
fn a_certificate_for_another_name_is_refused_unless_the_authority_is_all_that_is_asked_for() {
    let Some(authority) = Authority::new() else {
        return;
    };
    for kind in KINDS {
        let files = authority.issue("DNS:elsewhere.example");
        let Some(private) = start(kind, files) else {
            continue;
        };
        let root = format!("sslrootcert={}", authority.certificate());
        for mode in ["require", "verify-full"] {
            let server = with(&private, &format!("sslmode={mode}&{root}"));
            demand_refused(&server, "not valid for name");
        }
        let server = with(&private, &format!("sslmode=verify-ca&{root}"));
        server.add_to(&Strata::new(), "east", 10);
        let last = visits(&private, kind).pop().unwrap();
        assert!(last.1, "{last:?}");
    }
}

#[test]
fn a_server_without_tls_is_refused_where_the_url_asks_for_it() {
    for kind in KINDS {
        let Some(private) = start(kind, Vec::new()) else {
            continue;
        };
        for mode in ["require", "verify-full", "verify-ca", "encrypt-only"] {
            let server = with(&private, &format!("sslmode={mode}"));
            demand_refused(&server, "does not support TLS");
        }
        let server = with(&private, "sslmode=require&sslrootcert=/no/such.pem");
        demand_refused(&server, "`/no/such.pem` cannot be read");
        for mode in ["prefer", "disable"] {
            let server = with(&private, &format!("sslmode={mode}"));
            server.add_to(&Strata::new(), "east", 10);
        }
    }
}
