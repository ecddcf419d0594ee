//! A headless Chromium, driven over the DevTools protocol.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio_tungstenite::tungstenite::Message;

const BINARY: &str = "/usr/bin/chromium";
/// A busy machine may take long to start a browser, or to answer anything.
const PATIENCE: Duration = Duration::from_secs(90);

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--mute-audio",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream=fps=30",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-port=0",
];

#[derive(Default)]
struct Waiting {
    answers: HashMap<u64, oneshot::Sender<Value>>,
    reports: HashMap<String, mpsc::UnboundedSender<Value>>,
}

#[derive(Clone)]
struct Socket {
    send: mpsc::UnboundedSender<Message>,
    waiting: Arc<Mutex<Waiting>>,
    next: Arc<AtomicU64>,
}

impl Socket {
    async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap().answers.insert(id, answer);
        let mut call = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            call["sessionId"] = session.into();
        }
        self.send.send(Message::text(call.to_string())).unwrap();
        let answer = tokio::time::timeout(PATIENCE, answered)
            .await
            .unwrap_or_else(|_| panic!("no answer to {method}"))
            .unwrap_or_else(|_| panic!("Chromium went away during {method}"));
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }
}

fn take(waiting: &Mutex<Waiting>, message: &str) {
    let Ok(mut message) = serde_json::from_str::<Value>(message) else {
        return;
    };
    let mut waiting = waiting.lock().unwrap();
    if let Some(id) = message["id"].as_u64() {
        if let Some(answer) = waiting.answers.remove(&id) {
            let _ = answer.send(message);
        }
    } else if message["method"] == "Runtime.bindingCalled" {
        let session = message["sessionId"].as_str().unwrap_or_default();
        if let Some(reports) = waiting.reports.get(session) {
            let payload = message["params"]["payload"].take();
            let report = serde_json::from_str(payload.as_str().unwrap_or_default());
            let _ = reports.send(report.unwrap());
        }
    }
}

/// One browser with one page. Dropping it ends the processes.
pub struct Browser {
    socket: Socket,
    session: String,
    tasks: Vec<AbortHandle>,
    child: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts Chromium and opens the test page; what the page reports comes through the receiver.
    pub async fn start() -> (Self, mpsc::UnboundedReceiver<Value>) {
        let profile = tempfile::tempdir().unwrap();
        let child = Command::new(BINARY)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .env("HOME", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let address = debugger_address(profile.path()).await;
        let (stream, _) = tokio_tungstenite::connect_async(address).await.unwrap();
        let (mut sink, mut source) = stream.split();
        let (send, mut queued) = mpsc::unbounded_channel::<Message>();
        let waiting = Arc::new(Mutex::new(Waiting::default()));
        let writer = tokio::spawn(async move {
            while let Some(message) = queued.recv().await {
                if sink.send(message).await.is_err() {
                    break;
                }
            }
        });
        let taker = waiting.clone();
        let reader = tokio::spawn(async move {
            while let Some(Ok(message)) = source.next().await {
                if let Message::Text(text) = message {
                    take(&taker, &text);
                }
            }
            taker.lock().unwrap().answers.clear();
        });
        let socket = Socket {
            send,
            waiting,
            next: Arc::default(),
        };
        let (page, server) = serve().await;
        let target = socket
            .call(None, "Target.createTarget", json!({ "url": "about:blank" }))
            .await;
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = socket.call(None, "Target.attachToTarget", target).await;
        let session = attached["sessionId"].as_str().unwrap().to_owned();
        let (reports, reported) = mpsc::unbounded_channel();
        socket
            .waiting
            .lock()
            .unwrap()
            .reports
            .insert(session.clone(), reports);
        let browser = Self {
            socket,
            session,
            tasks: vec![writer.abort_handle(), reader.abort_handle(), server],
            child,
            _profile: profile,
        };
        browser.page("Page.enable", json!({})).await;
        browser.page("Runtime.enable", json!({})).await;
        browser
            .page("Runtime.addBinding", json!({ "name": "report" }))
            .await;
        browser.page("Page.navigate", json!({ "url": page })).await;
        let ready = "document.readyState === 'complete' && typeof stats === 'function'";
        let loaded = async {
            while browser.call(ready).await != json!(true) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, loaded)
            .await
            .expect("the page does not load");
        (browser, reported)
    }

    async fn page(&self, method: &str, params: Value) -> Value {
        self.socket.call(Some(&self.session), method, params).await
    }

    /// Runs an expression in the page, waits for its promise, and gives its value.
    pub async fn call(&self, expression: &str) -> Value {
        let result = self.try_call(expression).await;
        result.unwrap_or_else(|error| panic!("{error} in {}", clip(expression)))
    }

    /// As [`Self::call`]; an exception comes as the error.
    pub async fn try_call(&self, expression: &str) -> Result<Value, String> {
        let params = json!({
            "expression": expression,
            "awaitPromise": true,
            "returnByValue": true,
            "userGesture": true,
        });
        let mut result = self.page("Runtime.evaluate", params).await;
        match result.get("exceptionDetails") {
            Some(details) => Err(details["exception"]["description"].to_string()),
            None => Ok(result["result"]["value"].take()),
        }
    }

    /// Ends the browser and waits for it.
    pub async fn close(mut self) {
        let goodbye = Message::text(json!({ "id": 0, "method": "Browser.close" }).to_string());
        let _ = self.socket.send.send(goodbye);
        let _ = tokio::time::timeout(Duration::from_secs(10), self.child.wait()).await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        let _ = self.child.start_kill();
    }
}

fn clip(text: &str) -> String {
    text.chars().take(200).collect()
}

async fn debugger_address(profile: &Path) -> String {
    let file = profile.join("DevToolsActivePort");
    let found = async {
        loop {
            if let Ok(text) = tokio::fs::read_to_string(&file).await
                && let Some((port, path)) = text.split_once('\n')
            {
                return format!("ws://127.0.0.1:{}{}", port.trim(), path.trim());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, found)
        .await
        .expect("Chromium does not start")
}

/// The page's own server: media capture needs an origin.
async fn serve() -> (String, AbortHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let (kind, body) = if request[..read].starts_with(b"GET /page.js ") {
                    ("text/javascript", include_str!("page.js"))
                } else {
                    ("text/html", include_str!("page.html"))
                };
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
                );
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            });
        }
    });
    (format!("http://{address}/"), task.abort_handle())
}
