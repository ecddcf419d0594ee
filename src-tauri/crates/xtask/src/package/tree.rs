//! The files of the Linux packages, laid out below a folder as they lie on the machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Release, fresh, notices};
use crate::setup::Sdk;
use crate::step;

/// Where ours come from.
const BUNDLE: &str = "src-tauri/bundle/linux";
/// Name in the menus, and of the AppStream component.
pub const ID: &str = "org.foyer.Foyer";
/// Where the documents go.
pub const DOCS: &str = "usr/share/doc/foyer";

/// The tree.
pub struct Tree {
    /// Where it begins.
    pub root: PathBuf,
    /// Every file, relative to it, in order.
    pub files: Vec<String>,
}

/// Lays everything out anew.
pub fn lay(root: &Path, release: &Release, sdk: Sdk) -> Result<Tree> {
    fresh(root)?;
    let mut tree = Tree {
        root: root.to_owned(),
        files: Vec::new(),
    };
    let program = fs::read(step::target()?.join("release/foyer")).context("nothing was built")?;
    tree.put("usr/bin/foyer", &program, 0o755)?;
    let desktop = format!("{ID}.desktop");
    tree.copy(
        &format!("{BUNDLE}/{desktop}"),
        &format!("usr/share/applications/{desktop}"),
    )?;
    let metainfo = format!("{ID}.metainfo.xml");
    let text = ours(&metainfo, release)?;
    tree.put(
        &format!("usr/share/metainfo/{metainfo}"),
        text.as_bytes(),
        0o644,
    )?;
    for (from, size) in [
        ("32x32", "32x32"),
        ("128x128", "128x128"),
        ("128x128@2x", "256x256"),
    ] {
        let to = format!("usr/share/icons/hicolor/{size}/apps/foyer.png");
        tree.copy(&format!("icons/{from}.png"), &to)?;
    }
    tree.copy(
        "icons/source.svg",
        "usr/share/icons/hicolor/scalable/apps/foyer.svg",
    )?;
    tree.zipped("usr/share/man/man1/foyer.1", &ours("foyer.1", release)?)?;
    tree.zipped(&format!("{DOCS}/changelog"), &changelog(release)?)?;
    tree.zipped(&format!("{DOCS}/CHANGELOG.md"), &read("CHANGELOG.md")?)?;
    tree.copy(&format!("{BUNDLE}/copyright"), &format!("{DOCS}/copyright"))?;
    tree.zipped(&format!("{DOCS}/THIRD-PARTY.txt"), &notices::text()?)?;
    tree.copy(
        &format!("{BUNDLE}/lintian-overrides"),
        "usr/share/lintian/overrides/foyer",
    )?;
    if sdk == Sdk::With {
        for (from, to) in [
            ("LICENSE.txt", "SDK-LICENSE.txt"),
            ("NOTICES.txt", "SDK-NOTICES.txt"),
        ] {
            let text = read(&format!("ui/dist/calling/sdk/{from}"))?;
            tree.zipped(&format!("{DOCS}/{to}"), &text)?;
        }
    }
    tree.files.sort();
    tree.date(release)?;
    Ok(tree)
}

impl Tree {
    fn put(&mut self, to: &str, bytes: &[u8], mode: u32) -> Result<()> {
        let file = self.root.join(to);
        let folder = file.parent().context("a file lies in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&file, bytes)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(mode))?;
        self.files.push(to.to_owned());
        Ok(())
    }

    fn copy(&mut self, from: &str, to: &str) -> Result<()> {
        let bytes = fs::read(step::root().join(from)).with_context(|| from.to_owned())?;
        self.put(to, &bytes, 0o644)
    }

    /// As `gzip -9n` does it: no name, no time.
    fn zipped(&mut self, to: &str, text: &str) -> Result<()> {
        self.put(to, text.as_bytes(), 0o644)?;
        let file = self.root.join(to);
        step::output(Command::new("gzip").args(["-9nf"]).arg(&file))?;
        let plain = self.files.pop();
        self.files.extend(plain.map(|name| format!("{name}.gz")));
        Ok(())
    }

    /// One mode for folders whatever the umask says, and one time for all, so that the packages come out the same.
    fn date(&self, release: &Release) -> Result<()> {
        let mut find = Command::new("find");
        find.arg(&self.root)
            .args(["-type", "d", "-exec", "chmod", "0755", "{}", "+"]);
        step::output(&mut find)?;
        let mut find = Command::new("find");
        find.arg(&self.root).args(["-exec", "touch", "-h", "-d"]);
        find.arg(format!("@{}", release.epoch)).args(["{}", "+"]);
        step::output(&mut find)?;
        Ok(())
    }
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(step::root().join(path)).with_context(|| path.to_owned())
}

fn ours(name: &str, release: &Release) -> Result<String> {
    let text = read(&format!("{BUNDLE}/{name}"))?;
    Ok(text
        .replace("@VERSION@", &release.version)
        .replace("@DATE@", &release.date))
}

/// Debian's form of it; what changed is in CHANGELOG.md.
fn changelog(release: &Release) -> Result<String> {
    let mut date = Command::new("date");
    date.args(["-u", "-R", "-d"])
        .arg(format!("@{}", release.epoch));
    Ok(format!(
        "foyer ({}) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- {}  {}",
        release.version,
        super::deb::MAINTAINER,
        step::output(&mut date)?
    ))
}
