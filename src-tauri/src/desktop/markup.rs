//! Text for places that read it as markup.

/// The same text, to be shown as it is.
pub fn plain(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
