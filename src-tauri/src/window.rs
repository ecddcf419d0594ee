//! How the app opens, and what happens to the call when its page goes away.

use std::sync::Arc;

use foyer_media::device::Devices;
use tauri::webview::PageLoadEvent;
use tauri::{App, Builder, Context, Manager, RunEvent, Runtime};

use crate::commands;
use crate::frames;
use crate::settings::{self, Settings};
use crate::shell::{Launch, Shell};
use crate::teams::TeamsSetup;

/// Label of the one window, as tauri.conf.json names it.
pub const MAIN: &str = "main";

/// The app on any runtime: the real one and that of the tests. Its windows open when it runs.
pub fn build<R: Runtime>(
    context: Context<R>,
    shell: impl FnOnce(&App<R>) -> Shell,
) -> tauri::Result<App<R>> {
    let app = Builder::new()
        .register_asynchronous_uri_scheme_protocol(frames::SCHEME, |context, request, responder| {
            let frames = context.app_handle().state::<Shell>().frames.clone();
            tauri::async_runtime::spawn(async move {
                responder.respond(frames.respond(&request).await);
            });
        })
        .on_page_load(|webview, payload| {
            // A page that is loaded anew knows nothing of a call that the one before it opened.
            if payload.event() == PageLoadEvent::Started {
                webview.state::<Shell>().calls.close();
            }
        })
        .setup(|app| {
            #[cfg(target_os = "linux")]
            if let Some(window) = app.get_webview_window(MAIN) {
                outlive_page_crashes(&window)?;
            }
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![
            commands::app::app_info,
            commands::link::check_link,
            commands::link::open_in_browser,
            commands::devices::list_devices,
            commands::practice::start_practice,
            commands::call::open_call,
            commands::call::send_intent,
            commands::call::close_call,
        ])
        .build(context)?;
    let shell = shell(&app);
    app.manage(shell);
    Ok(app)
}

/// Opens the window and returns when it is closed.
pub fn run(launch: Launch, devices: Arc<dyn Devices>) -> tauri::Result<()> {
    let app = build::<tauri::Wry>(tauri::generate_context!(), |app| {
        let folder = app.path().app_config_dir().ok();
        let settings = Settings::load(folder.as_ref().map(|folder| folder.join(settings::FILE)));
        Shell::new(launch, settings, devices, TeamsSetup::load(folder, None))
    })?;
    app.run_return(|app, event| {
        if matches!(event, RunEvent::ExitRequested { .. }) {
            app.state::<Shell>().calls.close();
        }
    });
    Ok(())
}

/// WebKit runs the page in a process of its own. If that dies, the window would stay white: load the page again,
/// which hangs up the call that nobody can see any more.
#[cfg(target_os = "linux")]
fn outlive_page_crashes<R: Runtime>(window: &tauri::WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    window.with_webview(|webview| {
        webview
            .inner()
            .connect_web_process_terminated(|view, reason| {
                tracing::error!(?reason, "the page's process died; loading it again");
                view.reload();
            });
    })
}
