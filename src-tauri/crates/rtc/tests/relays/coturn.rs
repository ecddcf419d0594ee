//! A real TURN server for tests: coturn on loopback.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use foyer_rtc::IceServer;
use tempfile::TempDir;

pub const USER: &str = "alice";
pub const PASSWORD: &str = "open sesame";
const REALM: &str = "foyer.test";
/// Together half a minute.
const TRIES: u32 = 1_500;
const PAUSE: Duration = Duration::from_millis(20);

/// What the server may be reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Udp,
    Tcp,
    Tls,
}

/// A server with one way in; dropping it kills it.
pub struct Coturn {
    child: Child,
    way: Way,
    pub port: u16,
    pub root: Bytes,
    folder: TempDir,
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Coturn {
    pub fn start(way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        let key = made.signing_key.serialize_pem();
        std::fs::write(folder.path().join("key.pem"), key).unwrap();
        let port = free_port(way);
        Self {
            child: run(way, port, folder.path()),
            way,
            port,
            root: Bytes::copy_from_slice(made.cert.der()),
            folder,
        }
    }

    /// Kills it at once; allocations are lost.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again at the same place.
    pub fn again(&mut self) {
        self.child = run(self.way, self.port, self.folder.path());
    }

    pub fn url(&self) -> String {
        match self.way {
            Way::Udp => format!("turn:127.0.0.1:{}?transport=udp", self.port),
            Way::Tcp => format!("turn:localhost:{}?transport=tcp", self.port),
            Way::Tls => format!("turns:localhost:{}", self.port),
        }
    }

    pub fn server(&self) -> IceServer {
        server(self.url(), PASSWORD)
    }

    /// How many allocations were given, by the server's own account.
    pub fn allocations(&self) -> usize {
        let mut log = String::new();
        let mut file = File::open(self.folder.path().join("log")).unwrap();
        file.read_to_string(&mut log).unwrap();
        log.matches("ALLOCATE processed, success").count()
    }
}

pub fn server(url: String, credential: &str) -> IceServer {
    IceServer {
        urls: vec![url],
        username: USER.to_owned(),
        credential: credential.to_owned(),
    }
}

pub fn free_port(way: Way) -> u16 {
    let any = (Ipv4Addr::LOCALHOST, 0);
    match way {
        Way::Udp => UdpSocket::bind(any).unwrap().local_addr(),
        Way::Tcp | Way::Tls => TcpListener::bind(any).unwrap().local_addr(),
    }
    .unwrap()
    .port()
}

fn run(way: Way, port: u16, folder: &Path) -> Child {
    let log = File::create(folder.join("log")).unwrap();
    let mut command = Command::new("turnserver");
    command
        .current_dir(folder)
        .args(["-n", "--no-cli", "--log-file", "stdout", "--verbose"])
        .args(["--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1"])
        .args(["--lt-cred-mech", "--fingerprint", "--realm", REALM])
        .arg(format!("--user={USER}:{PASSWORD}"))
        .args(["--cert", "cert.pem", "--pkey", "key.pem"])
        .args(["--pidfile", "pid", "--userdb", "users"])
        .args(["--allow-loopback-peers", "--no-dtls"])
        .args(["--relay-threads", "1"]);
    match way {
        Way::Udp => command.args(["--no-tcp", "--no-tls"]),
        Way::Tcp => command.args(["--no-udp", "--no-tls"]),
        Way::Tls => command.args(["--no-udp", "--no-tcp"]),
    };
    let flag = match way {
        Way::Tls => "--tls-listening-port",
        Way::Udp | Way::Tcp => "--listening-port",
    };
    let child = command
        .args([flag, &port.to_string()])
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .expect("turnserver runs: install the package coturn (`cargo xtask test` does)");
    wait(way, SocketAddr::from((Ipv4Addr::LOCALHOST, port)), folder);
    child
}

fn wait(way: Way, at: SocketAddr, folder: &Path) {
    for _ in 0..TRIES {
        if listens(way, at) {
            return;
        }
        std::thread::sleep(PAUSE);
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    panic!("turnserver does not listen:\n{log}");
}

fn listens(way: Way, at: SocketAddr) -> bool {
    if way != Way::Udp {
        return TcpStream::connect(at).is_ok();
    }
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.connect(at).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut request = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    request.write_all(&[9; 12]).unwrap();
    let mut answer = [0; 512];
    socket.send(&request).is_ok() && socket.recv(&mut answer).is_ok()
}
