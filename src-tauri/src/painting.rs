//! How WebKitGTK paints our windows.
//!
//! It composes pages with OpenGL. Where no graphics card carries that out, the processor does, far more slowly than it
//! paints the page itself: two cores compose a scrolling chat 28 times a second, and paint it 65 times with half the
//! work (docs/benchmarks.md). So there the page is painted and nothing is composed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Where Linux lists graphics cards that can render, and how their names begin.
const RENDERERS: &str = "/dev/dri";
const RENDERER: &str = "renderD";
/// NVIDIA's own driver without a mode setting one, and that of Windows below Linux.
const OTHERS: [&str; 2] = ["/dev/nvidia0", "/dev/dxg"];
/// Mesa's switch for rendering by the processor whatever there is.
const SWITCH: &str = "LIBGL_ALWAYS_SOFTWARE";

/// Has the window painted as suits the machine.
pub fn suit<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    let switch = std::env::var(SWITCH).ok();
    let found = renderers(Path::new(RENDERERS)).into_iter();
    let composes = is_card_wanted(switch.as_deref())
        && found
            .chain(OTHERS.map(PathBuf::from))
            .any(|card| can_be_opened(&card));
    tracing::debug!(window = window.label(), composes, "painting");
    if composes {
        return Ok(());
    }
    window.with_webview(|webview| match WebViewExt::settings(&webview.inner()) {
        Some(settings) => {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never)
        }
        None => tracing::warn!("the window has no settings"),
    })
}

fn renderers(folder: &Path) -> Vec<PathBuf> {
    // Without the folder there is none.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(RENDERER))
        .map(|entry| entry.path())
        .collect()
}

/// Mesa reads the switch as a yes or no.
fn is_card_wanted(switch: Option<&str>) -> bool {
    !switch
        .is_some_and(|switch| matches!(switch.to_ascii_lowercase().as_str(), "1" | "true" | "yes"))
}

/// A card that belongs to a group which we are not in is of no use.
fn can_be_opened(card: &Path) -> bool {
    File::options().read(true).write(true).open(card).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cards_that_render_are_found() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(renderers(&folder.path().join("dri")), Vec::<PathBuf>::new());
        for name in ["card0", "renderD128", "by-path"] {
            fs::write(folder.path().join(name), []).unwrap();
        }
        let found = renderers(folder.path());
        assert_eq!(found, [folder.path().join("renderD128")]);
        assert!(can_be_opened(&found[0]));
        assert!(!can_be_opened(&folder.path().join("renderD129")));
    }

    #[test]
    fn a_switch_keeps_the_card_idle() {
        assert!(is_card_wanted(None) && is_card_wanted(Some("0")));
        assert!(!is_card_wanted(Some("1")) && !is_card_wanted(Some("True")));
    }
}
