//! [`ServerUrl`]: how a server is reached, taken apart once.
//!
//! It opens nothing; [`crate::server`] does.
//!
//! Invariant: the password is in no text that this module shows, errors included.

use std::fmt;
use std::path::PathBuf;

use model::{Error, Result};
use url::Url;

use crate::secret::Secret;

mod codes {
    model::codes! {
        SERVER_URL_INVALID = "server.url_invalid", Input, "The URL of a server has a part that is missing or not known.";
    }
}
pub use codes::*;

/// Which protocol a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// PostgreSQL's.
    Postgres,
    /// MySQL's, which MariaDB speaks too.
    Mysql,
}

/// How the way to a server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    Off,
    /// Where the server offers it; whose server it is is not verified.
    Prefer,
    /// Always, without verifying whose server it is.
    Unverified,
    /// Always, and the certificate is of a known authority.
    VerifyAuthority,
    /// Always, and the certificate is of a known authority and names the host.
    Verify,
}

/// How a server is reached.
#[derive(Debug, Clone)]
pub struct ServerUrl {
    /// Which protocol it speaks.
    pub protocol: Protocol,
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The administrator.
    pub user: String,
    /// The administrator's password.
    pub password: Option<Secret>,
    /// The database that the administrator goes to.
    pub database: Option<String>,
    /// How the way is protected.
    pub tls: Tls,
    /// A file with the certificates of the authorities that are known besides the public ones.
    pub authorities: Option<PathBuf>,
}

impl ServerUrl {
    /// Takes a URL apart: `postgres://user:password@host:port/database?sslmode=verify-full`.
    ///
    /// `require` verifies too: who asks for protection and says nothing else wants to know whose server
    /// it is. `encrypt-only` is the word for protection without that.
    ///
    /// # Errors
    /// `server.url_invalid`.
    pub fn parse(text: &str) -> Result<ServerUrl> {
        // The parser's own message may repeat the text, so only its kind is told.
        let url = Url::parse(text).map_err(|cause| invalid(&format!("{cause}")))?;
        let (protocol, default_port) = match url.scheme() {
            "postgres" | "postgresql" => (Protocol::Postgres, 5432),
            "mysql" | "mariadb" => (Protocol::Mysql, 3306),
            other => {
                let other = model::name::display(other);
                return Err(invalid(&format!("`{other}` is no kind of server")));
            }
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| invalid("it names no host"))?;
        let user = decoded(url.username())?;
        if user.is_empty() {
            return Err(invalid("it names no user"));
        }
        let password = url.password().map(decoded).transpose()?;
        let database = decoded(url.path().trim_start_matches('/'))?;
        let mut parsed = ServerUrl {
            protocol,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(default_port),
            user,
            password: password.map(Secret::new),
            database: Some(database).filter(|database| !database.is_empty()),
            tls: Tls::Prefer,
            authorities: None,
        };
        for (key, value) in url.query_pairs() {
            parsed.take(&key, &value)?;
        }
        Ok(parsed)
    }

    fn take(&mut self, key: &str, value: &str) -> Result<()> {
        match key {
            "sslmode" | "ssl-mode" => {
                let mode = value.to_ascii_lowercase().replace('_', "-");
                self.tls = match mode.as_str() {
                    "disable" | "disabled" => Tls::Off,
                    "prefer" | "preferred" => Tls::Prefer,
                    "encrypt-only" => Tls::Unverified,
                    "verify-ca" => Tls::VerifyAuthority,
                    "require" | "required" | "verify-full" | "verify-identity" => Tls::Verify,
                    _ => {
                        let value = model::name::display(value);
                        return Err(invalid(&format!("`{value}` is no value of `{key}`")));
                    }
                };
            }
            "sslrootcert" | "ssl-ca" => {
                let file = PathBuf::from(value);
                // The URL is kept, and used from other folders than the one of today.
                if !file.is_absolute() {
                    let value = model::name::display(value);
                    return Err(invalid(&format!("`{value}` is no whole path, from `/` on")));
                }
                self.authorities = Some(file);
            }
            _ => {
                let key = model::name::display(key);
                return Err(invalid(&format!("the parameter `{key}` is not known")));
            }
        }
        Ok(())
    }
}

impl fmt::Display for ServerUrl {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Postgres => "postgres",
            Protocol::Mysql => "mysql",
        };
        let (user, host, port) = (&self.user, &self.host, self.port);
        if host.contains(':') {
            write!(f, "{protocol}://{user}@[{host}]:{port}")?;
        } else {
            write!(f, "{protocol}://{user}@{host}:{port}")?;
        }
        match &self.database {
            Some(database) => write!(f, "/{database}"),
            None => Ok(()),
        }
    }
}

/// A URL with a password put into it.
///
/// # Errors
/// `server.url_invalid`.
pub fn with_password(text: &str, password: &Secret) -> Result<Secret> {
    let mut url = Url::parse(text).map_err(|cause| invalid(&format!("{cause}")))?;
    let password = Some(password.expose()).filter(|password| !password.is_empty());
    url.set_password(password)
        .map_err(|()| invalid("it cannot hold a password"))?;
    Ok(Secret::new(url.to_string()))
}

/// A part of a URL without its escapes.
fn decoded(part: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| {
            let digit = char::from(digit?).to_digit(16)?;
            u8::try_from(digit).ok()
        });
        let [Some(high), Some(low)] = digits else {
            return Err(invalid("a `%` is not followed by two digits"));
        };
        bytes.push(high << 4 | low);
    }
    String::from_utf8(bytes).map_err(|_| invalid("a part of it is not UTF-8"))
}

fn invalid(why: &str) -> Error {
    Error::new(
        &SERVER_URL_INVALID,
        format!("the URL of the server is not valid: {why}"),
    )
    .hint("postgres://USER:PASSWORD@HOST:PORT/DATABASE, or mysql://USER:PASSWORD@HOST:PORT")
    .hint("known parameters: sslmode (disable, prefer, require, verify-ca, verify-full, encrypt-only) and sslrootcert")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart_and_shown_without_its_password() {
        let url =
            ServerUrl::parse("postgresql://ad%6Din:p%40ss@db.example:6432/main?sslmode=require");
        let url = url.unwrap();
        assert_eq!((url.user.as_str(), url.port), ("admin", 6432));
        assert_eq!(url.password.as_ref().unwrap().expose(), "p@ss");
        assert_eq!(url.tls, Tls::Verify);
        assert_eq!(url.to_string(), "postgres://admin@db.example:6432/main");
        assert!(!format!("{url:?}").contains("p@ss"));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (text, part) in [
            ("oracle://a:hunter2@h/d", "`oracle`"),
            ("postgres://:hunter2@h/d", "no user"),
            ("postgres://a:hunter2@h/d?sslmode=maybe", "`maybe`"),
            ("mysql://a:hunter2@h/d?colour=red", "`colour`"),
            ("mysql://a:hunter2@h:port/d", "port"),
            ("mysql://a:hunter2@h/d?sslrootcert=ca.pem", "`ca.pem`"),
            ("mysql://a:hunter2%ZZ@h/d", "two digits"),
            ("hunter2", "URL"),
        ] {
            let error = ServerUrl::parse(text).unwrap_err();
            assert!(error.is(&SERVER_URL_INVALID));
            assert!(error.message().contains(part), "{text}: {error}");
            assert!(!format!("{error:?} {error}").contains("hunter2"), "{text}");
        }
    }
}
