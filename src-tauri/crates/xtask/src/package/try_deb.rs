//! Installs the `.deb` in a Debian that holds nothing else, uses it as a guest would, and removes it again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::fresh;
use crate::step;

/// What stays of any package, ours or not: apt's and dpkg's own records, and caches that triggers write.
const RECORDS: &[&str] = &[
    "/var/lib/dpkg/",
    "/var/lib/apt/",
    "/var/cache/",
    "/var/log/",
    "/etc/.pwd.lock",
];
/// For the test alone: a screen, a session, and something that takes pictures.
const AROUND: &[&str] = &[
    "dbus",
    "imagemagick",
    "xauth",
    "xdg-utils",
    "xvfb",
    "desktop-file-utils",
];

const INSTALL: &str = "apt-get install -q -y --no-install-recommends /foyer.deb && dpkg -V foyer";
const REMOVE: &str = "apt-get purge -q -y foyer";

/// What a guest does, in a root of its own. It prints what it found, and fails with the first thing that is wrong.
const SESSION: &str = include_str!("try_deb.sh");

/// Needs root, and the packages of the distribution.
pub fn run(deb: &Path, folder: &Path) -> Result<()> {
    if step::output(Command::new("id").arg("-u"))?.trim() != "0" {
        bail!("trying a package out needs root: it is installed in a root of its own");
    }
    let root = folder.join("clean");
    let _mounted = Root::of(base(folder)?, &root)?;
    chroot(
        &root,
        "installing what is around it",
        &format!(
            "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends {}",
            AROUND.join(" ")
        ),
    )?;
    fs::copy(deb, root.join("foyer.deb"))?;
    chroot(&root, "installing the package", INSTALL)?;
    // What it depends on stays, and leaves traces of its own when it goes: they are not ours.
    chroot(&root, "removing it unused", REMOVE)?;
    let before = files(&root)?;
    chroot(&root, "installing it again", INSTALL)?;
    fs::write(root.join("session.sh"), SESSION)?;
    chroot(&root, "using it", "su guest -c 'bash /session.sh'")?;
    let shot = folder.join("try.png");
    fs::copy(root.join("home/guest/window.png"), &shot).context("the window was not pictured")?;
    step::say(&format!(
        "==> the link in the running window: {}",
        shot.display()
    ));
    chroot(&root, "removing it", REMOVE)?;
    chroot(
        &root,
        "removing the guest",
        "userdel --remove guest && rm /foyer.deb /session.sh",
    )?;
    let after = files(&root)?;
    let ours = after
        .iter()
        .filter(|file| file.to_lowercase().contains("foyer"));
    let left: BTreeSet<&String> = after
        .difference(&before)
        .chain(ours)
        .filter(|file| !RECORDS.iter().any(|record| file.starts_with(record)))
        .collect();
    if !left.is_empty() {
        bail!("this stays behind: {left:#?}");
    }
    step::say("==> nothing stays behind");
    Ok(())
}

/// Debian's smallest system, made once.
fn base(folder: &Path) -> Result<PathBuf> {
    let base = folder.join("debian.tar");
    if base.exists() {
        return Ok(base);
    }
    let tree = folder.join("debian");
    fresh(&tree)?;
    step::run(
        "fetching Debian's smallest system (once)",
        Command::new("debootstrap")
            .args(["--variant=minbase", "bookworm"])
            .arg(&tree)
            .arg("http://deb.debian.org/debian"),
        "apt-get install debootstrap",
    )?;
    let mut tar = Command::new("tar");
    tar.arg("-C").arg(&tree).arg("-cf").arg(&base).arg(".");
    step::output(&mut tar)?;
    fs::remove_dir_all(tree)?;
    Ok(base)
}

/// A root in which programs find what a system gives them; unmounted with this.
struct Root(PathBuf);

impl Root {
    fn of(base: PathBuf, root: &Path) -> Result<Self> {
        let made = Self(root.to_owned());
        made.unmount();
        fresh(root)?;
        step::output(Command::new("tar").arg("-C").arg(root).arg("-xf").arg(base))?;
        for (kind, place) in [("proc", "proc"), ("sysfs", "sys"), ("tmpfs", "dev/shm")] {
            fs::create_dir_all(root.join(place))?;
            let mut mount = Command::new("mount");
            step::output(mount.args(["-t", kind, kind]).arg(root.join(place)))?;
        }
        // The machine's certificates and proxies: packages may have to come through them.
        for file in ["etc/resolv.conf", "etc/hosts"] {
            fs::copy(Path::new("/").join(file), root.join(file)).ok();
        }
        let proxy = Path::new("/etc/apt/apt.conf.d");
        for entry in fs::read_dir(proxy).into_iter().flatten().flatten() {
            fs::copy(
                entry.path(),
                root.join("etc/apt/apt.conf.d").join(entry.file_name()),
            )
            .ok();
        }
        chroot(root, "adding a guest", "useradd --create-home guest")?;
        Ok(made)
    }

    fn unmount(&self) {
        for place in ["dev/shm", "sys", "proc"] {
            // Not mounted is as good.
            Command::new("umount")
                .arg("-lq")
                .arg(self.0.join(place))
                .output()
                .ok();
        }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.unmount();
    }
}

fn chroot(root: &Path, what: &str, script: &str) -> Result<()> {
    step::run(
        what,
        Command::new("chroot")
            .arg(root)
            .args(["/bin/bash", "-ec", script]),
        "What it said last is above",
    )
}

/// Every file, but for those of a running system.
fn files(root: &Path) -> Result<BTreeSet<String>> {
    let mut find = Command::new("chroot");
    find.arg(root).args(["find", "/", "-xdev", "-print"]);
    let all = step::output(&mut find).context("the root can be read")?;
    Ok(all.lines().map(str::to_owned).collect())
}
