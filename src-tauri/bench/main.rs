//! `cargo xtask bench channel`: how fast and how dear each way is by which encoded pictures could reach the page.
//!
//! An example of the app package, so that it runs on the app's own Tauri, configuration and window and is never
//! shipped. The page beside it counts what arrives in a worker, as the app's own does.

mod carrier;
mod feed;
mod usage;

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tauri::http::{Response, StatusCode};
use tauri::utils::assets::{AssetKey, AssetsIter, CspHash};
use tauri::{AppHandle, Manager, Webview, Wry};
use tokio::sync::{Mutex, Semaphore, mpsc};

const CSP: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src ipc: \
    http://ipc.localhost foyer-frames: http://foyer-frames.localhost foyer-bench: \
    http://foyer-bench.localhost ws://127.0.0.1:*";
const WARM_UP: Duration = Duration::from_secs(2);
/// Messages under way on the channel when it is driven flat out, where only our own count bounds it.
const CHANNEL_WINDOW: usize = 8;

/// The bench's page instead of the app's.
struct Page;

impl tauri::Assets<Wry> for Page {
    fn get(&self, key: &AssetKey) -> Option<Cow<'_, [u8]>> {
        let text = match key.as_ref() {
            "/index.html" => include_str!("page/index.html"),
            "/page.js" => include_str!("page/page.js"),
            "/worker.js" => include_str!("page/worker.js"),
            _ => return None,
        };
        Some(Cow::Borrowed(text.as_bytes()))
    }

    fn iter(&self) -> Box<AssetsIter<'_>> {
        Box::new(std::iter::empty())
    }

    fn csp_hashes(&self, _: &AssetKey) -> Box<dyn Iterator<Item = CspHash<'_>> + '_> {
        Box::new(std::iter::empty())
    }
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    kind: &'static str,
    polls: u32,
    acknowledge: bool,
    url: String,
    token: String,
    warm_up_ms: u64,
    window_ms: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    frames: u64,
    batches: u64,
    bytes: u64,
    median_ms: f64,
    p95_ms: f64,
}

/// What the page says.
enum Said {
    Ready { channel: u32 },
    Report(Report),
}

struct Bench {
    tasks: Mutex<mpsc::Receiver<Task>>,
    said: mpsc::Sender<Said>,
    source: carrier::Source,
    window: Arc<Semaphore>,
}

fn main() {
    let seconds = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(10);
    let (give, tasks) = mpsc::channel(1);
    let (said, hear) = mpsc::channel(4);
    let bench = Arc::new(Bench {
        tasks: Mutex::new(tasks),
        said,
        source: carrier::Source::default(),
        window: Arc::new(Semaphore::new(CHANNEL_WINDOW)),
    });
    let mut context = tauri::generate_context!();
    context.set_assets(Box::new(Page));
    context.config_mut().app.security.csp = Some(tauri::utils::config::Csp::Policy(CSP.to_owned()));
    let (control, frames) = (bench.clone(), bench.clone());
    tauri::Builder::default()
        .register_asynchronous_uri_scheme_protocol("foyer-bench", move |_, request, responder| {
            let bench = control.clone();
            let uri = request.uri().clone();
            tauri::async_runtime::spawn(async move {
                let body = answer(&bench, uri.path(), uri.query().unwrap_or_default()).await;
                responder.respond(response(body));
            });
        })
        .register_asynchronous_uri_scheme_protocol("foyer-frames", move |_, _, responder| {
            let source = frames.source.clone();
            tauri::async_runtime::spawn(async move {
                responder.respond(response(carrier::poll(source).await));
            });
        })
        .setup(move |app| {
            let app = app.handle().clone();
            tauri::async_runtime::spawn(async move {
                let code = match measure(&app, &bench, give, hear, seconds).await {
                    Ok(()) => 0,
                    Err(error) => {
                        writeln!(std::io::stderr(), "{error}").ok();
                        1
                    }
                };
                app.exit(code);
            });
            Ok(())
        })
        .run(context)
        .expect("the bench's window opens");
}

fn response(body: Option<Vec<u8>>) -> Response<Vec<u8>> {
    let status = if body.is_some() {
        StatusCode::OK
    } else {
        StatusCode::GONE
    };
    Response::builder()
        .status(status)
        .header("content-type", "application/octet-stream")
        .header("access-control-allow-origin", "*")
        .header("cache-control", "no-store")
        .body(body.unwrap_or_default())
        .expect("a fixed response is well-formed")
}

async fn answer(bench: &Bench, path: &str, query: &str) -> Option<Vec<u8>> {
    match path {
        "/task" => {
            let task = bench.tasks.lock().await.recv().await?;
            serde_json::to_vec(&task).ok()
        }
        "/ready" => {
            let channel = query.strip_prefix("channel=")?.parse().ok()?;
            bench.said.send(Said::Ready { channel }).await.ok()?;
            Some(Vec::new())
        }
        "/acknowledge" => {
            bench.window.add_permits(1);
            Some(Vec::new())
        }
        "/report" => {
            let url = tauri::Url::parse(&format!("foyer-bench://localhost/?{query}")).ok()?;
            let json = url
                .query_pairs()
                .find(|(name, _)| name == "json")?
                .1
                .into_owned();
            let report = serde_json::from_str(&json).ok()?;
            bench.said.send(Said::Report(report)).await.ok()?;
            Some(Vec::new())
        }
        _ => None,
    }
}

async fn measure(
    app: &AppHandle,
    bench: &Arc<Bench>,
    give: mpsc::Sender<Task>,
    mut hear: mpsc::Receiver<Said>,
    seconds: u64,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let window = Duration::from_secs(seconds);
    let socket = carrier::socket(bench.source.clone()).await?;
    let webview: Webview = app
        .get_webview_window("main")
        .ok_or("there is no window")?
        .as_ref()
        .clone();
    line(
        "| load | way | frames/s | MB/s | batches/s | median ms | p95 ms | dropped/s | CPU, % of a core |",
    )?;
    line("|---|---|---|---|---|---|---|---|---|")?;
    for load in feed::LOADS {
        for (name, kind, polls) in [
            ("Tauri channel", "channel", 0),
            ("scheme, 1 poll", "scheme", 1),
            ("scheme, 2 polls", "scheme", 2),
            ("WebSocket", "websocket", 0),
        ] {
            let flat_out = load.fps == 0;
            // The source stands before the page polls or connects.
            let (feeders, frames) = feed::start(load);
            *bench.source.lock().await = Some(frames);
            give.send(Task {
                kind,
                polls,
                acknowledge: flat_out,
                url: format!("ws://127.0.0.1:{}/", socket.port),
                token: socket.token.clone(),
                warm_up_ms: u64::try_from(WARM_UP.as_millis())?,
                window_ms: seconds * 1000,
            })
            .await?;
            let Some(Said::Ready { channel }) = hear.recv().await else {
                return Err("the page did not get ready".into());
            };
            if kind == "channel" {
                let limit = flat_out.then(|| bench.window.clone());
                tokio::spawn(carrier::channel(
                    webview.clone(),
                    channel,
                    bench.source.clone(),
                    limit,
                ));
            }
            tokio::time::sleep(WARM_UP).await;
            let (before, lost) = (
                usage::process_tree(),
                feeders.dropped.load(Ordering::Relaxed),
            );
            tokio::time::sleep(window).await;
            let cpu = usage::process_tree().saturating_sub(before);
            let lost = feeders.dropped.load(Ordering::Relaxed) - lost;
            let report = tokio::time::timeout(Duration::from_secs(60), hear.recv()).await;
            drop(feeders);
            let Ok(Some(Said::Report(got))) = report else {
                return Err(format!("no report for {name}").into());
            };
            let per_second = |count: u64| count as f64 / seconds as f64;
            line(&format!(
                "| {} | {name} | {:.0} | {:.2} | {:.0} | {:.1} | {:.1} | {:.1} | {:.1} |",
                load.name,
                per_second(got.frames),
                per_second(got.bytes) / 1e6,
                per_second(got.batches),
                got.median_ms,
                got.p95_ms,
                per_second(lost),
                cpu.as_secs_f64() / window.as_secs_f64() * 100.0,
            ))?;
        }
    }
    Ok(())
}

fn line(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}")
}
