//! How many guests a second one core serves from the pool, and how long they wait: `cargo xtask bench tokens`.
//!
//! The service runs in a process of its own on one core; the load and the fake Azure share the other. Filling the
//! pool takes as long as Azure's limit says, so both processes skip that time on clocks that can be put forward.

mod load;
mod warp;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use foyer_acs::Timestamp;
use foyer_acs::fake::{Fake, FakeConfig};
use foyer_token_service::config::{Config, PREFIX};
use foyer_token_service::invitation::Invitation;
use foyer_token_service::meeting::{Address, Details};
use foyer_token_service::seal::{Key, Keys, new_secret};
use foyer_token_service::service::Service;

use crate::load::Load;
use crate::warp::Warp;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

const PUBLIC: &str = "https://join.contoso.example";
/// As much as a pool holds.
const POOL: usize = 20_000;
const AIM: f64 = 5_000.0;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    match arguments.next().as_deref() {
        Some("serve") => runtime.block_on(serve()),
        rounds => runtime.block_on(measure(rounds.unwrap_or("1").parse()?)),
    }
}

/// The process under load: says its address, skips time for each line it is sent, and ends with its input.
async fn serve() -> Result<()> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    let config = Config::load(None, std::env::vars())?;
    let warp = Warp::shared();
    let service = Service::start(config, warp.clone()).await?;
    writeln!(std::io::stdout(), "{}", service.address())?;
    tokio::task::spawn_blocking(move || {
        for _ in std::io::stdin().lines() {
            warp.skip();
        }
    })
    .await?;
    Ok(())
}

async fn measure(rounds: u32) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| uses are counted in | peak | CPU a request | one core | p50, p99, worst at {AIM}/s |\n|---|---|---|---|---|"
    )?;
    for _ in 0..rounds {
        for store in ["nothing", "a file", "Redis"] {
            writeln!(out, "{}", scenario(store).await?)?;
        }
    }
    Ok(())
}

async fn scenario(store: &str) -> Result<String> {
    let folder = std::env::temp_dir().join(format!("foyer-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let warp = Warp::shared();
    let fake = Fake::start(FakeConfig::loopback(warp.clone())).await?;
    let secret = new_secret();
    let redis = (store == "Redis")
        .then(|| Redis::start(&folder))
        .transpose()?;
    let uses = (store != "nothing").then_some(1_000_000);
    let mut settings = vec![
        ("PUBLIC_URL", PUBLIC.to_owned()),
        ("HTTP__LISTEN", "127.0.0.1:0".into()),
        (
            "AZURE__CONNECTION_STRING",
            fake.connection_string().expose().into(),
        ),
        (
            "INVITATIONS__KEYS",
            format!(r#"[{{ id = "k1", secret = "{}" }}]"#, secret.expose()),
        ),
        ("POOL__SIZE", POOL.to_string()),
        ("GUESTS__PER_ADDRESS", "10000000".into()),
        ("GUESTS__PER_INVITATION", "10000000".into()),
    ];
    match (&redis, store) {
        (Some(redis), _) => {
            settings.push(("STORE__REDIS", redis.url.clone()));
            settings.push(("STORE__INSTANCES", "2".into()));
        }
        (None, "a file") => {
            let path = folder.join("uses.redb");
            settings.push(("STORE__PATH", path.display().to_string()));
        }
        (None, _) => {}
    }
    let mut server = Server::start(&settings)?;
    let keys = Keys::new(vec![Key::parse("k1", &secret)?]).ok_or("one key is enough")?;
    let meeting = Address::from_link("https://teams.microsoft.com/meet/123456789?p=abc")?;
    let day = Duration::from_secs(86_400);
    let details = Details::default();
    let invitation = Invitation::new(PUBLIC, meeting, details, uses, Timestamp::now(), day);
    let load = Load::new(server.address, invitation.seal(&keys).token().expose());

    server.fill(&warp, redis.as_ref(), &load).await?;
    let before = server.cpu()?;
    let peak = load.as_fast_as_possible(POOL / 2).await?;
    let cpu = server.cpu()? - before;
    let paced = load.at(AIM, POOL / 2 - 500).await?;
    let refused = fake
        .requests()
        .iter()
        .filter(|seen| seen.status == 429)
        .count();
    if refused > 0 {
        return Err(format!("Azure refused {refused} requests: the limit was not kept").into());
    }
    std::fs::remove_dir_all(&folder)?;
    let each = cpu.as_secs_f64() / peak.count() as f64;
    Ok(format!(
        "| {store} | {:.0}/s | {:.0} µs | {:.0}/s | {} |",
        peak.per_second(),
        each * 1e6,
        1.0 / each,
        paced.percentiles(),
    ))
}

/// A Redis that ends with the scenario.
struct Redis {
    child: Child,
    url: String,
}

impl Redis {
    fn start(folder: &std::path::Path) -> Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let child = Command::new("redis-server")
            .args([
                "--port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
            ])
            .args(["--dir".as_ref(), folder.as_os_str()])
            .stdout(Stdio::null())
            .spawn()?;
        let url = format!("redis://127.0.0.1:{port}");
        let redis = Self { child, url };
        while redis.skip().is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(redis)
    }

    /// Its time is the machine's, so that the window of requests to Azure has to be emptied by hand.
    fn skip(&self) -> Result<()> {
        let mut connection = redis::Client::open(&*self.url)?.get_connection()?;
        let [window, known] =
            ["window", "known"].map(|name| format!("{{foyer-token-service}}:azure:{name}"));
        redis::cmd("DEL").arg(window).exec(&mut connection)?;
        redis::cmd("SET").arg(known).arg(0).exec(&mut connection)?;
        Ok(())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process under load, on a core of its own.
struct Server {
    child: Child,
    input: ChildStdin,
    address: SocketAddr,
}

impl Server {
    fn start(settings: &[(&str, String)]) -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .arg("serve")
            .envs(
                settings
                    .iter()
                    .map(|(name, value)| (format!("{PREFIX}{name}"), value)),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("it was piped")?;
        let output = child.stdout.take().ok_or("it was piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse()?;
        Ok(Self {
            child,
            input,
            address,
        })
    }

    /// Skips time until the pool is full.
    async fn fill(&mut self, warp: &Arc<Warp>, redis: Option<&Redis>, load: &Load) -> Result<()> {
        let mut known = 0;
        loop {
            let pooled = load.pooled().await?;
            if pooled >= POOL {
                return Ok(());
            }
            if pooled == known {
                // Nothing more in this window.
                warp.skip();
                self.input.write_all(b"\n")?;
                if let Some(redis) = redis {
                    redis.skip()?;
                }
            }
            known = pooled;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What it has used so far.
    fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Behind the name, which may hold anything, in parentheses.
        let (_, fields) = stat.rsplit_once(')').ok_or("a name in parentheses")?;
        let ticks = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u64>)
            .sum::<std::result::Result<u64, _>>()?;
        // Linux tells user space a hundredth of a second, whatever the kernel counts in.
        Ok(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
