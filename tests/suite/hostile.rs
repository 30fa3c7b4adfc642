//! Files that were made to do harm: each is refused with a clear message, in bounded time and memory, and nothing of it reaches the terminal or another folder.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::scratch::Scratch;

/// What a hostile file of a few megabytes may cost. It is refused in a fraction of that; machines that do much else at once are slow.
const MOST_SECONDS: u64 = 30;
const MOST_MEBIBYTES: u64 = 700;

/// How a run of the program ended.
struct Ended {
    code: Option<i32>,
    out: String,
    told: String,
}

/// Runs the program, and checks what it took.
#[track_caller]
fn run(scratch: &Scratch, arguments: &str) -> Ended {
    run_with(scratch, arguments, None)
}

#[track_caller]
fn run_with(scratch: &Scratch, arguments: &str, colours: Option<(&str, &str)>) -> Ended {
    let file = |name: &str| Stdio::from(File::create(scratch.path().join(name)).unwrap());
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_goldspan"))
        .current_dir(scratch.path())
        .env_remove("CLICOLOR_FORCE")
        .envs(colours)
        .args(arguments.split_whitespace())
        .stdout(file(".out"))
        .stderr(file(".told"))
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        peak = peak.max(mebibytes(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > Duration::from_secs(MOST_SECONDS) {
            child.kill().unwrap();
            panic!("{arguments}: more than {MOST_SECONDS} s");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(peak < MOST_MEBIBYTES, "{arguments}: {peak} MiB");
    Ended {
        code: status.code(),
        out: scratch.read(".out"),
        told: scratch.read(".told"),
    }
}

/// The most memory that a process had so far, where the system says so in files.
fn mebibytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kibibytes.unwrap_or_default() >> 10
}

/// Runs the program on a file that it must refuse, in words that say these things.
#[track_caller]
fn refused(scratch: &Scratch, arguments: &str, told: &[&str]) {
    let ended = run(scratch, arguments);
    assert_eq!(ended.code, Some(2), "{arguments}: {}", ended.told);
    assert_eq!(ended.out, "", "{arguments}");
    for part in told {
        assert!(ended.told.contains(part), "{arguments}: {}", ended.told);
    }
}

/// What a file of each format of XML has around its elements.
const XML: [(&str, &str, &str); 3] = [
    (
        "xmi",
        "a.xmi",
        "<xmi:XMI xmlns:xmi=\"http://www.omg.org/XMI\" xmlns:cas=\"http:///uima/cas.ecore\" xmlns:t=\"http:///t.ecore\">",
    ),
    ("gate", "a.xml", "<GateDocument><TextWithNodes>"),
    (
        "knowtator",
        "a.txt.knowtator.xml",
        "<annotations textSource=\"a.txt\">",
    ),
];

#[test]
fn entities_that_xml_declares_are_never_expanded() {
    let laughs: String = (1..10)
        .map(|at| {
            let before = at - 1;
            let many = format!("&lol{before};").repeat(10);
            format!("<!ENTITY lol{at} \"{many}\">")
        })
        .collect();
    let laughs = format!("<!DOCTYPE a [<!ENTITY lol0 \"lol\">{laughs}]>");
    let long = format!("<!DOCTYPE a [<!ENTITY lol9 \"{}\">]>", "a".repeat(100_000));
    let foreign = "<!DOCTYPE a [<!ENTITY lol9 SYSTEM \"file:///etc/hostname\">]>";
    for (format, name, root) in XML {
        for types in [laughs.as_str(), &long, foreign] {
            let scratch = Scratch::new();
            scratch.write("a.txt", "Ana");
            let many = "&lol9;".repeat(10_000);
            scratch.write(
                name,
                format!("<?xml version=\"1.0\"?>{types}{root}<t:a>{many}"),
            );
            let arguments = format!("convert {name} --from {format} --to jsonl");
            let what = "this XML declares entities of its own";
            refused(&scratch, &arguments, &[what, "take the DOCTYPE out"]);
        }
    }
}

#[test]
fn xml_that_is_nested_deep_or_has_many_attributes_is_refused() {
    for (format, name, root) in XML {
        let scratch = Scratch::new();
        scratch.write("a.txt", "Ana");
        scratch.write(name, format!("{root}{}", "<t:a>".repeat(100_000)));
        let arguments = format!("convert {name} --from {format} --to jsonl");
        refused(&scratch, &arguments, &["elements are nested too deep"]);
    }
    let (format, name, root) = XML[0];
    let scratch = Scratch::new();
    let attributes: String = (0..100_000).map(|at| format!("a{at}=\"1\" ")).collect();
    scratch.write(name, format!("{root}<t:a {attributes}/></xmi:XMI>"));
    let arguments = format!("convert {name} --from {format} --to jsonl");
    let what = "the attributes of this element cannot be read";
    refused(&scratch, &arguments, &[what, "more than 256 attributes"]);
}

#[test]
fn json_that_is_nested_deep_is_refused() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let objects = "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000);
    for (format, begin, end) in [
        (
            "label-studio",
            "[{\"data\":{\"text\":\"a\"},\"annotations\":[{\"result\":[",
            "]}]}]",
        ),
        ("cas-json", "{\"%TYPES\":{},\"%FEATURE_STRUCTURES\":[", "]}"),
        ("doccano", "{\"text\":\"a\",\"label\":", "}"),
        ("jsonl", "{\"id\":\"a\",\"text\":\"a\",\"entities\":", "}"),
        ("spacy", "{\"text\":\"a\",\"ents\":", "}"),
        ("prodigy", "{\"text\":\"a\",\"spans\":", "}"),
    ] {
        for deep in [&deep, &objects] {
            let scratch = Scratch::new();
            scratch.write("a.json", format!("{begin}{deep}{end}\n"));
            let arguments = format!("convert a.json --from {format} --to jsonl");
            refused(&scratch, &arguments, &["error: "]);
        }
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const LINE: &str = "{\"id\":\"a\",\"text\":\"Ana\",\"entities\":[]}\n";

#[test]
fn compressed_zeros_and_blank_lines_are_no_documents() {
    let scratch = Scratch::new();
    scratch.write("zeros.jsonl.gz", packed(&vec![0; 20 << 20]));
    let convert = "convert zeros.jsonl.gz --from jsonl --to jsonl";
    refused(&scratch, convert, &["this line holds a NUL byte"]);
    let blank = [" ".repeat(999), "\n".to_owned()].concat();
    scratch.write("blank.jsonl.gz", packed(blank.repeat(20 << 10).as_bytes()));
    let ended = run(&scratch, "convert blank.jsonl.gz --from jsonl --to jsonl");
    assert_eq!(ended.code, Some(4), "{}", ended.told);
    assert!(ended.told.contains("no document was converted"));
}

#[test]
fn compressed_files_that_are_cut_off_or_followed_by_rubbish_are_damaged() {
    let whole = LINE.repeat(1000);
    let gzip = packed(whole.as_bytes());
    let zstd = zstd::encode_all(whole.as_bytes(), 3).unwrap();
    let rubbish = [gzip.as_slice(), b"rubbish that is no member"].concat();
    for (name, bytes) in [
        ("cut.jsonl.gz", &gzip[..gzip.len() - 12]),
        ("sum.jsonl.gz", &gzip[..gzip.len() - 4]),
        ("cut.jsonl.zst", &zstd[..zstd.len() - 12]),
        ("rubbish.jsonl.gz", &rubbish),
    ] {
        let scratch = Scratch::new();
        scratch.write(name, bytes);
        let arguments = format!("convert {name} --from jsonl --to brat -o out");
        let told = [
            "cannot read this file",
            "expected a whole gzip or Zstandard file, and nothing after it",
        ];
        refused(&scratch, &arguments, &told);
    }
}

#[test]
fn a_line_of_100_megabytes_is_too_long_unless_it_is_allowed() {
    let scratch = Scratch::new();
    let text = "x".repeat(100_000_000);
    scratch.write("a.jsonl", format!("{{\"id\":\"a\",\"text\":\"{text}\"}}\n"));
    let told = ["this line is too long", "--max-size"];
    refused(&scratch, "convert a.jsonl --to brat -o out", &told);
}

#[test]
fn no_number_is_too_large_for_max_size() {
    let scratch = Scratch::new();
    scratch.write("a.jsonl", LINE);
    scratch.write("b.jsonl.gz", packed(LINE.as_bytes()));
    scratch.write("c.json", format!("[{}]", LINE.trim()));
    for name in ["a.jsonl", "b.jsonl.gz", "c.json --from doccano"] {
        let size = "--max-size 18446744073709551615";
        let ended = run(&scratch, &format!("convert {name} --to table {size}"));
        assert!(!ended.told.contains("panicked"), "{name}: {}", ended.told);
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_swallow_a_table() {
    let scratch = Scratch::new();
    let row = "a,0,1,X,\"";
    let table = format!(
        "document,start,end,label,text\n{row}{}",
        ("x".repeat(98) + ",\n").repeat(500_000)
    );
    scratch.write("a.csv", table);
    let told = [
        "the quotation mark of this cell is never closed",
        "a.csv:2:9",
    ];
    refused(&scratch, "convert a.csv --to jsonl", &told);
}

/// A problem costs a look for its line: of a million problems only some may be told one by one.
#[test]
fn thirty_thousand_mistakes_of_a_file_take_no_longer_than_reading_it() {
    let many = 30_000;
    let lines = |line: &dyn Fn(usize) -> String| (0..many).map(line).collect::<String>();
    let content = "T1\tContent 0 3\tAna\n".to_owned();
    let entry = "{\"type\":\"labels\",\"value\":{\"start\":\"x\",\"end\":3,\"labels\":[\"P\"]}},";
    let task = entry.repeat(many);
    for (name, text) in [
        ("a.ann", lines(&|at| format!("X{at} bad line\n"))),
        ("b.ann", "T1\tP 0 3\tAna\n".repeat(many)),
        (
            "c.ann",
            lines(&|at| format!("R{at}\tx Arg1:T{at} Arg2:T9\n")),
        ),
        (
            "d.ann",
            content.clone() + &lines(&|at| format!("E{at}\tAttribution:T1 Foo:T1\n")),
        ),
        (
            "e.ann",
            content
                + &lines(&|at| {
                    let parent = (at + 1) % many;
                    format!("E{at}\tAttribution:T1 Content:T1 Parent:E{parent}\n")
                }),
        ),
        (
            "a.csv",
            "document,start,end,label,text\n".to_owned() + &"a,x,y,P,Ana\n".repeat(many),
        ),
        (
            "b.csv",
            "document,label,text\n".to_owned() + &"a,P,Ana\n".repeat(many),
        ),
        (
            "a.conll --from conll --scheme iob2",
            "a b c\n".to_owned() + &"a\tX\n".repeat(many),
        ),
        (
            "b.conll --from conll --scheme iob2",
            "a\tI-X\n\n".repeat(many),
        ),
        (
            "a.json",
            format!(
                "[{{\"data\":{{\"text\":\"Ana\"}},\"annotations\":[{{\"result\":[{}]}}]}}]",
                task.trim_end_matches(',')
            ),
        ),
    ] {
        let scratch = Scratch::new();
        let file = name.split(' ').next().unwrap();
        let stem = file.split('.').next().unwrap();
        scratch.write(&format!("{stem}.txt"), "Ana");
        scratch.write(file, text);
        refused(
            &scratch,
            &format!("convert {name} --to jsonl"),
            &["and 51 more problems"],
        );
    }
}

/// Nothing that a file says may move the cursor, set a title or ring: such characters come as replacement characters.
#[test]
fn no_control_characters_of_a_file_reach_the_terminal() {
    let evil = "\\u001b]0;x\\u0007\\u009bN\\u001b[2J";
    let line = |id: &str, label: &str| {
        let entity = |start, label| {
            format!(
                "{{\"start\":{start},\"end\":{},\"label\":\"{label}\"}}",
                start + 3
            )
        };
        let entities = [
            entity(0, label),
            entity(0, label),
            entity(0, "Source"),
            entity(4, "Q"),
        ];
        let entities = entities.join(",");
        format!(
            "{{\"id\":\"{id}{evil}\",\"text\":\"Ana{evil} met Ana.\",\"entities\":[{entities}]}}\n"
        )
    };
    let scratch = Scratch::new();
    let label = format!("P{evil}");
    scratch.write("gold.jsonl", line("a", &label) + &line("b", "Q"));
    scratch.write(
        "pred.jsonl",
        line("a", "Q") + &line("b", &label) + &line("c", "Q"),
    );
    scratch.write(
        "bad.jsonl",
        line("a", &label).replace("\"end\":3", "\"end\":99"),
    );
    scratch.write(
        "worse.jsonl",
        "{\"id\":\"a\u{1b}]0;x\u{7}\u{9b}\",\"entities\":7}\n",
    );
    for arguments in [
        "score gold.jsonl pred.jsonl",
        "score gold.jsonl pred.jsonl --count-extra",
        "score gold.jsonl pred.jsonl --labels Q",
        "score gold.jsonl bad.jsonl",
        "score gold.jsonl worse.jsonl",
        "check gold.jsonl",
        "check gold.jsonl --predictions pred.jsonl",
        "check gold.jsonl --predictions pred.jsonl --format github",
        "check bad.jsonl",
        "convert gold.jsonl --to jsonl -o out.jsonl",
        "convert gold.jsonl --to spacy -o out-spacy.jsonl",
        "convert gold.jsonl --to brat -o out-brat",
        "convert gold.jsonl --to xmi -o out-xmi",
        "convert gold.jsonl --to conll -o out.conll",
        "convert bad.jsonl --to jsonl -o bad-out.jsonl",
    ] {
        // Elsewhere than on a terminal of colours all escapes are stripped, and nothing would be seen of them.
        let ended = run_with(&scratch, arguments, Some(("CLICOLOR_FORCE", "1")));
        for text in [&ended.out, &ended.told] {
            for escape in ["\u{1b}]", "\u{7}", "\u{9b}", "\u{1b}[2J"] {
                assert!(!text.contains(escape), "{arguments}: {text:?}");
            }
        }
        assert!(!ended.told.contains("panicked"), "{arguments}");
    }
}

#[test]
fn no_id_leads_out_of_the_folder_that_is_written() {
    let ids = [
        "../../x", "../x", "/x", "a/../../x", "..\\\\x", "..", ".", "c:x", "",
    ];
    for id in ids {
        for format in ["brat", "gate", "xmi", "knowtator", "webanno", "re3d"] {
            let scratch = Scratch::new();
            let line = LINE.replace("\"a\"", &format!("\"{id}\""));
            scratch.write("in/a.jsonl", line);
            let arguments = format!("convert in/a.jsonl --to {format} -o in/out");
            let ended = run(&scratch, &arguments);
            if format != "re3d" {
                assert_eq!(ended.code, Some(2), "{id:?} {format}: {}", ended.told);
            }
            let beside = std::fs::read_dir(scratch.path()).unwrap().count();
            let inside = std::fs::read_dir(scratch.path().join("in"))
                .unwrap()
                .count();
            // The output of the program itself is two files.
            assert_eq!((beside, inside), (3, 2), "{id:?} {format}");
        }
    }
}

#[test]
fn no_id_of_a_table_leads_to_an_article_elsewhere() {
    let scratch = Scratch::new();
    scratch.write("secret.txt", "Ana Kos");
    scratch.write("in/a.csv", "document,label,text\n../secret,P,Ana\n");
    let told = ["its article is not known"];
    refused(&scratch, "convert in/a.csv --to jsonl", &told);
}
