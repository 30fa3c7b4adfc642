//! The cases of how a process ends and what it leaves, of several processes, and what was seen in all conversations together.

use std::time::{Duration, Instant};

use super::super::process::described;
use super::super::protocol::ToExtractor;
use super::super::worker::shown;
use super::Failure;
use super::session::Session;
use super::suite::{Suite, Verdict, canonical, entry};
use super::texts::ARTICLES;
use crate::host::group;

/// How long what a process started may take to end after it.
const SETTLE: Duration = Duration::from_millis(500);

/// How many times as many threads as a process is told to use are worth a remark.
const MANY: usize = 4;

/// A process that has worked, where it can.
fn worked(suite: &mut Suite<'_>) -> Result<Session, Failure> {
    let mut session = suite.session()?;
    let document = suite.document(ARTICLES[0]);
    suite.send(&mut session, &[&document]);
    // Whether it answers is told elsewhere.
    let _ = suite.reply(&mut session);
    Ok(session)
}

pub(super) fn bye(suite: &mut Suite<'_>) -> Verdict {
    let grace = suite.settings.grace;
    let mut session = worked(suite)?;
    session.process.send(ToExtractor::Bye.line());
    session.process.close_input();
    let failure = |found: String| Failure {
        sent: "{\"t\":\"bye\"}, and the end of standard input".to_owned(),
        found,
        expected: format!("exit code 0 within {}", shown(grace)),
        mend: "leave the loop at bye, end threads and child processes, and exit with 0".to_owned(),
    };
    match session.process.ended(Instant::now() + grace) {
        None => Err(failure(format!("it goes on{}", session.words()))),
        Some(status) => {
            suite.left = Some(left(&session));
            if status.success() {
                return Ok(None);
            }
            Err(failure(format!(
                "{}{}",
                described(Some(status)),
                session.words()
            )))
        }
    }
}

/// What lives on of the group of a process that has ended.
fn left(session: &Session) -> Vec<String> {
    let until = Instant::now() + SETTLE;
    loop {
        let names = match group::members(session.process.id()) {
            Some(members) => members.into_iter().map(|member| member.name).collect(),
            None if session.process.group_lives() => vec!["some process".to_owned()],
            None => Vec::new(),
        };
        if names.is_empty() || Instant::now() >= until {
            return names;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(super) fn nothing_left(suite: &mut Suite<'_>) -> Verdict {
    match suite.left.take() {
        None => Ok(Some("it did not end; see the case bye".to_owned())),
        Some(left) if left.is_empty() => Ok(None),
        Some(left) => Err(Failure {
            sent: "{\"t\":\"bye\"}, and the end of standard input".to_owned(),
            found: format!(
                "it ended, and of what it started these live on: {}",
                left.join(", ")
            ),
            expected: "nothing of its process group".to_owned(),
            mend:
                "end child processes and wait for them before exiting; goldspan ends what is left"
                    .to_owned(),
        }),
    }
}

pub(super) fn end_of_input(suite: &mut Suite<'_>) -> Verdict {
    let grace = suite.settings.grace;
    let mut session = worked(suite)?;
    session.process.close_input();
    match session.process.ended(Instant::now() + grace) {
        None => Err(Failure {
            sent: "the end of standard input".to_owned(),
            found: format!("it goes on{}", session.words()),
            expected: format!("its end within {}", shown(grace)),
            mend: "leave the loop where reading gives nothing more (\"\" in Python, null or \"end\" elsewhere): where goldspan is killed nobody says bye".to_owned(),
        }),
        Some(status) => {
            if !status.success() {
                suite.remark(format!("{} when standard input ended", described(Some(status))));
            }
            Ok(None)
        }
    }
}

pub(super) fn second_worker(suite: &mut Suite<'_>) -> Verdict {
    let mut first = suite.session()?;
    let mut second = suite.another(1)?;
    let document = suite.document(ARTICLES[0]);
    suite.send(&mut first, &[&document]);
    suite.send(&mut second, &[&document]);
    let mend = |failure: Failure| {
        Failure {
        mend: "workers share the folder, ports and the GPU: GOLDSPAN_WORKER (0, 1, ...) tells them apart".to_owned(),
        ..failure
    }
    };
    let one = suite.reply(&mut first).map_err(mend)?;
    let two = suite.reply(&mut second).map_err(mend)?;
    let (one, own) = entry(one, 0, &document).map_err(mend)?;
    let (two, other) = entry(two, 0, &document).map_err(mend)?;
    suite.keep(first);
    second.leave();
    let found = |entry| {
        suite
            .found(entry, &document)
            .map(|found| canonical(&found.prediction.0))
    };
    if suite.steady && found(&own) != found(&other) {
        return Err(Failure {
            sent: two.sent,
            found: format!("from one process {}, from the other {}", one.came, two.came),
            expected: "the same answer from both".to_owned(),
            mend: "what differs between processes: the order of sets and hash maps, random seeds, GOLDSPAN_WORKER; where it cannot be helped say \"deterministic\": false".to_owned(),
        });
    }
    Ok(None)
}

pub(super) fn same_ready(suite: &mut Suite<'_>) -> Verdict {
    let readies = &suite.ledger.readies;
    let Some(first) = readies.first() else {
        return Ok(Some("no process was ready".to_owned()));
    };
    if readies.len() < 2 {
        return Ok(Some("one process alone was ready".to_owned()));
    }
    match readies.iter().find(|ready| *ready != first) {
        None => Ok(None),
        Some(other) => Err(Failure {
            sent: super::ledger::cut(&String::from_utf8_lossy(&suite.hello())),
            found: format!("first {first}, later {other}"),
            expected: "the same each time: an extractor that says something else after a restart is given up, and a fingerprint that changes makes the cache useless".to_owned(),
            mend: "make the fingerprint of the code, the weights and the versions of libraries; not of the time, the process or the order of a set".to_owned(),
        }),
    }
}

pub(super) fn messages(suite: &mut Suite<'_>) -> Verdict {
    if suite.ledger.strays.is_empty() {
        return Ok(None);
    }
    Err(Failure {
        sent: "what the protocol has".to_owned(),
        found: suite.ledger.strays.join("; "),
        expected: "on standard output only messages, one JSON object a line; in a run each of these would end the process".to_owned(),
        mend: "print everything else on standard error: print(..., file=sys.stderr), console.error; point the loggers of libraries there, or send {\"t\":\"log\",\"level\":\"info\",\"message\":\"...\"}".to_owned(),
    })
}

pub(super) fn errors(suite: &mut Suite<'_>) -> Verdict {
    if suite.ledger.errors == 0 {
        return Ok(Some("it never answered with an error".to_owned()));
    }
    if suite.ledger.bad_errors.is_empty() {
        return Ok(None);
    }
    Err(Failure {
        sent: "what the protocol has".to_owned(),
        found: suite.ledger.bad_errors.join("; "),
        expected: "{\"code\": \"too_long\", \"message\": \"9,000 tokens, at most 512\", \"retryable\": false}; retryable may be left out".to_owned(),
        mend: "give every error a code of one word, and a message that tells a person what to do".to_owned(),
    })
}

pub(super) fn threads(suite: &mut Suite<'_>) -> Verdict {
    let told = suite.settings.threads;
    match suite.ledger.threads {
        None => Ok(Some("threads can be counted on Linux only".to_owned())),
        Some(found) => {
            if found > MANY * told.max(1) {
                suite.remark(format!("it had {found} threads at once, and was told to use {told} (OMP_NUM_THREADS and the like); Node.js and Java have some of their own, PyTorch needs torch.set_num_threads"));
            }
            Ok(None)
        }
    }
}
