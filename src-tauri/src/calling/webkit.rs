#![allow(unsafe_code)] // The bindings end before WebKit's list of features; everything unsafe stays in this file.
//! WebKitGTK as the calling page needs it: timers that run although nobody sees the window, and tracks made in workers.

use std::ffi::{CStr, c_char, c_int, c_void};

use webkit2gtk::glib::object::ObjectType;
use webkit2gtk::{SettingsExt, WebView, WebViewExt};

/// Off: each slows the timers of a page that is not to be seen, or stops its process.
const SLOWS: [&str; 4] = [
    "HiddenPageDOMTimerThrottling",
    "HiddenPageDOMTimerThrottlingAutoIncreases",
    "DOMTimersThrottling",
    "PageVisibilityBasedProcessSuppression",
];
/// On: `VideoTrackGenerator` and `MediaStreamTrackProcessor`.
const NEEDED: [&str; 1] = ["MediaStreamTrackProcessing"];

// WebKitGTK 2.42 and later; the library is linked by webkit2gtk-sys.
unsafe extern "C" {
    fn webkit_settings_get_all_features() -> *mut c_void;
    fn webkit_feature_list_get_length(list: *mut c_void) -> usize;
    fn webkit_feature_list_get(list: *mut c_void, index: usize) -> *mut c_void;
    fn webkit_feature_list_unref(list: *mut c_void);
    fn webkit_feature_get_identifier(feature: *mut c_void) -> *const c_char;
    fn webkit_settings_set_feature_enabled(
        settings: *mut c_void,
        feature: *mut c_void,
        enabled: c_int,
    );
}

/// Before the page is loaded. Must run on the main thread.
pub(super) fn prepare(view: &WebView) {
    let Some(settings) = WebViewExt::settings(view) else {
        tracing::warn!("the calling window has no settings");
        return;
    };
    settings.set_media_playback_requires_user_gesture(false);
    let set = switch(settings.as_ptr().cast());
    for name in SLOWS.iter().chain(&NEEDED) {
        if !set.contains(name) {
            tracing::info!(name, "this WebKit has no such feature");
        }
    }
}

fn switch(settings: *mut c_void) -> Vec<&'static str> {
    let mut set = Vec::new();
    // SAFETY: `settings` is a live WebKitSettings; the list is ours until it is released, and its features and their
    // identifiers live as long as it does.
    unsafe {
        let list = webkit_settings_get_all_features();
        for index in 0..webkit_feature_list_get_length(list) {
            let feature = webkit_feature_list_get(list, index);
            let identifier =
                CStr::from_ptr(webkit_feature_get_identifier(feature)).to_string_lossy();
            let named = |name: &&&'static str| identifier.trim_end_matches("Enabled") == **name;
            if let Some(name) = SLOWS.iter().find(named) {
                webkit_settings_set_feature_enabled(settings, feature, 0);
                set.push(*name);
            }
            if let Some(name) = NEEDED.iter().find(named) {
                webkit_settings_set_feature_enabled(settings, feature, 1);
                set.push(*name);
            }
        }
        webkit_feature_list_unref(list);
    }
    set
}

/// Calls back when the page's process is gone.
pub(super) fn watch(view: &WebView, crashed: impl Fn() + 'static) {
    view.connect_web_process_terminated(move |_, reason| {
        tracing::error!(?reason, "the calling window's process died");
        crashed();
    });
}
