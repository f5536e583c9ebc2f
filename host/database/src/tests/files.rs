//! What may be opened, created and removed.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::connection::{Connection, Options, drop_file};
use crate::failure::DATABASE_UNREACHABLE;
use crate::failure::{DATABASE_EXISTS, DATABASE_MISSING};
use crate::file::*;
use crate::location::DATABASE_NAME_INVALID;
use crate::tests::{created, location};

#[test]
fn a_name_that_could_lead_out_of_the_directory_is_refused() {
    let here = std::path::Path::new(".");
    for name in ["", "../x", "a/b", "A", "x.db", "a-b", &"x".repeat(64)] {
        assert!(
            DatabaseFile::new(here, name)
                .unwrap_err()
                .is(&DATABASE_NAME_INVALID),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_created_database_belongs_to_this_user_alone_and_stands_alone_when_closed() {
    let home = tempfile::tempdir().unwrap();
    let connection = created(home.path()).await;
    connection.close().await.unwrap();
    let path = location(home.path()).path();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_database_that_is_there_is_not_created_again() {
    let home = tempfile::tempdir().unwrap();
    created(home.path()).await.close().await.unwrap();
    let again = Connection::create(&location(home.path()), &Options::default())
        .await
        .unwrap_err();
    assert!(again.is(&DATABASE_EXISTS));
    assert!(location(home.path()).exists());
}

#[tokio::test]
async fn a_missing_file_is_not_made_by_opening_it() {
    let home = tempfile::tempdir().unwrap();
    let error = Connection::open(&location(home.path()), &Options::default())
        .await
        .unwrap_err();
    assert!(error.is(&DATABASE_MISSING));
    assert!(!error.hints().is_empty());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_link_to_another_database_is_refused_and_not_removed() {
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    created(other.path()).await.close().await.unwrap();
    let (link, target) = (location(home.path()), location(other.path()));
    symlink(target.path(), link.path()).unwrap();
    let refused = |error: model::Error| assert!(error.is(&DATABASE_NOT_REGULAR), "{error:?}");
    refused(
        Connection::open(&link, &Options::default())
            .await
            .unwrap_err(),
    );
    refused(drop_file(&link).unwrap_err());
    assert!(
        Connection::create(&link, &Options::default())
            .await
            .unwrap_err()
            .is(&DATABASE_EXISTS)
    );
    fs::remove_file(link.path()).unwrap();
    fs::hard_link(target.path(), link.path()).unwrap();
    refused(
        Connection::open(&link, &Options::default())
            .await
            .unwrap_err(),
    );
    fs::remove_file(link.path()).unwrap();
    fs::create_dir(link.path()).unwrap();
    refused(
        Connection::open(&link, &Options::default())
            .await
            .unwrap_err(),
    );
    assert!(target.exists());
}

#[tokio::test]
async fn a_linked_write_ahead_log_is_refused() {
    let home = tempfile::tempdir().unwrap();
    created(home.path()).await.close().await.unwrap();
    symlink("/dev/null", home.path().join("tenant_acme.db-wal")).unwrap();
    let error = Connection::open(&location(home.path()), &Options::default())
        .await
        .unwrap_err();
    assert!(error.is(&DATABASE_NOT_REGULAR));
}

#[tokio::test]
async fn a_file_that_was_exchanged_while_it_was_opened_is_noticed() {
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for directory in [&home, &other] {
        created(directory.path()).await.close().await.unwrap();
    }
    let before = location(home.path()).inspect().unwrap();
    location(home.path()).demand_same(before).unwrap();
    fs::rename(location(other.path()).path(), location(home.path()).path()).unwrap();
    let error = location(home.path()).demand_same(before).unwrap_err();
    assert!(error.is(&DATABASE_REPLACED));
}

#[tokio::test]
async fn a_directory_that_was_exchanged_while_a_file_was_opened_is_noticed() {
    let home = tempfile::tempdir().unwrap();
    let (folder, old) = (home.path().join("tenants"), home.path().join("old"));
    fs::create_dir(&folder).unwrap();
    created(&folder).await.close().await.unwrap();
    let before = location(&folder).inspect().unwrap();
    fs::rename(&folder, &old).unwrap();
    fs::create_dir(&folder).unwrap();
    // The same file, device and inode, but reached through another directory.
    fs::rename(location(&old).path(), location(&folder).path()).unwrap();
    let error = location(&folder).demand_same(before).unwrap_err();
    assert!(error.is(&DATABASE_REPLACED), "{error:?}");
}

#[tokio::test]
async fn a_database_is_not_created_where_there_is_no_directory() {
    let home = tempfile::tempdir().unwrap();
    let nowhere = location(&home.path().join("nowhere"));
    let error = Connection::create(&nowhere, &Options::default())
        .await
        .unwrap_err();
    assert!(error.is(&DATABASE_UNREACHABLE), "{error:?}");
}

#[test]
fn dropping_where_there_is_no_directory_is_no_error() {
    let home = tempfile::tempdir().unwrap();
    drop_file(&location(&home.path().join("nowhere"))).unwrap();
}

#[tokio::test]
async fn dropping_removes_every_file_and_may_be_done_twice() {
    let home = tempfile::tempdir().unwrap();
    created(home.path()).await.close().await.unwrap();
    for suffix in ["-wal", "-shm", "-journal"] {
        fs::write(home.path().join(format!("tenant_acme.db{suffix}")), "").unwrap();
    }
    drop_file(&location(home.path())).unwrap();
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    drop_file(&location(home.path())).unwrap();
}
