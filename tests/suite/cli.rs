//! The program as a person or a CI job meets it: what it prints, what it leaves, how it ends.

use snapbox::str;

use crate::scratch::{ARTICLE, CONFIG, GOLD, Scratch, goldspan, repository};

#[test]
fn the_table_has_a_block_for_each_extractor_and_says_what_was_not_attempted() {
    Scratch::project().goldspan("run --quiet").assert().code(0).stderr_eq("").stdout_eq(str![[r#"
quotes version 1 on news: 1 of 1 documents scored
  attempts: Direct speech: whole quotations with a reporting verb before, between or after, and paragraphs that are one quotation; no indirect speech.
  entities: not attempted, so not scored

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   content               1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   source                1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   cue                   1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   claims, overlap:0.5        P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   content               1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   source                1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   cue                   1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   attributes of pairs   accuracy  right  pairs  wrong
   polarity                1.0000      1      1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

shape version 1 on news: 1 of 1 documents scored
  attempts: Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.
  claims: not attempted, so not scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  0.6667  0.8000        -        2          0        0        1         0        3
   exact                 1.0000  0.6667  0.8000        -        2          0        0        1         0        3
   partial               1.0000  0.6667  0.8000        -        2          0        0        1         0        3
   type                  1.0000  0.6667  0.8000        -        2          0        0        1         0        3

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   DATE                  1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   GPE                        -  0.0000       -        -        0          0        0        1         0        1
   PERSON                1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
}

#[test]
fn json_and_csv_print_what_the_run_folder_holds() {
    let scratch = Scratch::project();
    let json = scratch
        .goldspan("run -q -e shape --format json -o out")
        .output()
        .unwrap()
        .stdout;
    assert_eq!(
        String::from_utf8(json).unwrap(),
        scratch.read("out/results.json")
    );
    let csv = scratch
        .goldspan("run -q -e shape --format csv -o out")
        .output()
        .unwrap()
        .stdout;
    assert_eq!(
        String::from_utf8(csv).unwrap(),
        scratch.read("out/scores.csv")
    );
    snapbox::assert_data_eq!(
        scratch.read("out/documents.csv"),
        str![[r#"
corpus,document,extractor,task,measure,label,correct,incorrect,partial,missing,spurious
news,a,shape,entities,strict,*,2,0,0,1,0
news,a,shape,entities,strict,DATE,1,0,0,0,0
news,a,shape,entities,strict,GPE,0,0,0,1,0
news,a,shape,entities,strict,PERSON,1,0,0,0,0
news,a,shape,entities,exact,*,2,0,0,1,0
news,a,shape,entities,exact,DATE,1,0,0,0,0
news,a,shape,entities,exact,GPE,0,0,0,1,0
news,a,shape,entities,exact,PERSON,1,0,0,0,0
news,a,shape,entities,partial,*,2,0,0,1,0
news,a,shape,entities,partial,DATE,1,0,0,0,0
news,a,shape,entities,partial,GPE,0,0,0,1,0
news,a,shape,entities,partial,PERSON,1,0,0,0,0
news,a,shape,entities,type,*,2,0,0,1,0
news,a,shape,entities,type,DATE,1,0,0,0,0
news,a,shape,entities,type,GPE,0,0,0,1,0
news,a,shape,entities,type,PERSON,1,0,0,0,0

"#]]
    );
}

#[test]
fn predictions_are_goldspan_json_lines_in_code_points() {
    let scratch = Scratch::project();
    scratch.goldspan("run -q -j 1 -o out").assert().code(0);
    snapbox::assert_data_eq!(
        scratch.read("out/predictions.jsonl"),
        str![[r#"
{"id":"a","corpus":"news","extractor":"quotes","claims":[{"content":[[1,13]],"source":[[21,28]],"cue":[[16,20]],"attributes":{"polarity":"affirmed","certainty":"certain"}}]}
{"id":"a","corpus":"news","extractor":"shape","entities":[{"start":21,"end":28,"label":"PERSON"},{"start":49,"end":55,"label":"DATE"}]}

"#]]
    );
}

#[test]
fn the_manifest_names_documents_extractors_and_measures_with_digests() {
    let scratch = Scratch::project();
    scratch.goldspan("run -q -e shape -o out").assert().code(0);
    snapbox::assert_data_eq!(
        scratch.read("out/manifest.json"),
        str![[r#"
{
  "schema": 3,
  "goldspan": "0.1.0",
  "measures": [
    "strict",
    "exact",
    "partial",
    "type",
    "claims.exact",
    "claims.overlap:0.5"
  ],
  "require": [
    "source",
    "cue"
  ],
  "nested": true,
  "extractors": [
    {
      "name": "shape",
      "extractor": "shape",
      "version": "1",
      "tasks": [
        "entities"
      ],
      "params": {},
      "labels": {},
      "repeats": 1
    }
  ],
  "corpora": [
    {
      "name": "news",
      "tasks": [
        "entities",
        "claims"
      ],
      "roles": [
        "claim",
        "content",
        "source",
        "cue"
      ],
      "documents": [
        {
          "id": "a",
          "article": "0c92cd753bf1a8f07c04eacbecdfd79e9b8c37121a25b9af1fa76ab732ef7373",
          "gold": "7b024d9dd25fbd75f8072722f2b8e14c89a7f73ade0bd9a4e5391cd577220223",
          "annotations": "db87cb7a603d14584d85bc971996e8dac0897a7e8f0bb8128aa1b96581481842",
          "bytes": 62
        }
      ]
    }
  ]
}

"#]]
    );
}

#[test]
fn off_a_terminal_progress_is_plain_lines_on_standard_error() {
    let scratch = Scratch::project();
    scratch
        .goldspan("run -e shape --format csv -o out")
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
Loaded 1 document (1 annotated: 3 mentions, 1 claim) and 1 extractor in [..] s
Evaluated 1 document with 1 extractor in [..] s ([..] MB/s)
Results in out

"#]]);
}

#[test]
fn a_run_into_a_folder_keeps_the_run_before_beside_it() {
    let scratch = Scratch::project();
    scratch.goldspan("run -q -e shape -o out").assert().code(0);
    let first = scratch.read("out/results.json");
    scratch.goldspan("run -q -e quotes -o out").assert().code(0);
    assert_eq!(scratch.read("out.old/results.json"), first);
    assert_ne!(scratch.read("out/results.json"), first);
}

#[test]
fn runs_without_a_folder_get_one_each_that_sorts_by_time() {
    let scratch = Scratch::project();
    for _ in 0..3 {
        scratch.goldspan("run -q").assert().code(0);
    }
    let runs = std::fs::read_dir(scratch.path().join(".goldspan/runs")).unwrap();
    assert_eq!(runs.count(), 3);
}

#[test]
fn results_are_byte_identical_for_any_number_of_threads() {
    let folder = Scratch::new();
    let run = |jobs: usize| {
        let out = folder.path().join(jobs.to_string());
        goldspan(
            repository(),
            &format!("run -q -j {jobs} -o {}", out.display()),
        )
        .assert()
        .code(0);
        [
            "results.json", "documents.csv", "scores.csv", "manifest.json",
        ]
        .map(|name| std::fs::read(out.join(name)).unwrap())
    };
    let one = run(1);
    assert!(one == run(2) && one == run(3));
}

#[test]
fn a_failing_document_is_listed_and_past_the_budget_exits_with_104() {
    let scratch = Scratch::project();
    scratch.write("news/long.txt", ARTICLE.repeat(3));
    scratch.write("gold/long.ann", GOLD);
    scratch.write(
        "goldspan.toml",
        CONFIG.replace(
            "builtin = \"shape\"",
            "builtin = \"shape\"\nparams = { max-characters = 100 }",
        ),
    );
    scratch.goldspan("run -q -e shape").assert().code(104).stderr_eq(str![[r#"
error: 1 of 2 extractions failed, more than the budget of 0
help: mend what the report names, or allow more with --max-failures

"#]]).stdout_eq(str![[r#"
shape version 1 on news: 2 of 2 documents scored
  attempts: Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.
  claims: not attempted, so not scored
  1 document failed, counted as nothing predicted:
    long: the article has 171 characters, more than max-characters = 100

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  0.3333  0.5000        -        2          0        0        4         0        6
   exact                 1.0000  0.3333  0.5000        -        2          0        0        4         0        6
   partial               1.0000  0.3333  0.5000        -        2          0        0        4         0        6
   type                  1.0000  0.3333  0.5000        -        2          0        0        4         0        6

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   DATE                  1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   GPE                        -  0.0000       -        -        0          0        0        2         0        2
   PERSON                1.0000  0.5000  0.6667        -        1          0        0        1         0        2

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]]);
    scratch
        .goldspan("run -q --max-failures 1")
        .assert()
        .code(0)
        .stderr_eq("");
    scratch
        .goldspan("run -q --max-failures 25%")
        .assert()
        .code(0);
    scratch
        .goldspan("run -q --max-failures 24.99%")
        .assert()
        .code(104);
}

#[test]
fn labels_are_mapped_onto_those_of_the_gold() {
    let scratch = Scratch::project();
    scratch.write("gold/a.ann", GOLD.replace("PERSON", "person"));
    scratch.write(
        "goldspan.toml",
        format!("{CONFIG}labels = {{ PERSON = \"person\", DATE = \"time\" }}\n"),
    );
    scratch.goldspan("run -q -e shape --format csv").assert().code(0).stdout_eq(str![[r#"
corpus,extractor,task,measure,label,average,correct,incorrect,partial,missing,spurious,possible,actual,precision,recall,f1,error,undergeneration,overgeneration,substitution,precision_low,precision_high,recall_low,recall_high,f1_low,f1_high,error_low,error_high,undergeneration_low,undergeneration_high,overgeneration_low,overgeneration_high,substitution_low,substitution_high
news,shape,entities,strict,*,micro,1,1,0,1,0,3,2,0.5,0.3333333333333333,0.4,0.6666666666666666,0.3333333333333333,0.0,0.5,,,,,,,,,,,,,,
news,shape,entities,strict,*,macro,,,,,,,,0.25,0.25,0.25,,,,,,,,,,,,,,,,,,
news,shape,entities,strict,*,weighted,,,,,,,,0.3333333333333333,0.3333333333333333,0.3333333333333333,,,,,,,,,,,,,,,,,,
news,shape,entities,strict,*,mean-f,,,,,,,,0.5,0.3333333333333333,0.4,,,,,,,,,,,,,,,,,,
news,shape,entities,strict,*,f-of-means,,,,,,,,0.5,0.3333333333333333,0.4,,,,,,,,,,,,,,,,,,
news,shape,entities,strict,*,hipe,,,,,,,,0.5,0.3333333333333333,0.4,,,,,,,,,,,,,,,,,,
news,shape,entities,strict,DATE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,strict,GPE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,strict,person,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
news,shape,entities,strict,time,,0,0,0,0,1,0,1,0.0,,,1.0,,1.0,,,,,,,,,,,,,,,
news,shape,entities,exact,*,micro,2,0,0,1,0,3,2,1.0,0.6666666666666666,0.8,0.3333333333333333,0.3333333333333333,0.0,0.0,,,,,,,,,,,,,,
news,shape,entities,exact,*,macro,,,,,,,,0.25,0.25,0.25,,,,,,,,,,,,,,,,,,
news,shape,entities,exact,*,weighted,,,,,,,,0.3333333333333333,0.3333333333333333,0.3333333333333333,,,,,,,,,,,,,,,,,,
news,shape,entities,exact,*,mean-f,,,,,,,,1.0,0.6666666666666666,0.8,,,,,,,,,,,,,,,,,,
news,shape,entities,exact,*,f-of-means,,,,,,,,1.0,0.6666666666666666,0.8,,,,,,,,,,,,,,,,,,
news,shape,entities,exact,*,hipe,,,,,,,,1.0,0.6666666666666666,0.8,,,,,,,,,,,,,,,,,,
news,shape,entities,exact,DATE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,exact,GPE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,exact,person,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
news,shape,entities,exact,time,,0,0,0,0,1,0,1,0.0,,,1.0,,1.0,,,,,,,,,,,,,,,
news,shape,entities,partial,*,micro,2,0,0,1,0,3,2,1.0,0.6666666666666666,0.8,0.3333333333333333,0.3333333333333333,0.0,0.0,,,,,,,,,,,,,,
news,shape,entities,partial,*,macro,,,,,,,,0.25,0.25,0.25,,,,,,,,,,,,,,,,,,
news,shape,entities,partial,*,weighted,,,,,,,,0.3333333333333333,0.3333333333333333,0.3333333333333333,,,,,,,,,,,,,,,,,,
news,shape,entities,partial,*,mean-f,,,,,,,,1.0,0.6666666666666666,0.8,,,,,,,,,,,,,,,,,,
news,shape,entities,partial,*,f-of-means,,,,,,,,1.0,0.6666666666666666,0.8,,,,,,,,,,,,,,,,,,
news,shape,entities,partial,*,hipe,,,,,,,,1.0,0.6666666666666666,0.8,,,,,,,,,,,,,,,,,,
news,shape,entities,partial,DATE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,partial,GPE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,partial,person,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
news,shape,entities,partial,time,,0,0,0,0,1,0,1,0.0,,,1.0,,1.0,,,,,,,,,,,,,,,
news,shape,entities,type,*,micro,1,1,0,1,0,3,2,0.5,0.3333333333333333,0.4,0.6666666666666666,0.3333333333333333,0.0,0.5,,,,,,,,,,,,,,
news,shape,entities,type,*,macro,,,,,,,,0.25,0.25,0.25,,,,,,,,,,,,,,,,,,
news,shape,entities,type,*,weighted,,,,,,,,0.3333333333333333,0.3333333333333333,0.3333333333333333,,,,,,,,,,,,,,,,,,
news,shape,entities,type,*,mean-f,,,,,,,,0.5,0.3333333333333333,0.4,,,,,,,,,,,,,,,,,,
news,shape,entities,type,*,f-of-means,,,,,,,,0.5,0.3333333333333333,0.4,,,,,,,,,,,,,,,,,,
news,shape,entities,type,*,hipe,,,,,,,,0.5,0.3333333333333333,0.4,,,,,,,,,,,,,,,,,,
news,shape,entities,type,DATE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,type,GPE,,0,0,0,1,0,1,0,,0.0,,1.0,1.0,,,,,,,,,,,,,,,,
news,shape,entities,type,person,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
news,shape,entities,type,time,,0,0,0,0,1,0,1,0.0,,,1.0,,1.0,,,,,,,,,,,,,,,

"#]]);
}

#[test]
fn gold_that_annotates_one_task_or_few_roles_is_scored_on_those_only() {
    let scratch = Scratch::project();
    scratch.write(
        "goldspan.toml",
        CONFIG.replace(
            "gold =",
            "tasks = [\"claims\"]\nroles = [\"content\", \"source\"]\ngold =",
        ),
    );
    scratch.goldspan("run -q --format csv").assert().code(0).stdout_eq(str![[r#"
corpus,extractor,task,measure,label,average,correct,incorrect,partial,missing,spurious,possible,actual,precision,recall,f1,error,undergeneration,overgeneration,substitution,precision_low,precision_high,recall_low,recall_high,f1_low,f1_high,error_low,error_high,undergeneration_low,undergeneration_high,overgeneration_low,overgeneration_high,substitution_low,substitution_high
news,quotes,claims,exact,content,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
news,quotes,claims,exact,source,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
news,quotes,claims,overlap:0.5,content,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,
news,quotes,claims,overlap:0.5,source,,1,0,0,0,0,1,1,1.0,1.0,1.0,0.0,0.0,0.0,0.0,,,,,,,,,,,,,,

"#]]);
}

#[test]
fn a_duplicated_gold_mention_is_a_warning_and_counts() {
    let scratch = Scratch::project();
    scratch.write("gold/a.ann", format!("{GOLD}T9\tDATE 49 55\tMonday\n"));
    scratch
        .goldspan("run -e quotes -o out --format csv")
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
warning: T9: the same mention as T3
 --> gold/a.ann:9:9
  |
9 | T9    DATE 49 55    Monday
  |            ^^^^^
  |
  = help: delete one of the two; both are counted as gold
Loaded 1 document (1 annotated: 4 mentions, 1 claim) and 1 extractor in [..] s
Evaluated 1 document with 1 extractor in [..] s ([..] MB/s)
Results in out

"#]]);
}

#[test]
fn an_empty_gold_file_is_annotated_and_a_missing_one_is_not() {
    let scratch = Scratch::project();
    scratch.write("news/b.txt", ARTICLE);
    scratch.write("news/c.txt", ARTICLE);
    scratch.write("gold/b.ann", "");
    let output = scratch.goldspan("run -q -e shape").output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(
        table.starts_with("shape version 1 on news: 2 of 3 documents scored\n"),
        "{table}"
    );
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_error() {
    let scratch = Scratch::project();
    let program = env!("CARGO_BIN_EXE_goldspan");
    let script = format!("'{program}' run --format json -q; echo $? >code");
    let status = std::process::Command::new("sh")
        .args(["-c", &format!("({script}) | true")])
        .current_dir(scratch.path())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(scratch.read("code"), "0\n");
}

#[test]
fn the_help_names_every_exit_code() {
    let scratch = Scratch::new();
    scratch
        .goldspan("--help")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
Parallel batch evaluation of claim and entity extractors over news articles, scored against
hand-labelled gold

Usage: goldspan <COMMAND>

Commands:
  run        Apply the extractors to the corpora, score them against the gold, report
  runs       Look at the runs of the past: list, show, trend of a score, export, delete
  accept     Make a run the baseline that later ones are held against: a file to commit, refused
             where scores would fall unseen
  compare    Say whether one version is better than another: differences with their intervals and
             tests, items fixed and broken; of several, a ranking
  score      Score predictions that were made elsewhere, against gold in any format
  check      Say what is wrong or odd in the configuration, the corpora, the gold, predictions and
             extractors, and how to mend it
  cache      Look after the cache of predictions in this folder: what it holds, whether it is whole,
             taking out
  agree      Say how far annotators agree on the same documents, and list where they do not
  convert    Write documents of one format in another, offsets checked on the way, and say what
             could not be carried
  extractor  For authors of extractors: try whether a program keeps to the protocol
  help       Print this message or the help of the given subcommand(s)

Options:
  -h, --help     Print help
  -V, --version  Print version

Exit codes:
  0    complete
  1    something unexpected
  2    wrong usage, configuration or input, and nothing was evaluated; of check: there are errors;
       of extractor test: a case failed
  4    nothing was there to evaluate
  100  a gate failed
  102  a gate is inconclusive (--strict)
  103  the baseline is missing, or what is to be compared or read again cannot be
  104  documents failed beyond the budget, or a run that is to be read is not finished
  105  an extractor cannot start
  106  the cache has predictions that its extractor does not make any more (--cache-audit)
  130  interrupted, 143 told to end: the same command goes on where the run ended

"#]]);
}

#[test]
fn the_readme_shows_what_a_run_really_prints() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let shown = readme
        .split("<!-- output -->\n```text\n")
        .nth(1)
        .and_then(|rest| rest.split("```\n<!-- /output -->").next());
    let command = readme
        .split("What `goldspan ")
        .nth(1)
        .and_then(|rest| rest.split('`').next())
        .unwrap();
    let folder = Scratch::new();
    let output = goldspan(
        repository(),
        &format!("{command} -o {}", folder.path().join("run").display()),
    )
    .env_remove("GOLDSPAN_RESAMPLES")
    .output()
    .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        shown.unwrap(),
        "put the output of {command:?} into README.md"
    );
}

#[test]
fn an_unfinished_run_never_takes_the_place_of_a_finished_one() {
    let scratch = Scratch::project();
    scratch.goldspan("run -q -e shape -o out/").assert().code(0);
    let first = scratch.read("out/results.json");
    scratch
        .goldspan("run -q -e quotes -o out/")
        .assert()
        .code(0);
    // As if this one had been killed: the same plan goes on with it, another one sets it aside.
    std::fs::remove_file(scratch.path().join("out/results.json")).unwrap();
    scratch.goldspan("run -q -e quotes -o out").assert().code(0);
    assert!(!scratch.path().join("out.unfinished").exists());
    std::fs::remove_file(scratch.path().join("out/results.json")).unwrap();
    scratch.goldspan("run -q -e shape -o out").assert().code(0);
    assert_eq!(scratch.read("out.old/results.json"), first);
    assert!(scratch.path().join("out.unfinished/manifest.json").exists());
}

#[test]
fn articles_are_found_whatever_their_folder_is_called() {
    let scratch = Scratch::new();
    for folder in ["p[1]", "q{1}", "r*", "."] {
        scratch.write(&format!("{folder}/a.txt"), ARTICLE);
        scratch.write(&format!("{folder}/a.ann"), GOLD);
        scratch.write(
            &format!("{folder}/goldspan.toml"),
            CONFIG
                .replace("\"news\"", "\"*.txt\"")
                .replace("\"gold\"", "\"./*.ann\""),
        );
    }
    scratch.write("more/b.txt/inner.md", "a folder is no article");
    for arguments in [
        "--articles p[1]", "--articles q{1}", "--articles r*", "--articles *.txt",
        "--articles ./*.txt", "--articles p[1]/a.txt", "-c q{1}/goldspan.toml",
        "-c r*/goldspan.toml",
    ] {
        let output = scratch
            .goldspan(&format!("run -q -e shape -f csv {arguments}"))
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
#[cfg(unix)]
fn links_that_go_round_in_a_circle_hold_no_articles() {
    let scratch = Scratch::project();
    std::os::unix::fs::symlink(".", scratch.path().join("news/round.txt")).unwrap();
    let config = CONFIG.replace("\"news\"", "\"news/**/*.txt\"");
    scratch.write("goldspan.toml", config);
    scratch.goldspan("run -q").assert().code(0);
}
