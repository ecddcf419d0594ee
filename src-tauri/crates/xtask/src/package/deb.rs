//! The `.deb`, by dpkg's own tools.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::tree::Tree;
use super::{Release, fresh};
use crate::step;

/// Whom to write to.
pub const MAINTAINER: &str = "Foyer contributors <foyer@foyer.invalid>";

/// What `dpkg-shlibdeps` cannot see: WebKitGTK decodes the pictures of others with these, and works without a word
/// where they are missing.
const PLAYS: &[&str] = &[
    "gstreamer1.0-gl",
    "gstreamer1.0-libav",
    "gstreamer1.0-plugins-bad",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
];
/// Sound, the keyring, other programs' windows and links.
const RECOMMENDS: &str = "default-dbus-session-bus | dbus-session-bus, pipewire-pulse | pulseaudio, \
    xdg-desktop-portal, xdg-utils";
/// Keeps a developer's key; screens under Wayland.
const SUGGESTS: &str = "gnome-keyring, pipewire";

const DESCRIPTION: &str = "\
Description: Join meetings as a guest, without an account
 Foyer is for people who were invited to a meeting and have no account. Paste
 the link, say your name, and take part: voice, video, screen share and chat.
 .
 A practice meeting is built in, with a lobby, a host and bots, to try out
 camera and microphone before it matters.
";

/// Packs the tree.
pub fn build(tree: &Tree, release: &Release, folder: &Path) -> Result<PathBuf> {
    let architecture = step::output(Command::new("dpkg").arg("--print-architecture"))?;
    let architecture = architecture.trim();
    let size = step::output(
        Command::new("du")
            .args(["-sk", "--apparent-size"])
            .arg(&tree.root),
    )?;
    let size = size.split_ascii_whitespace().next().unwrap_or("0");
    let control = tree.root.join("DEBIAN");
    fs::create_dir_all(&control)?;
    let depends = depends(tree, folder)?;
    fs::write(
        control.join("control"),
        format!(
            "Package: foyer\nVersion: {}\nArchitecture: {architecture}\nMaintainer: {MAINTAINER}\n\
             Installed-Size: {size}\nDepends: {depends}\nRecommends: {RECOMMENDS}\nSuggests: {SUGGESTS}\n\
             Section: net\nPriority: optional\nHomepage: https://foyer.example/\n{DESCRIPTION}",
            release.version
        ),
    )?;
    let mut sums = Command::new("md5sum");
    sums.current_dir(&tree.root).args(&tree.files);
    fs::write(control.join("md5sums"), step::output(&mut sums)?)?;
    let file = folder.join(format!("foyer_{}_{architecture}.deb", release.version));
    let packed = step::run(
        "packing the .deb",
        Command::new("dpkg-deb")
            .args(["--root-owner-group", "-Zxz", "--build"])
            .arg(&tree.root)
            .arg(&file)
            .env("SOURCE_DATE_EPOCH", &release.epoch),
        "apt-get install dpkg",
    );
    fs::remove_dir_all(control)?;
    packed?;
    Ok(file)
}

/// The libraries that the program is linked with, and what they load in their turn.
fn depends(tree: &Tree, folder: &Path) -> Result<String> {
    let source = folder.join("shlibdeps");
    fresh(&source.join("debian"))?;
    fs::write(
        source.join("debian/control"),
        "Source: foyer\n\nPackage: foyer\nArchitecture: any\n",
    )?;
    let mut shlibdeps = Command::new("dpkg-shlibdeps");
    shlibdeps
        .current_dir(&source)
        .arg("-O")
        .arg(tree.root.join("usr/bin/foyer"));
    let found = step::output(&mut shlibdeps).context("apt-get install dpkg-dev")?;
    let linked = found
        .trim()
        .strip_prefix("shlibs:Depends=")
        .context("dpkg-shlibdeps names the libraries")?
        .to_owned();
    let mut all: Vec<&str> = linked.split(", ").chain(PLAYS.iter().copied()).collect();
    all.sort_unstable();
    Ok(all.join(", "))
}
