//! A small HTTP server for tests: plays what a test tells it, also broken, and keeps what it heard.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A request as the server heard it.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    /// Method and path.
    pub(super) line: String,
    /// The lines of its head, in small letters as far as names go.
    pub(super) head: Vec<String>,
    /// Its body; null where it has none.
    pub(super) body: Value,
    /// When it was heard.
    pub(super) at: Instant,
    /// How many requests of this line were heard before.
    pub(super) before: usize,
}

/// What the server does about a request.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: u16,
    headers: String,
    body: Vec<u8>,
    /// How much of the body is sent before the connection is closed.
    cut: Option<usize>,
    after: Duration,
}

impl Reply {
    /// An answer of this status.
    pub(super) fn of(status: u16, body: impl ToString) -> Self {
        Self {
            status,
            headers: String::new(),
            body: body.to_string().into_bytes(),
            cut: None,
            after: Duration::ZERO,
        }
    }

    /// No answer, and the end of the connection.
    pub(super) fn hung_up() -> Self {
        Self::of(0, "")
    }

    /// The same, as a result of this number.
    pub(super) fn numbered(mut self, id: &Value) -> Self {
        if let Ok(mut body) = serde_json::from_slice::<Value>(&self.body)
            && body["t"] == "result"
        {
            body["id"] = id.clone();
            self.body = body.to_string().into_bytes();
        }
        self
    }

    /// The same, with a header.
    pub(super) fn with(mut self, header: &str) -> Self {
        self.headers.push_str(&format!("{header}\r\n"));
        self
    }

    /// The same, after a while.
    pub(super) fn after(mut self, milliseconds: u64) -> Self {
        self.after = Duration::from_millis(milliseconds);
        self
    }

    /// The same, with so many bytes of its body and then the end of the connection.
    pub(super) fn cut(mut self, bytes: usize) -> Self {
        self.cut = Some(bytes);
        self
    }

    /// The same, packed.
    pub(super) fn packed(mut self) -> Self {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&self.body).unwrap();
        self.body = packer.finish().unwrap();
        self.with("content-encoding: gzip")
    }
}

/// A server that goes on until the tests end.
pub(super) struct Server {
    port: u16,
    state: Arc<State>,
}

struct State {
    heard: Mutex<Vec<Heard>>,
    connections: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Server {
    /// A server that replies so.
    pub(super) fn start(answer: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            heard: Mutex::default(),
            connections: AtomicUsize::new(0),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let answer = Arc::new(answer);
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (state, answer) = (Arc::clone(&shared), Arc::clone(&answer));
                thread::spawn(move || state.serve(&stream, answer.as_ref()));
            }
        });
        Self { port, state }
    }

    /// The host and port.
    pub(super) fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What was heard so far.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.state.heard.lock().unwrap().clone()
    }

    /// What was heard so far but for questions whether it is ready.
    pub(super) fn asked(&self) -> Vec<Heard> {
        let mut heard = self.heard();
        heard.retain(|heard| heard.line.starts_with("POST"));
        heard
    }

    /// How many connections were made, and how many requests were worked on at once at most.
    pub(super) fn load(&self) -> (usize, usize) {
        let most = self.state.most.load(Ordering::SeqCst);
        (self.state.connections.load(Ordering::SeqCst), most)
    }
}

impl State {
    /// Answers one connection until its end.
    fn serve(&self, stream: &TcpStream, answer: &(impl Fn(&Heard) -> Reply + ?Sized)) {
        let mut reader = BufReader::new(stream);
        while let Some(mut heard) = read(&mut reader) {
            {
                let mut all = self.heard.lock().unwrap();
                heard.before = all.iter().filter(|other| other.line == heard.line).count();
                all.push(heard.clone());
            }
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let reply = answer(&heard);
            thread::sleep(reply.after);
            self.now.fetch_sub(1, Ordering::SeqCst);
            if !write(stream, &reply) {
                return;
            }
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Heard> {
    let mut head: Vec<String> = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let long = head.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let long = name.eq_ignore_ascii_case("content-length");
        long.then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; long.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let line = head.remove(0);
    Some(Heard {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        head,
        body: serde_json::from_slice(&body).unwrap_or_default(),
        at: Instant::now(),
        before: 0,
    })
}

/// Sends a reply; gives whether the connection goes on.
fn write(mut stream: &TcpStream, reply: &Reply) -> bool {
    if reply.status == 0 {
        return false;
    }
    let head = format!(
        "HTTP/1.1 {} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{}\r\n",
        reply.status,
        reply.body.len(),
        reply.headers
    );
    let sent = reply.cut.unwrap_or(reply.body.len());
    let sent = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&reply.body[..sent]));
    sent.is_ok() && reply.cut.is_none()
}
