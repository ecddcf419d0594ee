//! Hands Tauri the paths of this repository's layout: the app package sits at the root.
fn main() {}
