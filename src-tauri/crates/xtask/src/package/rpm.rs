//! The `.rpm`, by rpmbuild. It finds the libraries that the program is linked with by itself.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::tree::{DOCS, Tree};
use super::{Release, fresh};
use crate::step;

/// By the names of Fedora or openSUSE.
const REQUIRES: &[&str] = &[
    "(gstreamer1-plugins-base or gstreamer-plugins-base)",
    "(gstreamer1-plugins-good or gstreamer-plugins-good)",
    "(gstreamer1-plugins-bad-free or gstreamer-plugins-bad)",
];
/// H.264 comes from elsewhere than the system's own packages.
const RECOMMENDS: &[&str] = &[
    "(gstreamer1-plugin-libav or gstreamer1-plugin-openh264 or gstreamer-plugins-libav)",
    "(pipewire-pulseaudio or pulseaudio)",
    "xdg-desktop-portal",
    "xdg-utils",
];

/// Packs the tree.
pub fn build(tree: &Tree, release: &Release, folder: &Path) -> Result<PathBuf> {
    let top = folder.join("rpm");
    fresh(&top)?;
    let file = top.join("foyer.spec");
    fs::write(&file, spec(tree, release))?;
    step::run(
        "packing the .rpm",
        Command::new("rpmbuild")
            .args(["-bb", "--quiet", "--define"])
            .arg(format!("_topdir {}", top.display()))
            .args(["--define", "_buildhost foyer", "--define"])
            .arg("build_mtime_policy clamp_to_source_date_epoch")
            .args(["--define", "clamp_mtime_to_source_date_epoch 1", "--define"])
            .arg("use_source_date_epoch_as_buildtime 1")
            .args(["--define", "_binary_payload w19.zstdio", "--define"])
            .arg(format!("_source_root {}", tree.root.display()))
            .arg(&file)
            .env("SOURCE_DATE_EPOCH", &release.epoch),
        "apt-get install rpm",
    )?;
    let made = fs::read_dir(top.join("RPMS"))?
        .flatten()
        .flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten())
        .next()
        .context("rpmbuild made nothing")?
        .path();
    let name = made.file_name().context("a file has a name")?;
    let file = folder.join(name);
    fs::copy(&made, &file)?;
    Ok(file)
}

fn spec(tree: &Tree, release: &Release) -> String {
    let mut spec = format!(
        "Name: foyer\nVersion: {}\nRelease: 1\nSummary: Join meetings as a guest, without an account\n\
         License: MIT OR Apache-2.0\nURL: https://foyer.example/\nVendor: Foyer contributors\n",
        release.version
    );
    for requires in REQUIRES {
        writeln!(spec, "Requires: {requires}").expect("memory takes text");
    }
    for recommends in RECOMMENDS {
        writeln!(spec, "Recommends: {recommends}").expect("memory takes text");
    }
    spec.push_str(
        "\n%description\nFoyer is for people who were invited to a meeting and have no account: voice, video, screen\n\
         share and chat. A practice meeting is built in.\n\n\
         %global debug_package %{nil}\n%global __os_install_post %{nil}\n\
         \n%install\nmkdir -p %{buildroot}\ncp -a %{_source_root}/. %{buildroot}/\n\n%files\n",
    );
    for file in &tree.files {
        let kind = match file {
            file if file.starts_with(DOCS) && file.ends_with("copyright") => "%license ",
            file if file.starts_with(DOCS) || file.starts_with("usr/share/man") => "%doc ",
            _ => "",
        };
        let mode = if file.starts_with("usr/bin/") {
            "0755"
        } else {
            "0644"
        };
        writeln!(spec, "%attr({mode}, root, root) {kind}/{file}").expect("memory takes text");
    }
    spec
}
