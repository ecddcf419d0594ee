#![allow(clippy::unwrap_used)]
//! The committed TypeScript files are those that the Rust types give, and speak camelCase.

#[path = "../examples/bindings/generate.rs"]
mod generate;

use std::path::PathBuf;

#[test]
fn the_committed_files_are_those_of_the_types() {
    for side in generate::Side::ALL {
        compare(side);
    }
}

fn compare(side: generate::Side) {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap())
        .join("../../../ui")
        .join(side.folder());
    let files = generate::files(side);
    for (name, text) in &files {
        let committed = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(&committed, text, "{name}: run `cargo xtask bindings`");
    }
    let committed: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".ts"))
        .collect();
    assert_eq!(
        committed.len(),
        files.len(),
        "a type is gone: {committed:?}"
    );
}

#[test]
fn every_field_is_camel_case_apart_from_the_names_of_commands() {
    let sides = generate::Side::ALL.into_iter();
    for (name, text) in sides.flat_map(generate::files) {
        if name.ends_with("Commands.ts") {
            continue;
        }
        let code = without_comments(&text);
        assert!(!code.contains('_'), "{name}: {code}");
    }
}

fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}
