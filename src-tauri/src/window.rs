//! How the app opens, and what happens to the call when its page goes away.

#[cfg(target_os = "macos")]
use std::path::Path;
use std::sync::Arc;

use foyer_effects::Effects;
use foyer_media::clock::MonotonicClock;
use foyer_media::device::Devices;
use foyer_session::teams::CallingWindow;
use tauri::plugin::TauriPlugin;
use tauri::webview::PageLoadEvent;
use tauri::{App, Builder, Context, Manager, RunEvent, Runtime, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::background;
use crate::brand;
use crate::calling::doctor::Report;
use crate::calling::{self, Origin, engine, page, seat};
use crate::commands;
use crate::ctl;
use crate::desktop;
use crate::frames;
use crate::instance;
#[cfg(target_os = "linux")]
use crate::painting;
use crate::settings::{self, Settings};
use crate::shell::{Launch, Shell, wall_clock};
use crate::teams::TeamsSetup;
use crate::updates;

/// Label of the one window, as tauri.conf.json names it.
pub const MAIN: &str = "main";

/// As Tauri's `freezePrototype` does it, which knows all windows or none: Microsoft's SDK does not run with it.
pub(crate) const FREEZE: &str = "Object.freeze(Object.prototype)";

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
        .register_uri_scheme_protocol(page::SCHEME, |context, request| {
            let files = page::Files::of(context.app_handle());
            let policy = context.app_handle().state::<page::Policy>();
            page::respond(context.webview_label(), &files, &policy, &request)
        })
        .plugin(updates::plugin())
        .manage(page::Policy::default())
        .manage(seat::Seats::default())
        .on_page_load(|webview, payload| {
            // A page that is loaded anew knows nothing of a call that the one before it opened.
            if payload.event() == PageLoadEvent::Started && webview.label() == MAIN {
                webview.state::<Shell>().calls.close();
            }
        })
        .setup(|app| {
            let windows = app.config().app.windows.clone();
            if let Some(config) = windows.iter().find(|window| window.label == MAIN) {
                let window = WebviewWindowBuilder::from_config(app, config)?
                    .title(brand::name())
                    .initialization_script(FREEZE)
                    .build()?;
                #[cfg(target_os = "linux")]
                {
                    painting::suit(&window)?;
                    outlive_page_crashes(&window)?;
                }
                desktop::mini::watch(&window)?;
            }
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![
            commands::app::app_info,
            commands::app::listen_links,
            commands::desktop::answer_closing,
            commands::desktop::desktop_abilities,
            commands::desktop::hide_to_tray,
            commands::desktop::listen_closing,
            commands::desktop::listen_mini,
            commands::desktop::set_desktop_words,
            commands::desktop::set_mini,
            commands::link::check_link,
            commands::link::open_in_browser,
            commands::link::open_link,
            commands::clipboard::copy_text,
            commands::clipboard::clipboard_text,
            commands::devices::list_devices,
            commands::devices::check_network,
            commands::share::share_sources,
            commands::share::share_preview,
            commands::practice::start_practice,
            commands::call::open_call,
            commands::call::send_intent,
            commands::call::close_call,
            commands::preferences::load_preferences,
            commands::preferences::save_preferences,
            commands::preferences::recent_meetings,
            commands::preferences::forget_recent,
            commands::background::keep_background,
            commands::armed::arm,
            commands::armed::disarm,
            commands::armed::listen_armed,
            commands::saving::save_text,
            commands::share_window::pop_out_share,
            commands::share_window::bring_back_share,
            commands::share_window::listen_share,
            commands::share_window::watch_share,
            commands::terms::teams_terms,
            commands::terms::accept_teams_terms,
            commands::update::look_for_update,
            commands::update::install_update,
            seat::calling_listen,
            seat::calling_tell,
        ])
        .build(context)?;
    let shell = shell(&app);
    app.manage(shell);
    Ok(app)
}

/// Opens the window and returns when it is closed. `link_of` reads the arguments of a later start.
pub fn run(
    launch: Launch,
    devices: Arc<dyn Devices>,
    link_of: impl Fn(&[String]) -> Option<String> + Send + Sync + 'static,
) -> tauri::Result<()> {
    let app = build::<tauri::Wry>(tauri::generate_context!(), |app| {
        let folder = app.path().app_config_dir().ok();
        let settings = Settings::load(folder.as_ref().map(|folder| folder.join(settings::FILE)));
        let effects = background::remembered(&settings);
        let devices = background::before(devices, &effects);
        let window = calling::is_built_in(app).then(|| calling_window(app, devices.clone()));
        let teams = TeamsSetup::load(folder, window);
        Shell::new(launch, settings, devices, effects, teams)
    })?;
    app.handle().plugin(place_of_window())?;
    if instance::is_wanted(std::env::var_os(instance::APART).as_deref()) {
        app.handle().plugin(instance::plugin(link_of))?;
    }
    desktop::start(app.handle());
    tauri::async_runtime::spawn(ctl::server::serve(app.handle().clone()));
    app.run_return(|app, event| match event {
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for url in urls {
                instance::hand(app, url.as_str(), Path::new("/"));
            }
            instance::raise(app);
        }
        RunEvent::ExitRequested { .. } => app.state::<Shell>().calls.close(),
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } if label == MAIN => {
            let shell = app.state::<Shell>();
            let is_joined = shell.calls.standings().borrow().now.is_joined();
            if is_joined && shell.desktop.closing.ask() {
                api.prevent_close();
                instance::raise(app);
            }
        }
        // The calling window, which nobody sees, and that of a share go with the call.
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::Destroyed,
            ..
        } if label == MAIN => app.state::<Shell>().calls.close(),
        _ => {}
    });
    Ok(())
}

/// The window comes back where it was, as large as it was. Hidden in the tray it was not: nothing would show it.
fn place_of_window<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED)
        .with_denylist(&[calling::LABEL])
        .with_filename("window.json")
        .build()
}

fn calling_window(app: &App, devices: Arc<dyn Devices>) -> Arc<dyn CallingWindow> {
    let engine = calling_engine(devices.clone());
    let origin = calling_origin();
    Arc::new(calling::Window::new(
        app.handle().clone(),
        engine,
        devices,
        origin,
    ))
}

fn calling_origin() -> Origin {
    match std::env::var("FOYER_CALLING_ORIGIN").as_deref() {
        Ok("loopback") => Origin::Loopback,
        _ => Origin::Scheme,
    }
}

fn calling_engine(devices: Arc<dyn Devices>) -> Arc<dyn engine::Engine> {
    if std::env::var("FOYER_RTC").is_ok_and(|switch| switch == "native") {
        return Arc::new(engine::Native);
    }
    Arc::new(engine::Bridged {
        clock: MonotonicClock::shared(),
        devices,
    })
}

/// Opens the calling window alone, tries Microsoft's SDK in it, and answers with what was found.
pub fn examine_calling(devices: Arc<dyn Devices>) -> tauri::Result<Report> {
    let mut context = tauri::generate_context!();
    context.config_mut().app.windows.clear();
    let engine = calling_engine(devices.clone());
    let app = build::<tauri::Wry>(context, |_| {
        let teams = TeamsSetup::load(None, None);
        let (settings, effects) = (Settings::load(None), Effects::default());
        Shell::new(Launch::default(), settings, devices, effects, teams)
    })?;
    if !calling::is_built_in(&app) {
        let mut report = Report::default();
        report
            .errors
            .push("this build is without Microsoft's SDK".into());
        return Ok(report);
    }
    let (done, report) = std::sync::mpsc::channel();
    let handle = app.handle().clone();
    let now = (wall_clock()() / 1_000.0) as i64;
    tauri::async_runtime::spawn(async move {
        let report = calling::doctor::examine(&handle, engine, calling_origin(), now).await;
        // The receiver lives until the loop has ended.
        done.send(report).ok();
        handle.exit(0);
    });
    app.run_return(|_, event| {
        // The window comes and goes; the end is asked for with a code.
        if let RunEvent::ExitRequested {
            code: None, api, ..
        } = event
        {
            api.prevent_exit();
        }
    });
    Ok(report.try_recv().unwrap_or_default())
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
