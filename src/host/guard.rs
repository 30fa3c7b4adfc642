//! A watch over the process groups that goldspan started, kept by a process of its own: however goldspan ends, also by a second Ctrl-C or by kill -9, they end with it.
//!
//! A signal cannot be caught where it kills, and standard input that ends is only a hint, which an extractor may overlook. The guard is a shell that hears of every group
//! through a pipe; when the pipe ends, goldspan has ended, and what has not been reported gone is asked to end, and a moment later made to.

#[cfg(unix)]
pub(super) use self::unix::{release, watch};

/// Begins to watch a group.
#[cfg(not(unix))]
pub(super) fn watch(_: u32) {}

/// Ends the watch over a group that has ended.
#[cfg(not(unix))]
pub(super) fn release(_: u32) {}

#[cfg(unix)]
mod unix {
    use std::collections::BTreeSet;
    use std::io::{self, Write};
    use std::os::unix::process::CommandExt;
    use std::process::{ChildStdin, Command, Stdio};
    use std::sync::{Mutex, PoisonError};

    /// Hears `+ GROUP` and `- GROUP` until goldspan has ended. Signals from a terminal that ends are not for it.
    const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="${groups%% "$group" *} ${groups#* "$group" }" ;; esac ;;
  esac
done
for signal in TERM KILL; do
  left=' '
  for group in $groups; do
    kill -s $signal -- "-$group" 2>/dev/null && left="$left$group "
  done
  groups=$left
  if [ "$groups" != ' ' ] && [ $signal = TERM ]; then sleep 1; fi
done
"#;

    static GUARD: Mutex<Guard> = Mutex::new(Guard {
        groups: BTreeSet::new(),
        pipe: None,
    });

    struct Guard {
        /// The groups that live, as far as is known.
        groups: BTreeSet<u32>,
        /// The way to the shell, once there is one.
        pipe: Option<ChildStdin>,
    }

    /// Begins to watch a group.
    pub(in crate::host) fn watch(group: u32) {
        let mut guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
        guard.groups.insert(group);
        let told = guard.tell(format!("+ {group}\n").as_bytes());
        if told.is_err() {
            // The first group, or the shell was killed. Where there is none to be had, groups are ended by goldspan alone, as long as it lives.
            guard.pipe = guard.shell().ok();
        }
    }

    /// Ends the watch over a group that has ended.
    pub(in crate::host) fn release(group: u32) {
        let mut guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
        guard.groups.remove(&group);
        // A shell that was killed is started again for the next group.
        let _ = guard.tell(format!("- {group}\n").as_bytes());
    }

    impl Guard {
        fn tell(&mut self, line: &[u8]) -> io::Result<()> {
            let pipe = self.pipe.as_mut();
            pipe.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?
                .write_all(line)
        }

        /// A new shell that has heard of all groups.
        fn shell(&self) -> io::Result<ChildStdin> {
            let shell = Command::new("/bin/sh")
                .args(["-c", SCRIPT, "goldspan-guard"])
                // It must hold open neither what goldspan writes to, nor a folder, nor be reached by what ends goldspan's own group.
                .current_dir("/")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .process_group(0)
                .spawn()?;
            // It is not waited for: it lives a moment longer than goldspan.
            let mut pipe = shell
                .stdin
                .ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
            for group in &self.groups {
                writeln!(pipe, "+ {group}")?;
            }
            Ok(pipe)
        }
    }
}
