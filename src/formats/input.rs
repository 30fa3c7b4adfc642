//! Opens files, plain or compressed, and refuses those that unpack to more than the limits allow.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

use super::options::Limits;
use crate::error::{Excerpt, Problem};

/// How much is read from the disk at once.
const BUFFER_BYTES: usize = 1 << 18;

/// The endings of compressed files, which say nothing of the format inside.
pub(crate) const COMPRESSED: [&str; 2] = ["gz", "zst"];

/// What compressed files begin with.
const GZIP: [u8; 2] = [0x1F, 0x8B];
const ZSTANDARD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// The text of a file, which must be UTF-8; a byte order mark is kept, since offsets count it.
///
/// # Errors
/// Where the file cannot be read, or is not UTF-8: the problem points at the first bad byte.
pub fn read_text(path: &Path) -> Result<String, Problem> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    text_of(path, bytes)
}

/// The text of a file that may be compressed.
///
/// # Errors
/// As [`read_text`], and where it is larger than the limits allow.
pub fn read_whole(path: &Path, limits: Limits) -> Result<String, Problem> {
    let most = limits.whole_bytes;
    let bytes = read_bytes(path, limits).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > most {
        let problem = Problem::new("this file is too large to be read whole").in_file(path);
        let problem = problem.found(format!("more than {} MiB", most >> 20));
        return Err(problem
            .expected("a smaller file, or a format that is read line by line")
            .mend("raise the limit with --max-size, or split the file"));
    }
    text_of(path, bytes)
}

/// The bytes of a file, unpacked, and one more than may be read whole where there are more. Most files are small and plain, so nothing is set up for others first.
fn read_bytes(path: &Path, limits: Limits) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let most = limits.whole_bytes.saturating_add(1);
    let size = file.metadata()?.len().min(most);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    (&mut file).take(most).read_to_end(&mut bytes)?;
    if !is_packed(&bytes) {
        return Ok(bytes);
    }
    file.rewind()?;
    let mut unpacked = Vec::new();
    unpack(BufReader::with_capacity(BUFFER_BYTES, file), limits)?
        .take(most)
        .read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        not_utf8(path, bytes, at).found(format!(
            "the byte 0x{:02X} at offset {at}",
            bytes.get(at).copied().unwrap_or_default()
        ))
    })
}

/// Whether a file is compressed, by its first bytes.
///
/// # Errors
/// Where it cannot be read.
pub fn is_compressed(path: &Path) -> Result<bool, Problem> {
    let mut begin = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let read = file.take(4).read_to_end(&mut begin);
    read.map_err(|error| unreadable(path, &error))?;
    Ok(is_packed(&begin))
}

/// Opens a file; gzip and Zstandard are known by their first bytes, whatever the file's name.
///
/// # Errors
/// Where it cannot be opened.
pub(super) fn open(path: &Path, limits: Limits) -> Result<Box<dyn BufRead + Send>, Problem> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut input = BufReader::with_capacity(BUFFER_BYTES, file);
    let begin = input.fill_buf().map_err(|error| unreadable(path, &error))?;
    if !is_packed(begin) {
        return Ok(Box::new(input));
    }
    let unpacked = unpack(input, limits).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, unpacked)))
}

/// Whether bytes begin as gzip or Zstandard do.
fn is_packed(begin: &[u8]) -> bool {
    begin.starts_with(&GZIP) || begin.starts_with(&ZSTANDARD)
}

/// What a packed file unpacks to, as much of it as the limits allow.
fn unpack(mut input: BufReader<File>, limits: Limits) -> io::Result<Box<dyn Read + Send>> {
    // What is no file on a disk, such as a pipe, has no size that could be compared.
    let known = input.get_ref().metadata()?;
    let most = if known.is_file() {
        limits.most_unpacked(known.len())
    } else {
        limits.unpacked_bytes
    };
    let gzip = input.fill_buf()?.starts_with(&GZIP);
    let unpacked: Box<dyn Read + Send> = if gzip {
        Box::new(flate2::bufread::MultiGzDecoder::new(input))
    } else {
        Box::new(zstd::stream::read::Decoder::with_buffer(input)?)
    };
    Ok(Box::new(Bounded {
        input: unpacked,
        left: most,
        most,
    }))
}

/// Why a compressed file cannot be unpacked.
#[derive(Debug, thiserror::Error)]
enum Unpacking {
    /// It gives more than it may.
    #[error("it unpacks to more than {}", size(*.0))]
    TooLarge(u64),
    /// What is compressed is not whole, or followed by something else.
    #[error("{0}")]
    Damaged(io::Error),
}

fn size(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        mebibytes => format!("{mebibytes} MiB"),
    }
}

/// An input that fails where it gives more than it may: a small file can unpack to fill any disk.
struct Bounded<R> {
    input: R,
    left: u64,
    most: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.input.read(buffer) {
            Ok(read) => read,
            // An interrupted read is tried again by whoever reads.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => return Err(io::Error::other(Unpacking::Damaged(error))),
        };
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| io::Error::other(Unpacking::TooLarge(self.most)))?;
        Ok(read)
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let problem = Problem::new("cannot read this file")
        .in_file(path)
        .found(error.to_string());
    match error.get_ref().and_then(|error| error.downcast_ref()) {
        Some(Unpacking::TooLarge(_)) => problem
            .expected("a compressed file of the size that text has")
            .mend("raise the limit with --max-size where it is meant to, or unpack the file first"),
        Some(Unpacking::Damaged(_)) => problem
            .expected("a whole gzip or Zstandard file, and nothing after it")
            .mend("it was cut off or damaged on its way: fetch it again, or unpack it with a tool that can repair it"),
        None => problem.mend("check that it exists and that you may read it"),
    }
}

/// The problem that `bytes` are not UTF-8 from the byte `at` on.
pub(super) fn not_utf8(path: &Path, bytes: &[u8], at: usize) -> Problem {
    // Each bad sequence becomes a replacement character, the first of which stands where it was.
    let text = String::from_utf8_lossy(bytes);
    Problem::new("this file is not UTF-8")
        .in_file(path)
        .at(Excerpt::of(&text, at..at + '\u{fffd}'.len_utf8()))
        .expected("UTF-8 text")
        .mend("convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const SMALL: Limits = Limits {
        unpacked_bytes: 100_000,
        unsuspected_bytes: 1000,
        unpacked_ratio: 20,
        whole_bytes: 1 << 20,
        line_bytes: 1 << 20,
    };

    fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_small_file_that_unpacks_to_very_much_is_refused_before_the_limit() {
        let text: String = (0..1500_u32)
            .map(|at| format!("{} ", at.wrapping_mul(2_654_435_761)))
            .collect();
        // As text packs; and little however well it packs.
        for fine in [text.as_str(), &" ".repeat(999)] {
            let file = written(&packed(fine.as_bytes()));
            assert_eq!(read_whole(file.path(), SMALL).unwrap(), fine);
        }
        let blank = " ".repeat(50_000);
        for bytes in [
            packed(blank.as_bytes()),
            zstd::encode_all(blank.as_bytes(), 9).unwrap(),
        ] {
            let file = written(&bytes);
            let problem = read_whole(file.path(), SMALL).unwrap_err();
            let most = SMALL.most_unpacked(bytes.len() as u64);
            assert!((1000..10_000).contains(&most), "{most}");
            let found = format!("it unpacks to more than {most} bytes");
            assert_eq!(problem.found.unwrap(), found);
            assert!(problem.mend.unwrap().contains("--max-size"));
            let raised = Limits {
                unsuspected_bytes: 50_000,
                ..SMALL
            };
            assert_eq!(read_whole(file.path(), raised).unwrap(), blank);
        }
    }

    #[test]
    fn what_a_person_allows_is_allowed_to_small_files_too() {
        let raised = Limits::raised_to(8 << 30);
        assert_eq!(raised.most_unpacked(10), 8 << 30);
        assert_eq!(Limits::default().most_unpacked(10), 1 << 30);
        assert_eq!(Limits::default().most_unpacked(10 << 20), 2000 << 20);
        assert_eq!(Limits::default().most_unpacked(1 << 40), 4 << 30);
        assert_eq!(
            Limits::raised_to(u64::MAX).most_unpacked(u64::MAX),
            u64::MAX
        );
    }
}
