//! [`Home`]: one folder with a landlord, its tenants' databases, the component store and the master key.
//!
//! ```text
//! landlord.db                  the registry
//! tenants/tenant_<slug>.db     one database a tenant
//! locks/tenant_<slug>.lock     held by whoever works on a tenant, empty of meaning when nobody does
//! components/                  component bytes and precompiled code, by digest
//! landlord.url                 instead of it, where the registry is on a server: its URL, sealed
//! keys/master.key              from which every other key is derived, mode 0600
//! config.toml                  the configuration, read by `cli`
//! ```

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use database::{Options, Secret, Timeouts};
use landlord::landlord::LANDLORD_MISSING;
use landlord::{Landlord, Vault};
use model::clock::Clock;
use model::error::Error;
use model::id::LandlordId;
use model::{Actor, Result};
use plan::Catalogue;
use plugin::{Compiler, Host, Store};

use crate::audit::Begun;
use crate::clock::{self, SystemClock};
use crate::registry;

mod codes {
    model::codes! {
        HOME_MISSING = "home.missing", Input, "There is no home of Strata in this folder.";
        HOME_UNUSABLE = "home.unusable", Unreachable, "A folder or file of the home cannot be made, read or written.";
        KEY_INVALID = "key.invalid", Unreachable, "The master key is not 32 bytes, or others can read it.";
    }
}
pub use codes::*;

/// The bytes of the master key.
const KEY_BYTES: usize = 32;

/// How a home is opened.
#[derive(Debug, Clone)]
pub struct HomeOptions {
    /// How components are compiled: in a process of their own.
    pub compiler: Compiler,
    /// Who runs commands.
    pub executed_by: String,
    /// How often the building of a tenant is tried before it counts as permanently failed.
    pub max_attempts: u32,
    /// Whether a failed first provisioning drops the database that it made.
    pub cleanup_on_failure: bool,
    /// After how many seconds a run stops between two steps.
    pub timeout_s: u64,
    /// How long a statement waits for a lock, in milliseconds.
    pub lock_timeout_ms: u64,
    /// How many pages a tenant's file may have; 0 for no limit of ours.
    pub max_page_count: u32,
    /// What kind of place this is, for rule packs: `production`, `test`.
    pub environment: String,
}

/// An open home.
pub struct Home {
    /// Its folder.
    pub root: PathBuf,
    /// The registry.
    pub landlord: Landlord,
    /// What seals passwords.
    pub(crate) vault: Vault,
    /// The sandbox, which homes opened from one another share.
    pub host: Arc<Host>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How it was opened.
    pub options: HomeOptions,
    /// Who was admitted.
    pub(crate) actor: Option<Actor>,
    /// The deed that began and has not ended.
    pub(crate) begun: Option<Begun>,
}

impl Home {
    /// Makes a home, or opens the one that is there; whether it was made. With the URL of a PostgreSQL
    /// database the registry is there, else in a file of the home.
    ///
    /// # Errors
    /// `home.unusable`, `key.invalid`, `landlord.elsewhere` and those of the landlord and the component
    /// store.
    pub async fn init(
        root: &Path,
        options: HomeOptions,
        url: Option<&Secret>,
    ) -> Result<(Home, bool)> {
        for folder in ["", "tenants", "locks", "components", "keys"] {
            make_folder(&root.join(folder))?;
        }
        if !key_path(root).exists() {
            make_key(&key_path(root))?;
        }
        let vault = Vault::new(&read_key(&key_path(root))?);
        registry::settle(root, &vault, url).await?;
        // A landlord that an earlier `init` began and did not finish is made, not opened.
        let database_options = landlord_options(&options);
        let location = registry::location(root, &vault)?;
        let opened = Landlord::open_at(&location, &database_options, &SystemClock).await;
        let (landlord, is_new) = match opened {
            Ok(landlord) => (landlord, false),
            Err(error) if error.is(&LANDLORD_MISSING) => {
                let id = clock::landlord_id();
                let made = Landlord::init_at(&location, id, &database_options, &SystemClock);
                (made.await?, true)
            }
            Err(error) => return Err(error),
        };
        landlord.close().await?;
        Ok((Home::open(root, options).await?, is_new))
    }

    /// Opens a home.
    ///
    /// # Errors
    /// `home.missing`, `home.unusable`, `key.invalid` and those of the landlord and the component store.
    pub async fn open(root: &Path, options: HomeOptions) -> Result<Home> {
        if !is_home(root) {
            return Err(Error::new(
                &HOME_MISSING,
                format!("`{}` is not a home of Strata", root.display()),
            )
            .hint(format!("strata init --home {}", root.display()))
            .hint("or name another home with `--home DIR` or `STRATA_HOME`"));
        }
        for folder in ["tenants", "locks", "components"] {
            make_folder(&root.join(folder))?;
        }
        let key = read_key(&key_path(root))?;
        let vault = Vault::new(&key);
        let location = registry::location(root, &vault)?;
        let database_options = landlord_options(&options);
        let landlord = match location.as_file() {
            // Names the folder when there is no landlord in it.
            Some(_) => Landlord::open(root, &database_options, &SystemClock).await?,
            None => Landlord::open_at(&location, &database_options, &SystemClock).await?,
        };
        let store = Store::open(&root.join("components"), key)?;
        let host = Arc::new(Host::new(store, options.compiler.clone())?);
        Ok(Home {
            root: root.to_owned(),
            landlord,
            vault,
            host,
            clock: Arc::new(SystemClock),
            options,
            actor: None,
            begun: None,
        })
    }

    /// The same home once more, with a connection to the landlord of its own: for another task of this
    /// process. The sandbox, its compiled components included, is shared.
    ///
    /// # Errors
    /// Those of the landlord.
    pub async fn another(&self) -> Result<Home> {
        let options = landlord_options(&self.options);
        let location = registry::location(&self.root, &self.vault)?;
        let landlord = Landlord::open_at(&location, &options, &SystemClock).await?;
        Ok(Home {
            root: self.root.clone(),
            landlord,
            vault: self.vault.clone(),
            host: Arc::clone(&self.host),
            clock: Arc::clone(&self.clock),
            options: self.options.clone(),
            actor: self.actor.clone(),
            begun: None,
        })
    }

    /// The landlord's id.
    pub fn landlord_id(&self) -> LandlordId {
        self.landlord.id()
    }

    /// Closes the registry.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn close(self) -> Result<()> {
        self.landlord.close().await
    }

    /// Where the tenants' databases are.
    pub fn tenants_folder(&self) -> PathBuf {
        self.root.join("tenants")
    }

    /// Where the locks are.
    pub fn locks_folder(&self) -> PathBuf {
        self.root.join("locks")
    }

    /// How tenants' databases are opened.
    pub fn database_options(&self) -> Options {
        let pages = self.options.max_page_count;
        Options {
            page_count_max: (pages > 0).then_some(pages),
            ..landlord_options(&self.options)
        }
    }

    /// The catalogue as a value.
    ///
    /// # Errors
    /// Those of the landlord.
    pub async fn catalogue(&mut self) -> Result<Catalogue> {
        let plugins = self.landlord.list_plugins(None).await?;
        let entry = |plugin: landlord::CataloguePlugin| plan::Entry {
            manifest: plugin.manifest,
            component: plugin.component,
            is_active: plugin.is_active,
        };
        Ok(Catalogue::new(plugins.into_iter().map(entry).collect()))
    }
}

fn landlord_options(options: &HomeOptions) -> Options {
    let timeouts = Timeouts {
        lock: Duration::from_millis(options.lock_timeout_ms),
        ..Timeouts::default()
    };
    Options {
        timeouts,
        page_count_max: None,
    }
}

fn landlord_path(root: &Path) -> PathBuf {
    root.join("landlord.db")
}

fn key_path(root: &Path) -> PathBuf {
    root.join("keys").join("master.key")
}

/// Whether a folder is a home: whether a landlord lives there.
fn is_home(root: &Path) -> bool {
    let registry = landlord_path(root).exists() || registry::is_elsewhere(root);
    registry && key_path(root).exists()
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|cause| unusable(folder, cause))
}

/// Makes the key whole or not at all: written beside, then renamed.
fn make_key(path: &Path) -> Result<()> {
    let mut key = [0; KEY_BYTES];
    let random = Path::new("/dev/urandom");
    let mut source = fs::File::open(random).map_err(|cause| unusable(random, cause))?;
    source
        .read_exact(&mut key)
        .map_err(|cause| unusable(random, cause))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        // A temporary file is readable by its owner alone.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&key)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path)?;
        fs::File::open(folder)?.sync_all()
    };
    match write() {
        Err(cause) if cause.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(unusable(path, cause))
        }
        _ => Ok(()),
    }
}

fn read_key(path: &Path) -> Result<[u8; KEY_BYTES]> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::symlink_metadata(path).map_err(|cause| unusable(path, cause))?;
    if !metadata.is_file() || metadata.permissions().mode() & 0o077 != 0 {
        return Err(Error::new(
            &KEY_INVALID,
            format!(
                "`{}` is not a file that its owner alone can read",
                path.display()
            ),
        )
        .hint(format!("chmod 600 {}", path.display())));
    }
    let bytes = fs::read(path).map_err(|cause| unusable(path, cause))?;
    bytes.try_into().map_err(|bytes: Vec<u8>| {
        Error::new(
            &KEY_INVALID,
            format!(
                "`{}` has {} bytes instead of {KEY_BYTES}",
                path.display(),
                bytes.len()
            ),
        )
        .hint("restore it from a backup; without it nothing that it protects can be read")
    })
}

fn unusable(path: &Path, cause: std::io::Error) -> Error {
    Error::new(
        &HOME_UNUSABLE,
        format!("`{}` cannot be used", path.display()),
    )
    .because(cause)
}
