//! Hands Tauri the paths of this repository's layout: the app package sits at the root.

use std::fs;
use std::path::Path;

use tauri_build::{AppManifest, Attributes};

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
