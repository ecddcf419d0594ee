//! Cargo, a library and a C compiler for another system.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{GNU, MACOS, MSVC};
use crate::step;

/// Debian's, whose sources of the library are packaged.
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
/// Compiles C for macOS; a package of PyPI.
const ZIG: &str = "ziglang==0.15.2";

/// How to build for one target.
pub struct Toolchain {
    target: String,
    /// Of a library built here; none where rustup has it.
    sysroot: Option<PathBuf>,
}

/// Where everything of cross-builds is kept.
pub fn folder() -> Result<PathBuf> {
    let folder = step::target()?.join("cross");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Where this lies that cross-builds are helped with: outside the clone, whose path would be part of every build.
pub fn help(name: &str) -> Result<PathBuf> {
    let of_clone = step::root().join("src-tauri/crates/xtask/cross").join(name);
    let kept = folder()?.join("help").join(name);
    let is_same = fs::read(&kept).is_ok_and(|kept| fs::read(&of_clone).is_ok_and(|it| it == kept));
    if !is_same {
        fs::create_dir_all(folder()?.join("help"))?;
        fs::copy(of_clone, &kept)?;
    }
    Ok(kept)
}

impl Toolchain {
    /// Takes rustup's library, else one that was built before, else builds it.
    pub fn find(target: &str) -> Result<Self> {
        let sysroot = step::output(Command::new("rustc").args(["--print", "sysroot"]))?;
        let installed = Path::new(sysroot.trim()).join("lib/rustlib").join(target);
        if installed.join("lib").exists() {
            return Ok(Self {
                target: target.to_owned(),
                sysroot: None,
            });
        }
        if !Path::new("/usr/lib/rustlib/src/rust/library").exists() {
            bail!(
                "no library for {target}: rustup target add {target}, or on Debian apt-get install rust-web-src"
            );
        }
        let sysroot = folder()?.join("std").join(target);
        let version = step::output(Command::new(RUSTC).arg("-V"))?;
        let built = fs::read_to_string(sysroot.join("rustc-version")).unwrap_or_default();
        if built != version {
            step::run(
                &format!("building Rust's library for {target} (once)"),
                Command::new(help("std.sh")?).arg(target).arg(&sysroot),
                "apt-get install rustc-web cargo-web rust-web-src",
            )?;
        }
        Ok(Self {
            target: target.to_owned(),
            sysroot: Some(sysroot),
        })
    }

    /// Cargo with all that the target needs.
    pub fn cargo(&self) -> Result<Command> {
        let mut cargo = step::cargo();
        let variable = self.target.replace('-', "_");
        if let Some(sysroot) = &self.sysroot {
            cargo = Command::new(CARGO);
            // rustup's programs would be found first, and their library is not this one.
            cargo
                .current_dir(step::root())
                .env("PATH", "/usr/bin:/bin")
                .env("RUSTC", RUSTC)
                .env_remove("RUSTUP_TOOLCHAIN")
                .env(
                    format!("CARGO_TARGET_{}_RUSTFLAGS", variable.to_uppercase()),
                    format!("--sysroot {}", sysroot.display()),
                );
            for (name, _) in std::env::vars_os() {
                if name
                    .to_str()
                    .is_some_and(|name| name.starts_with("CARGO_PKG_"))
                {
                    cargo.env_remove(name);
                }
            }
        }
        cargo
            .env("CARGO_TARGET_DIR", folder()?.join("target"))
            // audiopus_sys asks about this system, not the target.
            .env("OPUS_STATIC", "1")
            .env("OPUS_NO_PKG", "1");
        let mut with = |name: &str, value: &Path| {
            cargo.env(format!("{name}_{variable}"), value);
        };
        match &*self.target {
            GNU | MSVC => {
                with("CC", Path::new("x86_64-w64-mingw32-gcc-posix"));
                with("CXX", Path::new("x86_64-w64-mingw32-g++-posix"));
                if self.target == MSVC {
                    // Nothing is linked, so that MinGW's calling conventions do no harm.
                    with("AR", Path::new("/usr/bin/llvm-lib"));
                    cargo.env("OPUS_LIB_DIR", "/nonexistent");
                } else {
                    cargo.env(
                        "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER",
                        help("mingw-link")?,
                    );
                }
            }
            MACOS => {
                with("CC", &help("zig-mac-cc")?);
                with("CXX", &help("zig-mac-cc")?);
                with("AR", Path::new("/usr/bin/llvm-ar"));
                let empty = folder()?.join("no-sdk");
                fs::create_dir_all(&empty)?;
                cargo.env("FOYER_ZIG", zig()?).env("SDKROOT", empty);
            }
            other => bail!("nobody has said how to build for {other}"),
        }
        Ok(cargo)
    }
}

/// The Python that has zig, installed once.
fn zig() -> Result<PathBuf> {
    let venv = folder()?.join("zig");
    let python = venv.join("bin/python");
    let installed = venv.join(ZIG);
    if installed.exists() {
        return Ok(python);
    }
    step::run(
        "making a Python environment, for a C compiler for macOS",
        Command::new("python3").args(["-m", "venv"]).arg(&venv),
        "apt-get install python3-venv",
    )?;
    step::run(
        "installing zig",
        Command::new(&python).args(["-m", "pip", "install", "--quiet", ZIG]),
        "Is the Python package index reachable?",
    )?;
    fs::write(&installed, "").context("the environment can be written")?;
    Ok(python)
}
