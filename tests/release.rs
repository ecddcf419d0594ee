//! One version for everything that is released, and bundles that say what the systems ask for.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use serde_json::Value;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_version_stands_in_one_place() {
    let config: Value = serde_json::from_str(&read("tauri.conf.json")).unwrap();
    assert!(
        config["version"].is_null(),
        "Tauri takes it from Cargo.toml"
    );
    let page: Value = serde_json::from_str(&read("ui/package.json")).unwrap();
    assert_eq!(page["version"], env!("CARGO_PKG_VERSION"));
    for bundle in ["linux/foyer.1", "linux/org.foyer.Foyer.metainfo.xml"] {
        assert!(
            read(&format!("src-tauri/bundle/{bundle}")).contains("@VERSION@"),
            "{bundle}"
        );
    }
    assert!(read("src-tauri/bundle/windows/foyer.nsi").contains("${VERSION}"));
}

#[test]
fn every_system_opens_foyer_links_with_the_link() {
    let desktop = read("src-tauri/bundle/linux/org.foyer.Foyer.desktop");
    assert!(desktop.contains("Exec=foyer %u\n"));
    assert!(desktop.contains("MimeType=x-scheme-handler/foyer;text/calendar;\n"));
    assert!(read("src-tauri/bundle/windows/foyer.nsi").contains(r#"$INSTDIR\${PROGRAM}" "%1"'"#));
    let macos = read("src-tauri/bundle/macos/Info.plist");
    for key in [
        "NSCameraUsageDescription",
        "NSMicrophoneUsageDescription",
        "<string>foyer</string>",
        "com.apple.ical.ics",
    ] {
        assert!(macos.contains(key), "{key}");
    }
}

#[test]
fn the_manual_page_knows_every_command() {
    let page = read("src-tauri/bundle/linux/foyer.1");
    for command in [
        "join",
        "practice",
        "devices",
        "check",
        "doctor",
        r"developer\-key",
    ] {
        assert!(
            page.contains(&format!("\n.B {command}\n"))
                || page.contains(&format!(".BI {command} ")),
            "{command}"
        );
    }
}
