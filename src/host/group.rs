//! The processes of a group and their threads, as `/proc` tells them; nothing is known elsewhere than on Linux.

/// A living process.
pub(super) struct Member {
    /// What it is called, with its number: `sleep (4711)`.
    pub(super) name: String,
    pub(super) threads: usize,
}

/// The living processes of a group; `None` where that cannot be known.
#[cfg(target_os = "linux")]
pub(super) fn members(group: u32) -> Option<Vec<Member>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").ok()? {
        let name = entry.ok()?.file_name();
        let Some(pid) = name.to_str().filter(|name| name.parse::<u32>().is_ok()) else {
            continue;
        };
        // A process may end while it is looked at.
        if let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat"))
            && let Some(member) = member(&stat, group)
        {
            found.push(member);
        }
    }
    Some(found)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn members(_: u32) -> Option<Vec<Member>> {
    None
}

/// The process of this line of `/proc/PID/stat`, where it lives and is of the group. Its name may hold spaces and parentheses.
#[cfg(target_os = "linux")]
fn member(stat: &str, group: u32) -> Option<Member> {
    let (before, after) = stat.rsplit_once(')')?;
    let (pid, name) = before.split_once(" (")?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    // Of the fields of proc(5) after the name: 0 is the state, 2 the group, 17 the number of threads.
    let dead = matches!(*fields.first()?, "Z" | "X");
    if dead || fields.get(2)?.parse::<u32>() != Ok(group) {
        return None;
    }
    Some(Member {
        name: format!("{name} ({pid})"),
        threads: fields.get(17)?.parse().ok()?,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "7 (a) b) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 3 0 100 1 1";
        let found = member(stat, 42).unwrap();
        assert_eq!((found.name.as_str(), found.threads), ("a) b (7)", 3));
        assert!(member(stat, 43).is_none());
        assert!(member(&stat.replace(" S ", " Z "), 42).is_none());
    }
}
