//! `goldspan compare`: runs, baselines and predictions beside each other, what is refused, every format, and what the library says of it.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::scratch::{ARTICLE, CONFIG, GOLD, Scratch, repository};

/// The gold and the three systems that the guide compares.
fn files() -> Scratch {
    let scratch = Scratch::new();
    for name in ["gold", "old", "new", "rules"] {
        let path = repository().join(format!("docs/examples/compared/{name}.jsonl"));
        scratch.write(&format!("{name}.jsonl"), fs::read(path).unwrap());
    }
    scratch
}

/// A project of eight articles.
fn project() -> Scratch {
    let scratch = Scratch::project();
    let mut manifest = "id,desk\na,home\n".to_owned();
    for (at, name) in ["b", "c", "d", "e", "f", "g", "h"].into_iter().enumerate() {
        scratch.write(&format!("news/{name}.txt"), ARTICLE.repeat(at + 1));
        scratch.write(&format!("gold/{name}.ann"), GOLD);
        let desk = if at % 2 == 0 { "world" } else { "home" };
        manifest.push_str(&format!("{name},{desk}\n"));
    }
    scratch.write("manifest.csv", manifest);
    configure(&scratch, "");
    scratch
}

/// The project's configuration, with something more of its last extractor, shape.
fn configure(scratch: &Scratch, more: &str) {
    let config = CONFIG.replace(
        "gold = \"gold\"",
        "gold = \"gold\"\nmanifest = \"manifest.csv\"",
    );
    scratch.write("goldspan.toml", config + more);
}

/// Runs the project into a folder of runs.
fn run(scratch: &Scratch, name: &str) {
    let command = format!("run -q --resamples 0 -o .goldspan/runs/{name}");
    scratch.goldspan(&command).assert().code(0);
}

/// Two runs: in the second shape takes persons for organisations.
fn two_runs() -> Scratch {
    let scratch = project();
    run(&scratch, "20260101T000000Z-aaaa");
    configure(&scratch, "labels = { PERSON = \"ORG\" }\n");
    run(&scratch, "20260102T000000Z-bbbb");
    scratch
}

/// What `goldspan compare ARGUMENTS` prints, which must succeed.
fn compared(scratch: &Scratch, arguments: &str) -> String {
    let command = format!("compare --resamples 1000 {arguments}");
    let output = scratch.goldspan(&command).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

/// What it says on standard error where it ends with this code.
fn refused(scratch: &Scratch, arguments: &str, code: i32) -> String {
    let command = format!("compare --resamples 1000 {arguments}");
    let output = scratch.goldspan(&command).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(output.stdout.is_empty());
    told
}

/// The last line, which is the verdict.
fn verdict(text: &str) -> &str {
    text.trim_end().lines().next_back().unwrap()
}

#[test]
fn two_files_are_compared_line_by_line() {
    let text = compared(&files(), "old.jsonl new.jsonl --gold gold.jsonl --items 2");
    assert_data_eq!(
        text,
        str![[r#"
new.jsonl against old.jsonl on gold.jsonl
  A: old.jsonl, scored against gold.jsonl
  B: new.jsonl, scored against gold.jsonl
  compared: 24 documents; 20 documents differ in the score
  resampled: 24 documents, 1000 times, BCa bootstrap; p by swapping the two at random

   score                         A       B  points  95 % CI       p       adjusted
   entity.strict.precision  0.8893  0.9396    +5.0  0.9 to 8.7    0.028      0.049  *
   entity.strict.recall     0.7806  0.8957   +11.5  7.3 to 15.8   <0.001     0.005  *
   entity.strict.f1         0.8314  0.9171    +8.6  4.5 to 12.0   0.003      0.008  *
   entity.strict.f1[DATE]   0.8315  0.9111    +8.0  -1.2 to 18.1  0.152      0.196
   entity.strict.f1[GPE]    0.8947  0.9299    +3.5  -4.0 to 10.2  0.386      0.423
   entity.strict.f1[ORG]    0.7612  0.9065   +14.5  7.6 to 21.2   0.002      0.006  *
   entity.strict.f1[PER]    0.8299  0.9172    +8.7  2.1 to 15.7   0.030      0.051
   entity.exact.f1          0.9004  0.9576    +5.7  3.6 to 7.9    <0.001     0.005  *
   entity.partial.f1        0.9176  0.9669    +4.9  3.1 to 6.8    <0.001     0.005  *
   entity.type.f1           0.8659  0.9355    +7.0  3.3 to 10.5   0.004      0.009  *
  adjusted by Benjamini and Hochberg over all 120 scores that both have; * below 0.05

   entity.strict.f1 by        documents       A       B  points  95 % CI          p  adjusted
   length = 1 shortest third          8  0.8372  0.9266    +8.9  3.8 to 13.7  0.031     0.047  *
   length = 2 middle third            8  0.8814  0.9071    +2.6  -4.1 to 7.4  0.438     0.438
   length = 3 longest third           8  0.7746  0.9180   +14.3  7.3 to 20.5  0.016     0.047  *

   documents that moved most  errors of A  of B  change
   story-09                             8     2      -6
   story-18                             9     3      -6
   story-02                             5     0      -5
   story-24                             6     2      -4
   story-11                             2     5      +3
   story-04                             3     0      -3
   story-10                             3     0      -3
   story-14                             5     2      -3
   story-17                             3     0      -3
   story-23                             4     1      -3

  items wrong in both: 16

   fixed: 45, the first 2  what  words           document:line
   missed                  PER   Ana Kos         story-01:1
   missed                  ORG   Bank of Norvia  story-01:1

   broken: 13, the first 2  what                 words           document:line
   mistyped                 ORG, predicted DATE  Bank of Norvia  story-01:1
   mistyped                 GPE, predicted PER   Port Almeda     story-05:1

  note: few documents (24 of at least 50): the intervals may be too narrow
  note: these 24 documents resolve differences of 6.3 points, and one point would take 940

new.jsonl is better than old.jsonl on entity strict F1 by 8.6 points (95 % CI 4.5 to 12.0, p = 0.003).

"#]]
    );
}

#[test]
fn every_score_is_shown_where_that_is_asked_for() {
    let pair = "old.jsonl new.jsonl --gold gold.jsonl";
    let few = compared(&files(), pair);
    let all = compared(&files(), &format!("{pair} --all"));
    assert!(!few.contains("entity.partial.macro.f1"));
    for name in ["entity.partial.macro.f1", "entity.type.recall[PER]"] {
        assert!(all.contains(name), "{name}");
    }
    assert_eq!(verdict(&few), verdict(&all));
}

#[test]
fn threads_change_no_byte() {
    let scratch = files();
    for systems in ["old.jsonl new.jsonl", "old.jsonl new.jsonl rules.jsonl"] {
        for format in ["table", "json"] {
            let command = format!("{systems} --gold gold.jsonl --format {format}");
            let one = compared(&scratch, &format!("{command} -j 1"));
            assert_eq!(one, compared(&scratch, &format!("{command} -j 4")));
        }
    }
}

#[test]
fn three_systems_are_ranked() {
    let text = compared(
        &files(),
        "rules.jsonl old.jsonl new.jsonl --gold gold.jsonl",
    );
    assert_data_eq!(
        text,
        str![[r#"
3 systems on gold.jsonl
  rules.jsonl, scored against gold.jsonl
  old.jsonl, scored against gold.jsonl
  new.jsonl, scored against gold.jsonl
  compared: 24 documents, on entity strict F1
  resampled: 24 documents, 1000 times, BCa bootstrap; p by swapping the two at random

   system                rank   score  95 % CI           group
   new.jsonl                1  0.9171  0.8879 to 0.9447  a
   old.jsonl                2  0.8314  0.7935 to 0.8733  b
   rules.jsonl              3  0.7265  0.6407 to 0.8077  c

   pair                        points  95 % CI       p       adjusted
   new.jsonl over old.jsonl      +8.6  4.5 to 12.0   0.003      0.006  *
   new.jsonl over rules.jsonl   +19.1  11.9 to 27.9  <0.001     0.003  *
   old.jsonl over rules.jsonl   +10.5  3.8 to 18.1   0.013      0.013  *
  adjusted by Holm over all 3 pairs; * below 0.05; no two systems of a group can be told apart

  note: few documents (24 of at least 50): the intervals may be too narrow

new.jsonl is best on entity strict F1 (0.9171); every other can be told apart from it.

"#]]
    );
    let text = compared(
        &files(),
        "rules.jsonl old.jsonl new.jsonl --gold gold.jsonl --format csv",
    );
    assert_data_eq!(
        text,
        str![[r#"
corpus,first,second,metric,first_score,second_score,difference,low,high,standard_error,p,exact,differing,p_adjusted
gold.jsonl,new.jsonl,old.jsonl,entity.strict.f1,0.9171270718232044,0.8314176245210728,-0.08570944730213159,-0.12016000065860209,-0.04452564078957643,0.019684507555794876,0.002997002997002997,false,20,0.005994005994005994
gold.jsonl,new.jsonl,rules.jsonl,entity.strict.f1,0.9171270718232044,0.7265469061876247,-0.19058016563557967,-0.27867955656223664,-0.11887747878118007,0.039741487986073284,0.000999000999000999,false,20,0.002997002997002997
gold.jsonl,old.jsonl,rules.jsonl,entity.strict.f1,0.8314176245210728,0.7265469061876247,-0.10487071833344808,-0.18056937791235111,-0.03802996485715318,0.03588826922560073,0.012987012987012988,false,23,0.012987012987012988

"#]]
    );
}

#[test]
fn pull_requests_get_the_verdict_first() {
    let text = compared(
        &files(),
        "old.jsonl new.jsonl --gold gold.jsonl --items 2 -f markdown",
    );
    assert_data_eq!(
        text,
        str![[r#"
<!-- goldspan -->

**new.jsonl is better than old.jsonl on entity strict F1 by 8.6 points (95 % CI 4.5 to 12.0, p = 0.003).**

gold.jsonl: 24 documents; resampled: 24 documents, 1000 times, BCa bootstrap; p by swapping the two at random

| score | old.jsonl | new.jsonl | points | 95 % CI | p | adjusted |
|---|---:|---:|---:|---|---:|---:|
| entity.strict.precision | 0.8893 | 0.9396 | +5.0 | 0.9 to 8.7 | 0.028 | **0.049** |
| entity.strict.recall | 0.7806 | 0.8957 | +11.5 | 7.3 to 15.8 | &lt;0.001 | **0.005** |
| entity.strict.f1 | 0.8314 | 0.9171 | +8.6 | 4.5 to 12.0 | 0.003 | **0.008** |
| entity.strict.f1/[DATE/] | 0.8315 | 0.9111 | +8.0 | -1.2 to 18.1 | 0.152 | 0.196 |
| entity.strict.f1/[GPE/] | 0.8947 | 0.9299 | +3.5 | -4.0 to 10.2 | 0.386 | 0.423 |
| entity.strict.f1/[ORG/] | 0.7612 | 0.9065 | +14.5 | 7.6 to 21.2 | 0.002 | **0.006** |
| entity.strict.f1/[PER/] | 0.8299 | 0.9172 | +8.7 | 2.1 to 15.7 | 0.030 | 0.051 |
| entity.exact.f1 | 0.9004 | 0.9576 | +5.7 | 3.6 to 7.9 | &lt;0.001 | **0.005** |
| entity.partial.f1 | 0.9176 | 0.9669 | +4.9 | 3.1 to 6.8 | &lt;0.001 | **0.005** |
| entity.type.f1 | 0.8659 | 0.9355 | +7.0 | 3.3 to 10.5 | 0.004 | **0.009** |

- few documents (24 of at least 50): the intervals may be too narrow
- these 24 documents resolve differences of 6.3 points, and one point would take 940

<details><summary>Slices</summary>

| | documents | A | B | points | 95 % CI | p | adjusted |
|---|---:|---:|---:|---:|---|---:|---:|
| length = 1 shortest third | 8 | 0.8372 | 0.9266 | +8.9 | 3.8 to 13.7 | 0.031 | **0.047** |
| length = 2 middle third | 8 | 0.8814 | 0.9071 | +2.6 | -4.1 to 7.4 | 0.438 | 0.438 |
| length = 3 longest third | 8 | 0.7746 | 0.9180 | +14.3 | 7.3 to 20.5 | 0.016 | **0.047** |

</details>

<details><summary>Documents that moved most</summary>

| document | errors before | after | change |
|---|---:|---:|---:|
| story-09 | 8 | 2 | -6 |
| story-18 | 9 | 3 | -6 |
| story-02 | 5 | 0 | -5 |
| story-24 | 6 | 2 | -4 |
| story-11 | 2 | 5 | +3 |
| story-04 | 3 | 0 | -3 |
| story-10 | 3 | 0 | -3 |
| story-14 | 5 | 2 | -3 |
| story-17 | 3 | 0 | -3 |
| story-23 | 4 | 1 | -3 |

</details>

<details><summary>45 items fixed, the first 2</summary>

| how | what | words | where |
|---|---|---|---|
| missed | PER | Ana Kos | story-01:1 |
| missed | ORG | Bank of Norvia | story-01:1 |

</details>

<details><summary>13 items broken, the first 2</summary>

| how | what | words | where |
|---|---|---|---|
| mistyped | ORG, predicted DATE | Bank of Norvia | story-01:1 |
| mistyped | GPE, predicted PER | Port Almeda | story-05:1 |

</details>

"#]]
    );
    let long = compared(
        &files(),
        "old.jsonl new.jsonl --gold gold.jsonl --items 9999 --all -f markdown",
    );
    assert!(long.len() < 60_000);
    let text = compared(
        &files(),
        "old.jsonl new.jsonl rules.jsonl --gold gold.jsonl -f markdown",
    );
    assert_data_eq!(
        text,
        str![[r#"
<!-- goldspan -->

**new.jsonl is best on entity strict F1 (0.9171); every other can be told apart from it.**

gold.jsonl: 24 documents; resampled: 24 documents, 1000 times, BCa bootstrap; p by swapping the two at random

| rank | system | entity strict F1 | 95 % CI | group |
|---:|---|---:|---|---|
| 1 | new.jsonl | 0.9171 | 0.8879 to 0.9447 | a |
| 2 | old.jsonl | 0.8314 | 0.7935 to 0.8733 | b |
| 3 | rules.jsonl | 0.7265 | 0.6407 to 0.8077 | c |

<details><summary>Pairs</summary>

| pair | first | second | points | 95 % CI | p | adjusted (Holm) |
|---|---:|---:|---:|---|---:|---:|
| new.jsonl over old.jsonl | 0.9171 | 0.8314 | +8.6 | 4.5 to 12.0 | 0.003 | **0.006** |
| new.jsonl over rules.jsonl | 0.9171 | 0.7265 | +19.1 | 11.9 to 27.9 | &lt;0.001 | **0.003** |
| old.jsonl over rules.jsonl | 0.8314 | 0.7265 | +10.5 | 3.8 to 18.1 | 0.013 | **0.013** |

</details>

"#]]
    );
}

#[test]
fn json_and_csv_have_everything() {
    let pair = "old.jsonl new.jsonl --gold gold.jsonl";
    let text = compared(&files(), &format!("{pair} -f json"));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let own = &json["comparisons"][0];
    let table = compared(&files(), pair);
    assert_eq!(own["verdict"], verdict(&table));
    assert_eq!(own["first"]["name"], "old.jsonl");
    assert_eq!(own["primary"]["metric"], "entity.strict.f1");
    assert_eq!(own["documents"], 24);
    assert_eq!(own["items"]["fixed"].as_array().unwrap().len(), 45);
    assert_eq!(json["rankings"].as_array().unwrap().len(), 0);
    let csv = compared(&files(), &format!("{pair} -f csv"));
    let scores = own["scores"].as_array().unwrap().len();
    assert_eq!(csv.lines().count(), 1 + scores);
    let head = csv.lines().take(2).collect::<Vec<_>>().join("\n");
    assert_data_eq!(
        head,
        str![[r#"
corpus,first,second,metric,first_score,second_score,difference,low,high,standard_error,p,exact,differing,p_adjusted
gold.jsonl,old.jsonl,new.jsonl,entity.strict.precision,0.889344262295082,0.939622641509434,0.050278379214351965,0.008826257763509633,0.08688981228512811,0.020421443195012816,0.027972027972027972,false,20,0.048647005168744296
"#]]
    );
}

#[test]
fn two_runs_are_compared_each_extractor_with_its_namesake() {
    let scratch = two_runs();
    let text = compared(&scratch, "latest~1 latest --items 1");
    assert_data_eq!(
        text,
        str![[r#"
quotes 1 (20260102T000000Z-bbbb) against quotes 1 (20260101T000000Z-aaaa) on news
  A: quotes 1 (20260101T000000Z-aaaa), run 20260101T000000Z-aaaa
  B: quotes 1 (20260102T000000Z-bbbb), run 20260102T000000Z-bbbb
  compared: 8 documents; 0 documents differ in the score
  resampled: 8 documents, 1000 times, BCa bootstrap; p by swapping the two at random

   score                       A       B  points  95 % CI     p  adjusted
   claim.exact.precision  0.2759  0.2759     0.0  0.0 to 0.0  1         1
   claim.exact.recall     1.0000  1.0000     0.0  0.0 to 0.0  1         1
   claim.exact.f1         0.4324  0.4324     0.0  0.0 to 0.0  1         1
   content.exact.f1       0.4324  0.4324     0.0  0.0 to 0.0  1         1
   source.exact.f1        0.4324  0.4324     0.0  0.0 to 0.0  1         1
   cue.exact.f1           0.4324  0.4324     0.0  0.0 to 0.0  1         1
   claim.overlap:0.5.f1   0.4324  0.4324     0.0  0.0 to 0.0  1         1
  adjusted by Benjamini and Hochberg over all 24 scores that both have; * below 0.05

   claim.exact.f1 by          documents       A       B  points  95 % CI     p  adjusted
   desk = home                        4  0.4706  0.4706     0.0  0.0 to 0.0  1         1
   desk = world                       4  0.4000  0.4000     0.0  0.0 to 0.0  1         1
   length = 1 shortest third          3  0.8571  0.8571     0.0  0.0 to 0.0  1         1
   length = 2 middle third            3  0.4000  0.4000     0.0  0.0 to 0.0  1         1
   length = 3 longest third           2  0.2667  0.2667     0.0  0.0 to 0.0  1         1

  items wrong in both: 21
  fixed: none
  broken: none

  note: few documents (8 of at least 50): the intervals may be too narrow

quotes 1 (20260102T000000Z-bbbb) and quotes 1 (20260101T000000Z-aaaa) are the same on claim exact F1: no document differs (p = 1).

shape 1 (20260102T000000Z-bbbb) against shape 1 (20260101T000000Z-aaaa) on news
  A: shape 1 (20260101T000000Z-aaaa), run 20260101T000000Z-aaaa
  B: shape 1 (20260102T000000Z-bbbb), run 20260102T000000Z-bbbb
  compared: 8 documents; 8 documents differ in the score
  resampled: 8 documents, 1000 times, BCa bootstrap; p by swapping the two at random

   score                          A       B  points  95 % CI             p  adjusted
   entity.strict.precision   0.2759  0.1379   -13.8  -22.2 to -9.8   0.008     0.016  *
   entity.strict.recall      0.6667  0.3333   -33.3  -33.3 to -33.3  0.008     0.016  *
   entity.strict.f1          0.3902  0.1951   -19.5  -26.7 to -15.1  0.008     0.016  *
   entity.strict.f1[DATE]    0.4324  0.4324     0.0  0.0 to 0.0          1         1
   entity.strict.f1[GPE]          -       -       -  -                   -         -
   entity.strict.f1[ORG]          -       -       -  -                   -         -
   entity.strict.f1[PERSON]  0.4324       -       -  -                   -         -
   entity.exact.f1           0.3902  0.3902     0.0  0.0 to 0.0          1         1
   entity.partial.f1         0.3902  0.3902     0.0  0.0 to 0.0          1         1
   entity.type.f1            0.3902  0.1951   -19.5  -26.7 to -15.1  0.008     0.016  *
  adjusted by Benjamini and Hochberg over all 92 scores that both have; * below 0.05

   entity.strict.f1 by        documents       A       B  points  95 % CI             p  adjusted
   desk = home                        4  0.4211  0.2105   -21.1  -33.3 to -14.3  0.125     0.312
   desk = world                       4  0.3636  0.1818   -18.2  -28.6 to -13.3  0.125     0.312
   length = 1 shortest third          3  0.7059  0.3529   -35.3  -40.0 to -28.6  0.250     0.312
   length = 2 middle third            3  0.3636  0.1818   -18.2  -22.2 to -15.4  0.250     0.312
   length = 3 longest third           2  0.2500  0.1250   -12.5  -13.3 to -11.8  0.500     0.500

   documents that moved most  errors of A  of B  change
   a                                    1     3      +2
   b                                    1     3      +2
   c                                    3     5      +2
   d                                    5     7      +2
   e                                    7     9      +2
   f                                    9    11      +2
   g                                   11    13      +2
   h                                   13    15      +2

  items wrong in both: 29

   fixed: 21, the first 1  what    words    document:line
   spurious                PERSON  Ana Kos  c:2

   broken: 29, the first 1  what                   words    document:line
   mistyped                 PERSON, predicted ORG  Ana Kos  a:1

  note: few documents (8 of at least 50): the intervals may be too narrow
  note: these 8 documents resolve differences of 13.3 points, and one point would take 1415

shape 1 (20260102T000000Z-bbbb) is worse than shape 1 (20260101T000000Z-aaaa) on entity strict F1 by 19.5 points (95 % CI -26.7 to -15.1, p = 0.008).

"#]]
    );
}

#[test]
fn a_name_is_a_run_a_baseline_or_a_file() {
    let scratch = two_runs();
    scratch.goldspan("accept latest~1").assert().code(0);
    let by_name = compared(&scratch, "main:shape latest:shape --items 1");
    assert_data_eq!(
        verdict(&by_name),
        str![
            "shape 1 (20260102T000000Z-bbbb) is worse than shape 1 (baseline main) on entity strict F1 by 19.5 points (95 % CI -26.7 to -15.1, p = 0.008)."
        ]
    );
    assert!(by_name.contains("items fixed and broken are not known"));
    let by_path = compared(
        &scratch,
        "baselines/main.json:shape 20260102:shape --items 1",
    );
    assert_eq!(by_name, by_path);
    // The same name twice.
    scratch
        .goldspan("accept latest~1 --name 2026")
        .assert()
        .code(0);
    run(&scratch, "2026");
    let told = refused(&scratch, "2026:shape latest:shape", 2);
    assert_data_eq!(
        told,
        str![[r#"
error: a run and a baseline are called so
 |
 = note: found "2026"
 = help: write the path of the one that you mean: .goldspan/runs/2026 or baselines/2026.json

"#]]
    );
    let told = refused(&scratch, "nothing latest", 2);
    assert_data_eq!(
        told,
        str![[r#"
error: there is no run of this name
--> .goldspan/runs
 = note: found "nothing", which is also no baseline in baselines, which has 2026, main, and no file
 = note: expected latest, latest~1, a path, or the begin of a name; the newest are 2026, 20260102T000000Z-bbbb, 20260101T000000Z-aaaa
 = help: goldspan runs list shows all

"#]]
    );
    let told = refused(&scratch, "baselines/none.json latest", 103);
    assert!(told.contains("there is no such baseline"), "{told}");
    let told = refused(&scratch, "latest:shap latest:shape", 2);
    assert!(told.contains("did you mean shape?"), "{told}");
    let told = refused(&scratch, "news/a.txt latest:shape", 2);
    assert!(told.contains("--gold"), "{told}");
    let told = refused(&scratch, "latest latest --gold gold", 2);
    assert!(told.contains("leave --gold out"), "{told}");
}

#[test]
fn runs_that_are_not_there_or_not_finished_have_exit_codes() {
    let scratch = project();
    refused(&scratch, "latest latest~1", 4);
    run(&scratch, "20260101T000000Z-aaaa");
    fs::remove_file(
        scratch
            .path()
            .join(".goldspan/runs/20260101T000000Z-aaaa/results.json"),
    )
    .unwrap();
    refused(&scratch, "2026 2026", 104);
}

#[test]
fn one_run_twice_is_identical() {
    let scratch = project();
    run(&scratch, "20260101T000000Z-aaaa");
    let text = compared(&scratch, "latest:shape latest:shape");
    assert!(text.contains("identical: the same run"));
    assert_eq!(
        verdict(&text),
        "shape 1 and shape 1 are the same on entity strict F1: no document differs (p = 1)."
    );
    // Extractors of other tasks have nothing in common.
    let told = refused(&scratch, "latest:shape latest:quotes", 103);
    assert_data_eq!(
        told,
        str![[r#"
error: shape 1 and quotes 1 cannot be compared
 |
 = note: found no score is counted on both sides; only shape 1 was scored on entities; only quotes 1 was scored on claims
 = note: expected the same documents with the same gold, counted by the same rules
 = help: run both on the same corpus, by the same rules

"#]]
    );
}

#[test]
fn other_documents_or_gold_are_compared_only_where_that_is_asked_for() {
    let scratch = two_runs();
    scratch.write("news/z.txt", ARTICLE);
    scratch.write("gold/z.ann", GOLD);
    scratch.write("gold/a.ann", "T1\tPERSON 21 28\tAna Kos\n");
    let manifest = scratch.read("manifest.csv") + "z,home\n";
    scratch.write("manifest.csv", manifest);
    run(&scratch, "20260103T000000Z-cccc");
    let told = refused(&scratch, "latest~2:shape latest:shape", 103);
    assert_data_eq!(
        told,
        str![[r#"
error: shape 1 (20260101T000000Z-aaaa) and shape 1 (20260103T000000Z-cccc) cannot be compared
 |
 = note: found only shape 1 (20260103T000000Z-cccc) was scored on 1 document ("z"); the gold is another in 1 document ("a")
 = note: expected the same documents with the same gold, counted by the same rules
 = help: run both on the same corpus, or compare what is common with --intersect

"#]]
    );
    let text = compared(&scratch, "latest~2:shape latest:shape --intersect");
    let notes: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("left out"))
        .collect();
    assert_data_eq!(
        notes.join("\n"),
        str![[r#"
  note: left out: only shape 1 (20260103T000000Z-cccc) was scored on 1 document ("z")
  note: left out: the gold is another in 1 document ("a")
"#]]
    );
    assert!(text.contains("compared: 7 documents"), "{text}");
    // No item is told of a document that is not compared.
    assert!(!text.contains(" z:1") && !text.contains(" a:1"), "{text}");
    let ranked = compared(
        &scratch,
        "latest~2:shape latest~1:shape latest:shape --intersect",
    );
    assert!(ranked.contains("compared: 7 documents"), "{ranked}");
    refused(&scratch, "latest~2:shape latest~1:shape latest:shape", 103);
}

#[test]
fn other_rules_are_never_compared() {
    let scratch = project();
    run(&scratch, "20260101T000000Z-aaaa");
    configure(&scratch, "\n[score]\nclaim = { require = [\"source\"] }\n");
    run(&scratch, "20260102T000000Z-bbbb");
    let told = refused(&scratch, "latest~1:quotes latest:quotes --intersect", 103);
    assert_data_eq!(
        told,
        str![[r#"
error: quotes 1 (20260101T000000Z-aaaa) and quotes 1 (20260102T000000Z-bbbb) cannot be compared
 |
 = note: found what a whole claim requires: ["cue", "source"] for quotes 1 (20260101T000000Z-aaaa), ["source"] for quotes 1 (20260102T000000Z-bbbb)
 = note: expected the same documents with the same gold, counted by the same rules
 = help: run both on the same corpus, by the same rules

"#]]
    );
    // Entities require nothing.
    compared(&scratch, "latest~1:shape latest:shape");
}

#[test]
fn a_score_a_slice_or_a_cluster_that_is_not_there_is_told() {
    let scratch = two_runs();
    let pair = "latest~1:shape latest:shape";
    for name in ["entity.strct.f1", "entity.strict.f1[PERSN]"] {
        let told = refused(&scratch, &format!("{pair} --metric {name}"), 2);
        assert!(told.contains("did you mean"), "{told}");
    }
    let told = refused(&scratch, &format!("{pair} --slice dsk"), 2);
    assert!(told.contains("did you mean \"desk\"?"), "{told}");
    let told = refused(&scratch, &format!("{pair} --cluster dsk"), 2);
    assert!(told.contains("did you mean \"desk\"?"), "{told}");
    let text = compared(
        &scratch,
        &format!("{pair} --slice desk --cluster desk --items 0"),
    );
    assert_data_eq!(
        text,
        str![[r#"
shape 1 (20260102T000000Z-bbbb) against shape 1 (20260101T000000Z-aaaa) on news
  A: shape 1 (20260101T000000Z-aaaa), run 20260101T000000Z-aaaa
  B: shape 1 (20260102T000000Z-bbbb), run 20260102T000000Z-bbbb
  compared: 8 documents; 2 clusters differ in the score
  resampled: 2 clusters, 1000 times, BCa bootstrap; p by swapping the two at random

   score                          A       B  points  95 % CI             p  adjusted
   entity.strict.precision   0.2759  0.1379   -13.8  -15.4 to -12.5  0.500     0.885
   entity.strict.recall      0.6667  0.3333   -33.3  -33.3 to -33.3  0.500     0.885
   entity.strict.f1          0.3902  0.1951   -19.5  -21.1 to -18.2  0.500     0.885
   entity.strict.f1[DATE]    0.4324  0.4324     0.0  0.0 to 0.0          1         1
   entity.strict.f1[GPE]          -       -       -  -                   -         -
   entity.strict.f1[ORG]          -       -       -  -                   -         -
   entity.strict.f1[PERSON]  0.4324       -       -  -                   -         -
   entity.exact.f1           0.3902  0.3902     0.0  0.0 to 0.0          1         1
   entity.partial.f1         0.3902  0.3902     0.0  0.0 to 0.0          1         1
   entity.type.f1            0.3902  0.1951   -19.5  -21.1 to -18.2  0.500     0.885
  adjusted by Benjamini and Hochberg over all 92 scores that both have; * below 0.05

   entity.strict.f1 by   documents       A       B  points  95 % CI  p  adjusted
   desk = home                   4  0.4211  0.2105   -21.1        -  1         1
   desk = world                  4  0.3636  0.1818   -18.2        -  1         1

   documents that moved most  errors of A  of B  change
   a                                    1     3      +2
   b                                    1     3      +2
   c                                    3     5      +2
   d                                    5     7      +2
   e                                    7     9      +2
   f                                    9    11      +2
   g                                   11    13      +2
   h                                   13    15      +2

  note: few clusters (2 of at least 50): the intervals may be too narrow
  note: only 2 of the clusters differ in the score, so no p below 0.5 is possible: nothing can be told apart at 0.05

shape 1 (20260102T000000Z-bbbb) and shape 1 (20260101T000000Z-aaaa) cannot be told apart on entity strict F1: -19.5 points (95 % CI -21.1 to -18.2, p = 0.500).

"#]]
    );
    let text = compared(&scratch, &format!("{pair} --metric entity.exact.recall"));
    assert!(verdict(&text).contains("entity exact recall"), "{text}");
}

#[test]
fn without_resamples_nothing_is_tested() {
    let scratch = files();
    let command = "compare old.jsonl new.jsonl --gold gold.jsonl --resamples 0";
    let output = scratch.goldspan(command).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_data_eq!(
        verdict(&text),
        str![
            "new.jsonl and old.jsonl differ on entity strict F1 by +8.6 points; nothing was tested."
        ]
    );
}

#[test]
fn every_corpus_that_all_have_is_compared() {
    let scratch = project();
    scratch.write("names/y.txt", ARTICLE);
    scratch.write("names/y.ann", "T1\tPERSON 21 28\tAna Kos\n");
    let names = "\n[corpus.names]\narticles = \"names\"\ntasks = [\"entities\"]\n";
    configure(&scratch, names);
    run(&scratch, "20260101T000000Z-aaaa");
    configure(
        &scratch,
        &format!("labels = {{ PERSON = \"ORG\" }}\n{names}"),
    );
    run(&scratch, "20260102T000000Z-bbbb");
    let headings = |text: String| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains(" against "));
        lines.map(str::to_owned).collect()
    };
    // Quotations are no entities, so of names there is nothing to compare for them.
    let all = headings(compared(&scratch, "latest~1 latest"));
    let told = all.iter().map(|line| line.rsplit(" on ").next().unwrap());
    assert_eq!(told.collect::<Vec<_>>(), ["names", "news", "news"]);
    let one = compared(&scratch, "latest~1 latest --corpus names");
    // Of one document nothing can be said.
    assert!(
        verdict(&one).ends_with(" points (no interval, p = 1)."),
        "{one}"
    );
    let told = refused(&scratch, "latest~1 latest --corpus name", 2);
    assert!(told.contains("one of names, news"), "{told}");
}

#[test]
fn extractors_without_the_score_that_is_asked_for_are_told_and_left_out() {
    // One of the two finds claims, the other entities.
    let scratch = Scratch::project();
    run(&scratch, "old");
    run(&scratch, "new");
    let output = scratch
        .goldspan("compare old new --metric claim.exact.f1 --resamples 200")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.matches("(p = 1).").count(), 1, "{stdout}");
    assert!(
        stderr.contains("note: not compared, since it has no such score: shape 1"),
        "{stderr}"
    );
    // Where none has it, that is an error.
    refused(&scratch, "old new --metric claim.any.f1", 2);
}
