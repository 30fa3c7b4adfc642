//! A child process in a group of its own: bytes in, lines out, words on standard error kept, and an end that leaves nothing behind.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::settings::Settings;
use super::trace::{Trace, Way};
use super::{group, guard};

/// How many bytes of standard error are kept, the last ones.
const STDERR_BYTES: usize = 64 << 10;

/// How many characters of a line of standard error are shown.
const LONGEST_WORDS: usize = 500;

/// How many lines of a child wait to be read before the child has to wait.
const WAITING_LINES: usize = 16;

/// How long an answer is awaited without sleeping.
const SOON: Duration = Duration::from_micros(100);

/// How often a child that is to end is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// What comes from a child.
#[derive(Debug)]
pub(super) enum Event {
    /// A line, without its line end.
    Line(Vec<u8>),
    /// A line longer than is allowed; its beginning.
    TooLong(Vec<u8>),
    /// Bytes after the last line end, and the end.
    Partial(Vec<u8>),
    /// The end of standard output.
    Closed,
}

/// A running program.
pub(super) struct Process {
    child: Child,
    input: Option<Sender<Vec<u8>>>,
    events: Receiver<Event>,
    words: Arc<Mutex<VecDeque<u8>>>,
    words_done: Receiver<()>,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts a program. It runs in the folder of the configuration, in a process group of its own, and is told to use few threads.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(super) fn start(
        command: &[String],
        settings: &Settings,
        number: usize,
        env: &[(String, String)],
    ) -> io::Result<Self> {
        let mut child = spawn(command, settings, number, env)?;
        guard::watch(child.id());
        let gone = || io::Error::other("its pipes could not be had");
        let stdin = child.stdin.take().ok_or_else(gone)?;
        let stdout = child.stdout.take().ok_or_else(gone)?;
        let stderr = child.stderr.take().ok_or_else(gone)?;
        let trace = settings.trace.clone();
        // As many messages as can be unanswered, and the few that need no answer: whoever sends never waits.
        let (input, to_write) = bounded::<Vec<u8>>(64);
        thread::spawn({
            let trace = trace.clone();
            move || write_all(stdin, &to_write, trace.as_ref())
        });
        let (tell, events) = bounded(WAITING_LINES);
        thread::spawn({
            let (trace, most) = (trace.clone(), settings.line_bytes);
            move || read_lines(stdout, most, &tell, trace.as_ref())
        });
        let words = Arc::new(Mutex::new(VecDeque::new()));
        let (done, words_done) = bounded(1);
        thread::spawn({
            let words = Arc::clone(&words);
            move || {
                keep_words(stderr, &words, trace.as_ref());
                let _ = done.send(());
            }
        });
        Ok(Self {
            child,
            input: Some(input),
            events,
            words,
            words_done,
            ended: None,
        })
    }

    /// Sends bytes. Does not wait; where the child reads nothing any more, what is sent is lost, which its silence will show.
    pub(super) fn send(&self, bytes: Vec<u8>) {
        if let Some(input) = &self.input
            && let Err(TrySendError::Full(_)) = input.try_send(bytes)
        {
            // A child with so many unread messages is told nothing more.
        }
    }

    /// Closes standard input.
    pub(super) fn close_input(&mut self) {
        self.input = None;
    }

    /// The next event, or `None` where none comes until then.
    pub(super) fn next(&self, until: Instant) -> Option<Event> {
        // Quick answers come before a processor that was sent to sleep would wake up again.
        let soon = Instant::now() + SOON;
        while Instant::now() < soon {
            if let Ok(event) = self.events.try_recv() {
                return Some(event);
            }
            std::hint::spin_loop();
        }
        match self.events.recv_deadline(until) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Event::Closed),
        }
    }

    /// The last lines of standard error, at most so many.
    pub(super) fn last_words(&self, lines: usize) -> Vec<String> {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = words.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let all: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let from = all.len().saturating_sub(lines);
        all[from..].iter().map(|line| cut(line)).collect()
    }

    /// Keeps words that came another way, as if on standard error.
    pub(super) fn add_words(&self, text: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend(text.as_bytes());
        let over = words.len().saturating_sub(STDERR_BYTES);
        words.drain(..over);
    }

    /// Waits a moment for the words of a child that has ended.
    pub(super) fn settle_words(&self) {
        let _ = self.words_done.recv_timeout(Duration::from_millis(200));
    }

    /// How the child ended, where it has, waiting for it until then.
    pub(super) fn ended(&mut self, until: Instant) -> Option<ExitStatus> {
        loop {
            if self.ended.is_none() {
                self.ended = self.child.try_wait().ok().flatten();
            }
            if self.ended.is_some() || Instant::now() >= until {
                return self.ended;
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    /// The number of the child, and of its group.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the child and everything that it started: asks the group to end, and after `grace` makes it end. Gives whether something outlived the child.
    pub(super) fn end(&mut self, grace: Duration) -> bool {
        self.input = None;
        let outlived = self.ended.is_some() && self.group_lives();
        if self.ended.is_none() || outlived {
            self.signal(Signal::Terminate);
            let until = Instant::now() + grace;
            while Instant::now() < until {
                if self.ended(Instant::now()).is_some() && !self.group_lives() {
                    return outlived;
                }
                thread::sleep(LOOK_EVERY);
            }
        }
        self.kill();
        outlived
    }

    /// Ends the child and its group at once.
    pub(super) fn kill(&mut self) {
        self.input = None;
        self.signal(Signal::Kill);
        if self.ended.is_none() {
            // A killed child ends; without waiting it would stay in the table of processes.
            let _ = self.child.kill();
            self.ended = self.child.wait().ok();
        }
        // A group may have started something between the signal and now.
        if self.group_lives() {
            self.signal(Signal::Kill);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended.is_none() || self.group_lives() {
            self.kill();
        }
        guard::release(self.child.id());
    }
}

/// How a group is told to end.
#[derive(Clone, Copy)]
enum Signal {
    Terminate,
    Kill,
}

#[cfg(unix)]
impl Process {
    fn group(&self) -> Option<rustix::process::Pid> {
        rustix::process::Pid::from_raw(i32::try_from(self.child.id()).ok()?)
    }

    fn signal(&self, signal: Signal) {
        let signal = match signal {
            Signal::Terminate => rustix::process::Signal::TERM,
            Signal::Kill => rustix::process::Signal::KILL,
        };
        if let Some(group) = self.group() {
            // A group that is gone already is what is wanted.
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }

    /// Whether a process of the group lives.
    pub(super) fn group_lives(&self) -> bool {
        let Some(group) = self.group() else {
            return false;
        };
        // Processes that have ended stay in the group until somebody asks after them, which in a container may be nobody.
        let living = || group::members(self.child.id()).is_none_or(|members| !members.is_empty());
        rustix::process::test_kill_process_group(group).is_ok() && living()
    }
}

#[cfg(not(unix))]
impl Process {
    fn signal(&self, _: Signal) {}

    pub(super) fn group_lives(&self) -> bool {
        false
    }
}

/// The program and its arguments. Where memory is limited, a shell limits itself and then becomes the program: so nothing that the program starts escapes, however soon.
#[cfg(target_os = "linux")]
fn prepared(command: &[String], settings: &Settings) -> io::Result<Command> {
    let Some(bytes) = settings.memory else {
        return plain(command);
    };
    let most = rustix::process::getrlimit(rustix::process::Resource::As).maximum;
    if most.is_some_and(|most| most < bytes) {
        let what = "memory cannot be limited to more than the shell's own limit, ulimit -v";
        return Err(io::Error::other(what));
    }
    // A shell would tell in words of its own that there is no such program.
    if !super::program_is_there(command, &settings.base) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut start = Command::new("/bin/sh");
    let script = format!("ulimit -v {} && exec \"$@\"", bytes.div_ceil(1024));
    start.args(["-c", &script, "goldspan"]).args(command);
    Ok(start)
}

#[cfg(not(target_os = "linux"))]
fn prepared(command: &[String], _: &Settings) -> io::Result<Command> {
    plain(command)
}

fn plain(command: &[String]) -> io::Result<Command> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| io::Error::other("the command is empty"))?;
    let mut start = Command::new(program);
    start.args(arguments);
    Ok(start)
}

/// Starts the program itself.
fn spawn(
    command: &[String],
    settings: &Settings,
    number: usize,
    env: &[(String, String)],
) -> io::Result<Child> {
    let threads = settings.threads.to_string();
    let mut start = prepared(command, settings)?;
    start
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("PYTHONUNBUFFERED", "1")
        // The order of sets is the commonest reason why a Python program answers differently each time.
        .env("PYTHONHASHSEED", "0")
        .env("TOKENIZERS_PARALLELISM", "false")
        .env("GOLDSPAN_WORKER", number.to_string());
    for cap in [
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
        "RAYON_NUM_THREADS",
    ] {
        start.env(cap, &threads);
    }
    start.envs(env.iter().map(|(name, value)| (name, value)));
    if !settings.base.as_os_str().is_empty() {
        start.current_dir(&settings.base);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // So that a terminal's interrupt reaches goldspan alone, and everything that the child starts can be ended with it.
        start.process_group(0);
    }
    start.spawn()
}

/// Writes messages until there are none to come, or the child reads no more.
fn write_all(mut stdin: impl Write, messages: &Receiver<Vec<u8>>, trace: Option<&Trace>) {
    for message in messages {
        if let Some(Trace(trace)) = trace {
            trace(Way::To, &message);
        }
        if stdin
            .write_all(&message)
            .and_then(|()| stdin.flush())
            .is_err()
        {
            return;
        }
    }
}

/// Reads lines until the end, or until nobody wants them.
fn read_lines(stdout: impl Read, most: usize, tell: &Sender<Event>, trace: Option<&Trace>) {
    let mut stdout = BufReader::with_capacity(64 << 10, stdout);
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let read = stdout.by_ref().take(limit).read_until(b'\n', &mut line);
        if let Some(Trace(trace)) = trace.filter(|_| !line.is_empty()) {
            trace(Way::From, &line);
        }
        let whole = line.last() == Some(&b'\n');
        let event = match read {
            Ok(0) | Err(_) if line.is_empty() => Event::Closed,
            _ if whole => {
                line.pop();
                Event::Line(line)
            }
            _ if line.len() > most => {
                line.truncate(200);
                Event::TooLong(line)
            }
            _ => Event::Partial(line),
        };
        let last = !matches!(event, Event::Line(_));
        if tell.send(event).is_err() || last {
            return;
        }
    }
}

/// Keeps the end of standard error.
fn keep_words(mut stderr: impl Read, words: &Mutex<VecDeque<u8>>, trace: Option<&Trace>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut buffer) {
        if let Some(Trace(trace)) = trace {
            trace(Way::Words, &buffer[..count]);
        }
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend(&buffer[..count]);
        let over = words.len().saturating_sub(STDERR_BYTES);
        words.drain(..over);
    }
}

/// The beginning of a line that nobody would read whole.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST_WORDS) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_owned(),
    }
}

/// How a child ended, for people.
pub(super) fn described(status: Option<ExitStatus>) -> String {
    let Some(status) = status else {
        return "it closed its standard output but goes on".to_owned();
    };
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return match signal {
                9 => "it was killed (signal 9; by the system, where memory was short)".to_owned(),
                11 => "it crashed (signal 11)".to_owned(),
                signal => format!("it was ended by signal {signal}"),
            };
        }
    }
    match status.code() {
        Some(code) => format!("it exited with code {code}"),
        None => "it ended".to_owned(),
    }
}
