//! Hands Tauri the paths of this repository's layout: the app package sits at the root. Bakes an organisation's brand
//! in.

#[path = "src/brand/format.rs"]
mod format;

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tauri_build::{AppManifest, Attributes};

/// Of an organisation that builds its own; `FOYER_BRAND` names another file.
const BRAND: &str = "foyer.brand.toml";
/// A larger logo slows every start.
const MAX_LOGO: usize = 64 * 1024;

const CAPABILITIES: &str = "./src-tauri/capabilities/**/*";
const PERMISSIONS: &str = "./src-tauri/permissions/**/*";

/// Stands in for the UI so that Rust builds and tests without Node; `cargo xtask run` builds the real one.
const NOT_BUILT: &str = "<!doctype html><meta charset=\"utf-8\"><title>Foyer</title>\
    <h1>The user interface was not built</h1>\
    <p>Run <code>cargo xtask run</code>, which builds it and then opens the app.</p>\n";

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    println!("cargo:rerun-if-changed=ui/dist");
    bake_brand();
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("ui/dist")
            .and_then(|()| fs::write(page, NOT_BUILT))
            .expect("the folder ui/dist can be written");
    }
    let attributes = Attributes::new()
        .capabilities_path_pattern(CAPABILITIES)
        .app_manifest(AppManifest::new().permissions_path_pattern(PERMISSIONS));
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("the app's configuration is wrong: {error:#}");
    }
}

/// Hands the app what the brand's file says, as JSON.
fn bake_brand() {
    println!("cargo:rerun-if-env-changed=FOYER_BRAND");
    println!("cargo:rerun-if-env-changed=FOYER_BUILD_TOKEN_SERVICE");
    let named = std::env::var_os("FOYER_BRAND").filter(|name| !name.is_empty());
    let file = named.clone().map_or_else(|| BRAND.into(), PathBuf::from);
    println!("cargo:rerun-if-changed={}", file.display());
    if named.is_none() && !file.exists() {
        return;
    }
    let wrong = |what: &str| -> ! { panic!("{}: {what}", file.display()) };
    let text = fs::read_to_string(&file).unwrap_or_else(|error| wrong(&error.to_string()));
    let mut brand: format::Brand =
        toml::from_str(&text).unwrap_or_else(|error| wrong(&error.to_string()));
    if let Some(problem) = brand.problem() {
        wrong(&problem);
    }
    if let Some(logo) = brand.logo.take() {
        let path = file.with_file_name(&logo);
        println!("cargo:rerun-if-changed={}", path.display());
        let bytes = fs::read(&path).unwrap_or_else(|error| wrong(&format!("{logo}: {error}")));
        if bytes.len() > MAX_LOGO {
            wrong("the logo is larger than 64 KiB");
        }
        let kind = match path.extension().and_then(|end| end.to_str()) {
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            _ => wrong("the logo is neither .svg nor .png"),
        };
        brand.logo = Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes)));
    }
    let json = serde_json::to_string(&brand).expect("it holds texts alone");
    println!("cargo:rustc-env=FOYER_BUILD_BRAND={json}");
}
