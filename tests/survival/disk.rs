//! The disk full: what can't be kept is refused, what is kept is shown, and with room it goes on.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::{Connection, Executor, PgConnection, PgPool};
use zhihui::postgres::{Cluster, Durability};

use super::{NOW, board_report, report_until_taken, whole_incidents};
use crate::harness::database::scratch;
use crate::harness::server::Practice;

#[tokio::test]
async fn a_full_disk_refuses_reports_and_loses_none() {
    let dir = scratch("survival-disk").await;
    let cluster = Cluster::start_with(&dir.join("cluster"), Durability::None, &|_| ()).await.unwrap();
    let owner = fs::metadata(dir.join("cluster/cluster")).unwrap();
    let Some(small) = SmallDisk::mount(&dir.join("small"), &owner) else {
        eprintln!("not tried: this user may not mount a small disk");
        cluster.stop().await;
        return;
    };
    // A tablespace, so that only the tables run out of room, as on a disk of their own.
    let mut admin = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    let place = format!("create tablespace small location '{}'", small.space().display());
    admin.execute(sqlx::AssertSqlSafe(place)).await.unwrap();
    admin.execute("create database small tablespace small").await.unwrap();
    let practice = Practice::over(&cluster.url("small"), &[], NOW).await;
    let clerk = practice.sign_in("clerk3.ord").await;
    let before = report_until_taken(&clerk, "before").await;

    small.fill();
    let mut refused = 0;
    for n in 0..2_000 {
        let key = format!("full-{n}");
        let (status, answer) = clerk.post_keyed("/api/v1/incidents", &key, &board_report(&key)).await.unwrap();
        match status {
            201 => {}
            503 => {
                assert_eq!(answer["code"], "M_AWAY", "{answer}");
                refused += 1;
            }
            _ => panic!("{status}: {answer}\n{}", practice.tail()),
        }
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "the disk never filled");
    let shown = clerk.read(&format!("/api/v1/incidents/{before}")).await;
    assert_eq!(shown["tasks"].as_array().unwrap().len(), 4, "what is kept is shown");

    small.make_room();
    let after = report_until_taken(&clerk, "after").await;
    assert_eq!(report_until_taken(&clerk, "before").await, before);
    assert_eq!(report_until_taken(&clerk, "after").await, after);
    let pool = PgPool::connect(&cluster.url("small")).await.unwrap();
    assert!(whole_incidents(&pool).await >= 2);
    pool.close().await;
    drop(practice);
    cluster.stop().await;
}

/// A disk of a few megabytes, in memory.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, owner: &fs::Metadata) -> Option<SmallDisk> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"]).arg(at).output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let disk = SmallDisk(at.to_owned());
        fs::create_dir(disk.space()).unwrap();
        chown(disk.space(), Some(owner.uid()), Some(owner.gid())).unwrap();
        Some(disk)
    }

    fn space(&self) -> PathBuf {
        self.0.join("space")
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        use std::io::Write;
        let mut file = fs::File::create(self.0.join("filler")).unwrap();
        let block = vec![0; 64 * 1024];
        while file.write_all(&block).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
