//! What a service replied, and why a request failed as a whole: statuses, connections, and how long to leave the service alone.

use std::io;
use std::time::Duration;

use jiff::Timestamp;

use super::super::worker::shown;
use crate::error::quoted;
use crate::extract::ExtractError;

/// What a service replied.
#[derive(Debug)]
pub(in crate::host) struct Reply {
    /// The status.
    pub(in crate::host) status: u16,
    /// The body, unpacked.
    pub(in crate::host) body: Vec<u8>,
    /// How long it asks to be left alone.
    pub(in crate::host) retry_after: Option<Duration>,
    /// Where it says that the thing is.
    pub(in crate::host) location: Option<String>,
}

/// Why a request failed as a whole.
#[derive(Debug)]
pub(in crate::host) struct Fault {
    /// The error.
    pub(in crate::host) error: ExtractError,
    /// How long to wait before asking again, where the service says so.
    pub(in crate::host) pause: Option<Duration>,
    /// Whether the pause is for all requests.
    pub(in crate::host) for_all: bool,
    /// Whether the reason lies in the service and not in the documents.
    pub(in crate::host) of_service: bool,
}

impl From<ExtractError> for Fault {
    fn from(error: ExtractError) -> Self {
        Self {
            error,
            pause: None,
            for_all: false,
            of_service: false,
        }
    }
}

impl Fault {
    /// Why there was no reply, or not to its end.
    pub(super) fn of(error: &ureq::Error, within: Duration) -> Self {
        use io::ErrorKind::{
            ConnectionRefused, HostUnreachable, NetworkDown, NetworkUnreachable, TimedOut,
        };
        let retryable = |code, what: String| ExtractError::of(code, what).retryable();
        match error {
            ureq::Error::Timeout(_) => {
                retryable("timeout", format!("no answer within {}", shown(within))).into()
            }
            ureq::Error::Io(error) if error.kind() == TimedOut => {
                retryable("timeout", format!("no answer within {}", shown(within))).into()
            }
            ureq::Error::Io(error) => Self {
                of_service: matches!(
                    error.kind(),
                    ConnectionRefused | HostUnreachable | NetworkDown | NetworkUnreachable
                ),
                ..retryable("disconnected", format!("{error}")).into()
            },
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Self {
                of_service: true,
                ..retryable("disconnected", error.to_string()).into()
            },
            ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => {
                ExtractError::of("protocol", error.to_string()).into()
            }
            ureq::Error::Protocol(_)
            | ureq::Error::Decompress(..)
            | ureq::Error::BodyStalled
            | ureq::Error::LargeResponseHeader(..) => {
                retryable("protocol", error.to_string()).into()
            }
            _ => Self {
                of_service: true,
                ..ExtractError::of("disconnected", error.to_string()).into()
            },
        }
    }
}

impl Reply {
    /// Whether the status says that all went well.
    pub(in crate::host) const fn is_good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The error that the status is; `said` is what the body says for people, where that is known.
    pub(in crate::host) fn fault(&self, said: Option<&str>) -> Fault {
        let text = String::from_utf8_lossy(&self.body);
        let mut what = format!("the service answers with status {}", self.status);
        match (said, text.trim()) {
            (Some(said), _) => what.push_str(&format!(": {}", brief(said))),
            (None, "") => {}
            (None, text) => what.push_str(&format!(": {}", quoted(text))),
        }
        if let Some(location) = self.location.as_deref().filter(|_| self.status < 400) {
            what.push_str(&format!("; it is at {}", quoted(location)));
        }
        let retryable = self.status == 429 || self.status >= 500;
        Fault {
            error: ExtractError {
                retryable,
                ..ExtractError::of(format!("http_{}", self.status), what)
            },
            pause: self.retry_after,
            for_all: self.status == 429 || retryable && self.retry_after.is_some(),
            of_service: matches!(self.status, 401 | 403 | 404 | 429 | 502..=504),
        }
    }
}

/// Words of a service, not too many.
fn brief(words: &str) -> String {
    words.trim().chars().take(500).collect()
}

/// What `Retry-After` says: seconds, or a date.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let left = date.as_millisecond().saturating_sub(now.as_millisecond());
    Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        let seconds = |value| retry_after(value, now).map(|pause| pause.as_secs());
        assert_eq!(seconds("7"), Some(7));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:48:37 GMT"), Some(0));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1"), None);
    }

    #[test]
    fn statuses_say_whether_to_ask_again_and_whom_they_concern() {
        let told = |status| {
            let reply = Reply {
                status,
                body: b" oh\n".to_vec(),
                retry_after: None,
                location: None,
            };
            let fault = reply.fault(None);
            (
                fault.error.to_string(),
                fault.error.retryable,
                fault.of_service,
            )
        };
        let what =
            |status| format!("http_{status}: the service answers with status {status}: \"oh\"");
        assert_eq!(told(404), (what(404), false, true));
        assert_eq!(told(422), (what(422), false, false));
        assert_eq!(told(429), (what(429), true, true));
        assert_eq!(told(500), (what(500), true, false));
        assert_eq!(told(503), (what(503), true, true));
    }
}
