//! What has to be on the machine before anything builds, and how it gets there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::step;

/// To build and to open the app.
const BUILD: &[&str] = &[
    "build-essential",
    "clang",
    "cmake",
    "gstreamer1.0-gl",
    "gstreamer1.0-libav",
    "gstreamer1.0-plugins-bad",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "imagemagick",
    "libasound2-dev",
    "libclang-dev",
    "libgtk-3-dev",
    "libwebkit2gtk-4.1-dev",
    "nasm",
    "pkg-config",
    "xvfb",
];

/// For the end-to-end tests on top.
const TEST: &[&str] = &[
    "chromium",
    "chromium-driver",
    "coturn",
    "dbus",
    "fonts-dejavu-core",
    "gnome-keyring",
    "janus",
    "pulseaudio",
    "pulseaudio-utils",
    "redis-server",
    "webkit2gtk-driver",
    "xdotool",
];

/// For packages on top of building.
const PACKAGE: &[&str] = &[
    "appstream",
    "debootstrap",
    "desktop-file-utils",
    "dpkg-dev",
    "lintian",
    "rpm",
];

/// For builds for other systems on top of building, and their installers.
const CROSS: &[&str] = &[
    "cargo-web",
    "g++-mingw-w64-x86-64-posix",
    "gcc-mingw-w64-x86-64-posix",
    "llvm",
    "nsis",
    "osslsigncode",
    "rust-web-src",
    "rustc-web",
    "wine",
    "wine64",
];

/// The oldest Node that the UI's tools run on.
const NODE: u32 = 20;

/// How much is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Building and running.
    Running,
    /// Every test as well.
    Testing,
    /// Linux packages as well.
    Packaging,
    /// Windows and macOS as well.
    Crossing,
}

/// System packages, Node packages and the built UI; for testing, Microsoft's libraries as well.
pub fn everything(purpose: For, sdk: Sdk) -> Result<()> {
    packages(purpose)?;
    node_modules(sdk)?;
    if purpose == For::Testing {
        official()?;
    }
    ui(sdk)
}

/// Whether Microsoft's SDK, whose terms the packager accepts by fetching it, is in the build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sdk {
    /// Teams meetings can be joined.
    With,
    /// Everything else works.
    Without,
}

impl Sdk {
    /// As the command line says.
    pub fn unless(without: bool) -> Self {
        if without { Self::Without } else { Self::With }
    }

    /// Tells what builds the UI.
    pub fn apply(self, command: &mut Command) -> &mut Command {
        match self {
            Self::With => command.env_remove("FOYER_WITHOUT_TEAMS"),
            Self::Without => command.env("FOYER_WITHOUT_TEAMS", "1"),
        }
    }
}

/// Installs the system packages that are missing, where we know how.
pub fn packages(purpose: For) -> Result<()> {
    let mut wanted = BUILD.to_vec();
    match purpose {
        For::Running => {}
        For::Packaging => wanted.extend(PACKAGE),
        For::Crossing => wanted.extend(CROSS),
        For::Testing => wanted.extend(TEST),
    }
    if matches!(purpose, For::Testing | For::Crossing) && !makes_environments() {
        wanted.push("python3-venv");
    }
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if !step::has("dpkg-query") || !step::has("apt-get") {
        step::say(&format!(
            "==> not a Debian: if the build fails, install what these packages hold: {}",
            wanted.join(" ")
        ));
        return Ok(());
    }
    let missing: Vec<_> = wanted.into_iter().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let advice = format!("Install by hand: apt-get install {}", missing.join(" "));
    let root = step::output(Command::new("id").arg("-u"))?.trim() == "0";
    if !root && !step::has("sudo") {
        bail!("{} system packages are missing. {advice}", missing.len());
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
            .args(arguments);
        command
    };
    step::run(
        "refreshing the list of system packages",
        &mut apt(&["update"]),
        &advice,
    )?;
    let mut install = apt(&["install", "-y", "--no-install-recommends"]);
    install.args(&missing);
    step::run(
        &format!("installing {}", missing.join(" ")),
        &mut install,
        &advice,
    )
}

fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", package])
        .output()
        .is_ok_and(|out| out.stdout == b"installed")
}

/// The UI's Node packages, exactly as locked.
pub fn node_modules(sdk: Sdk) -> Result<()> {
    let advice = format!("Install Node {NODE} or newer with npm (https://nodejs.org)");
    let version = step::output(Command::new("node").arg("--version")).context(advice.clone())?;
    let major: u32 = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .with_context(|| format!("node says its version is {version:?}"))?;
    if major < NODE {
        bail!("Node {major} is too old. {advice}");
    }
    let ui = step::root().join("ui");
    let is_fresh = changed(&ui.join("package-lock.json"))
        <= changed(&ui.join("node_modules/.package-lock.json"));
    let fetched = ui
        .join("node_modules/@azure/communication-calling")
        .exists();
    if is_fresh && (fetched || sdk == Sdk::Without) {
        return Ok(());
    }
    // The SDK is the one peer of the UI's package.
    let left_out: &[&str] = match sdk {
        Sdk::With => &[],
        Sdk::Without => &["--omit=peer"],
    };
    step::run(
        "installing the UI's packages",
        step::npm()
            .args(["ci", "--no-audit", "--no-fund"])
            .args(left_out),
        "Is the npm registry reachable? `npm ci` in ui says more",
    )
}

/// Whether the Python at hand can make virtual environments; Debian's cannot by itself.
fn makes_environments() -> bool {
    Command::new("python3")
        .args(["-c", "import venv, ensurepip"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Microsoft's own client libraries, from npm and PyPI, exactly as pinned: with them `acs` proves its fake server.
fn official() -> Result<()> {
    let folder = step::root().join("src-tauri/crates/acs/tests/official");
    if changed(&folder.join("package-lock.json"))
        > changed(&folder.join("node_modules/.package-lock.json"))
    {
        step::run(
            "installing Microsoft's npm libraries, for tests",
            Command::new("npm")
                .current_dir(&folder)
                .args(["ci", "--no-audit", "--no-fund"]),
            "Is the npm registry reachable?",
        )?;
    }
    let pinned = folder.join("requirements.txt");
    let installed = folder.join("venv/installed");
    if changed(&pinned) <= changed(&installed) {
        return Ok(());
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    step::run(
        "making a Python environment, for tests",
        Command::new(python)
            .current_dir(&folder)
            .args(["-m", "venv", "venv"]),
        "Install Python 3.9 or newer with its venv module",
    )?;
    let own = if cfg!(windows) {
        "venv/Scripts/python.exe"
    } else {
        "venv/bin/python"
    };
    step::run(
        "installing Microsoft's PyPI libraries, for tests",
        Command::new(folder.join(own)).current_dir(&folder).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "-r",
            "requirements.txt",
        ]),
        "Is the Python package index reachable?",
    )?;
    Ok(fs::write(installed, "")?)
}

/// Builds the UI if any of its sources is newer than what was built.
pub fn ui(sdk: Sdk) -> Result<()> {
    let ui = step::root().join("ui");
    let built = ui.join("dist/index.html");
    let stands_in = fs::read_to_string(&built).is_ok_and(|page| page.contains("was not built"));
    let sources = fs::read_dir(&ui)?
        .flatten()
        .filter(|entry| {
            !["dist", "dist-calling", "node_modules"]
                .contains(&&*entry.file_name().to_string_lossy())
        })
        .map(|entry| newest(&entry.path()))
        .max();
    let built_in = ui.join("dist/calling/sdk/LICENSE.txt").exists();
    let as_wanted = built_in == (sdk == Sdk::With);
    if !stands_in && as_wanted && sources <= Some(changed(&built)) {
        return Ok(());
    }
    step::run(
        "building the UI",
        sdk.apply(step::npm().args(["run", "build"])),
        "`npm run build` in ui says more",
    )
}

/// When something below `path` was changed last.
fn newest(path: &Path) -> SystemTime {
    let below = fs::read_dir(path).into_iter().flatten().flatten();
    below
        .map(|entry| newest(&entry.path()))
        .max()
        .unwrap_or_else(|| changed(path))
}

fn changed(path: &Path) -> SystemTime {
    let time = fs::metadata(path).and_then(|metadata| metadata.modified());
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}
