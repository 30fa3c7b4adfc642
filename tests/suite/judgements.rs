//! What gates say, in every format, whole: a judgement made by hand with one of each verdict, and names that each format must escape.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use goldspan::config::{BASELINE, Gate};
use goldspan::error::Excerpt;
use goldspan::gate::{Judged, Judgement, Verdict};
use goldspan::report::judgement::{JudgementOut, annotations, junit, markdown, outputs, table};
use goldspan::run::resample::Difference;
use goldspan::scores::Metric;
use goldspan::statistics::{Interval, Resolution, Tested};
use quick_xml::Reader;
use quick_xml::events::Event;
use snapbox::{IntoData, assert_data_eq, str};

use crate::scratch::{Scratch, repository};

/// A label with what tables, HTML, commands and terminals would take for their own.
const ODD: &str = "P|<b>100%\n::error::@ana #1";

fn metric(name: &str) -> Metric {
    Metric::from_name(name).unwrap()
}

/// A score that is not worse, for others to differ from.
fn green() -> Judged {
    Judged {
        gate: 0,
        corpus: "news".to_owned(),
        extractor: "shape".to_owned(),
        metric: metric("entity.strict.f1"),
        slice: None,
        support: 412,
        score: Some(0.8125),
        floor: Some(0.6),
        max_drop: Some(0.01),
        hard_drop: Some(0.03),
        baseline: Some(BASELINE.to_owned()),
        difference: Some(difference(0.81, 0.8125, (-0.004, 0.009), 0.41)),
        adjusted: Some(0.82),
        resolution: Some(Resolution {
            difference: 0.012,
            units_for_a_point: Some(87),
        }),
        verdict: Verdict::NotWorse,
        reason: "it rose by 0.25 points".to_owned(),
    }
}

fn difference(first: f64, second: f64, (low, high): (f64, f64), p: f64) -> Difference {
    Difference {
        first: Some(first),
        second: Some(second),
        difference: Some(second - first),
        interval: Some(Interval { low, high }),
        standard_error: Some(0.004),
        tested: Some(Tested {
            p,
            exact: false,
            differing: 31,
        }),
    }
}

/// One of each verdict.
fn judgement() -> Judgement {
    let inconclusive = Judged {
        gate: 1,
        metric: metric("entity.strict.recall").of_label("PERSON").unwrap(),
        slice: Some(("topic".to_owned(), "war, and | peace".to_owned())),
        support: 57,
        floor: None,
        score: Some(0.7),
        difference: Some(difference(0.72, 0.7, (-0.051, 0.012), 0.09)),
        adjusted: Some(0.18),
        verdict: Verdict::Inconclusive,
        reason: "it fell by 2.00 points, more than 1.0, and the test cannot tell (p = 0.18)"
            .to_owned(),
        ..green()
    };
    let worse = Judged {
        gate: 2,
        extractor: "quotes".to_owned(),
        metric: metric("entity.strict.f1").of_label(ODD).unwrap(),
        support: 300,
        score: Some(0.55),
        floor: Some(0.6),
        difference: Some(difference(0.61, 0.55, (-0.08, -0.04), 0.00005)),
        adjusted: Some(0.00009),
        verdict: Verdict::Worse,
        reason: format!("the floor of 0.6 is missed: {ODD}, 100% sure"),
        ..green()
    };
    let incomparable = Judged {
        gate: 3,
        metric: metric("claim.overlap:0.5.f1"),
        support: 88,
        floor: None,
        baseline: Some("release".to_owned()),
        difference: None,
        adjusted: None,
        resolution: None,
        verdict: Verdict::Incomparable,
        reason: "the gold of 3 documents is not that of the baseline".to_owned(),
        ..green()
    };
    let thin = Judged {
        gate: 1,
        metric: metric("entity.strict.recall").of_label("DATE").unwrap(),
        support: 7,
        score: None,
        floor: None,
        baseline: None,
        difference: None,
        adjusted: None,
        resolution: None,
        verdict: Verdict::Thin,
        reason: "7 gold items, less than min-support = 30".to_owned(),
        ..green()
    };
    Judgement {
        judged: vec![green(), inconclusive, worse, incomparable, thin],
        suggestions: vec![
            "shape on news is better by 0.25 points: goldspan accept latest".to_owned(),
        ],
    }
}

/// Gates at the lines 12, 16, 20 and 24 of a file.
fn gates() -> Vec<Gate> {
    let source = "\n".repeat(40);
    let gate = |line: usize| Gate {
        metric: metric("entity.strict.f1"),
        labels: Vec::new(),
        corpus: None,
        extractor: None,
        slice: None,
        floor: None,
        max_drop: Some(0.01),
        hard_drop: None,
        min_support: None,
        baseline: BASELINE.to_owned(),
        allow_missing_baseline: false,
        place: (
            PathBuf::from("goldspan.toml"),
            Excerpt::of(&source, line - 1..line - 1),
        ),
    };
    [12, 16, 20, 24].map(gate).to_vec()
}

#[test]
fn people_get_a_table_and_a_reason_for_all_that_is_not_green() {
    assert_data_eq!(table(&judgement(), "documents"), str![[r#"

   verdict               extractor       metric                                          slice                    score   floor  baseline       points  95 % CI         p (Holm)  support
   not worse             shape on news   entity strict F1                                                        0.8125  0.6000  0.8100 (main)   +0.25  -0.40 to +0.90  0.8200        412
   inconclusive          shape on news   entity strict recall of PERSON                  topic=war, and | peace  0.7000       -  0.7200 (main)   -2.00  -5.10 to +1.20  0.1800         57
   worse                 quotes on news  entity strict F1 of P|<b>100% ::error::@ana #1                          0.5500  0.6000  0.6100 (main)   -6.00  -8.00 to -4.00  <0.0001       300
   not comparable        shape on news   claim overlap:0.5 F1                                                    0.8125       -  - (release)         -  -               -              88
   not judged            shape on news   entity strict recall of DATE                                                 -       -  -                   -  -               -               7

  inconclusive: shape on news, entity strict recall of PERSON where topic=war, and | peace: it fell by 2.00 points, more than 1.0, and the test cannot tell (p = 0.18)
  worse: quotes on news, entity strict F1 of P|<b>100% ::error::@ana #1: the floor of 0.6 is missed: P|<b>100% ::error::@ana #1, 100% sure
  not comparable: shape on news, claim overlap:0.5 F1: the gold of 3 documents is not that of the baseline
  not judged: shape on news, entity strict recall of DATE: 7 gold items, less than min-support = 30

gate: 5 scores: 1 not worse, 1 inconclusive, 1 worse, 1 not comparable, 1 not judged
the smallest drop that news resolves: 1.2 points (80 % power); one point would take 87 documents
shape on news is better by 0.25 points: goldspan accept latest

"#]].raw());
}

#[test]
fn a_judgement_that_is_green_is_short() {
    let green = Judgement {
        judged: vec![green()],
        suggestions: Vec::new(),
    };
    assert_data_eq!(table(&green, "documents"), str![[r#"

   verdict               extractor      metric             score   floor  baseline main  points  95 % CI         p (Holm)  support
   not worse             shape on news  entity strict F1  0.8125  0.6000         0.8100   +0.25  -0.40 to +0.90    0.8200      412

gate: 1 score: 1 not worse
the smallest drop that news resolves: 1.2 points (80 % power); one point would take 87 documents

"#]].raw());
    assert_data_eq!(markdown(&green, "goldspan", "documents"), str![[r#"
<!-- goldspan -->
## goldspan: not worse

1 score: 1 not worse

the smallest drop that news resolves: 1.2 points (80 % power); one point would take 87 documents

<details>
<summary>All scores</summary>

| verdict | extractor | corpus | metric | slice | score | floor | baseline | before | points | 95 % CI | p (Holm) | support |
|---|---|---|---|---|--:|--:|---|--:|--:|---|--:|--:|
| not worse | shape | news | entity strict F1 |  | 0.8125 | 0.6000 | main | 0.8100 | +0.25 | -0.40 to +0.90 | 0.8200 | 412 |

</details>

"#]].raw());
    assert!(annotations(&green, &gates()).is_empty());
}

#[test]
fn without_gates_nothing_is_claimed() {
    let none = Judgement::default();
    assert_data_eq!(
        table(&none, "documents"),
        str![[r#"

gate: no scores

"#]]
        .raw()
    );
    assert_data_eq!(
        markdown(&none, "goldspan", "documents"),
        str![[r#"
<!-- goldspan -->
## goldspan: no gates

no scores

"#]]
        .raw()
    );
    assert_data_eq!(
        outputs(&none),
        str![[r#"
verdict=none
scores=0
not-worse=0
inconclusive=0
worse=0
not-comparable=0
not-judged=0

"#]]
        .raw()
    );
    assert_data_eq!(
        junit(&none).unwrap(),
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="goldspan gates" tests="0" skipped="0" failures="0" errors="0">
</testsuites>

"#]]
        .raw()
    );
    let json = serde_json::to_string(&JudgementOut::from(&none)).unwrap();
    assert_eq!(json, r#"{"verdict":null,"judged":[],"suggestions":[]}"#);
}

#[test]
fn scores_that_resolve_differently_are_told_as_a_range_for_each_corpus() {
    let mut judgement = Judgement {
        judged: vec![green(), green(), green()],
        suggestions: Vec::new(),
    };
    judgement.judged[1].resolution = Some(Resolution {
        difference: 0.034,
        units_for_a_point: Some(700),
    });
    judgement.judged[2].corpus = "letters".to_owned();
    judgement.judged[2].resolution = Some(Resolution {
        difference: 0.5,
        units_for_a_point: None,
    });
    let table = table(&judgement, "values of source");
    let told = table.lines().skip_while(|line| !line.starts_with("gate:"));
    let told: Vec<&str> = told.collect();
    assert_data_eq!(told.join("\n"), str![[r#"
gate: 3 scores: 3 not worse
the smallest drop that news resolves: 1.2 to 3.4 points by score (80 % power); one point would take up to 700 values of source
the smallest drop that letters resolves: 50.0 points (80 % power)
"#]].raw());
}

#[test]
fn json_has_every_number() {
    let judgement = judgement();
    let json = serde_json::to_string_pretty(&JudgementOut::from(&judgement)).unwrap();
    assert_data_eq!(
        json,
        str![[r#"
{
  "verdict": "not-comparable",
  "judged": [
    {
      "gate": 0,
      "corpus": "news",
      "extractor": "shape",
      "metric": "entity.strict.f1",
      "slice": null,
      "verdict": "not-worse",
      "reason": "it rose by 0.25 points",
      "support": 412,
      "score": 0.8125,
      "floor": 0.6,
      "max_drop": 0.01,
      "hard_drop": 0.03,
      "baseline": "main",
      "baseline_score": 0.81,
      "difference": 0.0024999999999999467,
      "difference_low": -0.004,
      "difference_high": 0.009,
      "p": 0.41,
      "p_exact": false,
      "p_holm": 0.82,
      "resolves": 0.012,
      "units_for_a_point": 87
    },
    {
      "gate": 1,
      "corpus": "news",
      "extractor": "shape",
      "metric": "entity.strict.recall[PERSON]",
      "slice": {
        "key": "topic",
        "value": "war, and | peace"
      },
      "verdict": "inconclusive",
      "reason": "it fell by 2.00 points, more than 1.0, and the test cannot tell (p = 0.18)",
      "support": 57,
      "score": 0.7,
      "floor": null,
      "max_drop": 0.01,
      "hard_drop": 0.03,
      "baseline": "main",
      "baseline_score": 0.72,
      "difference": -0.020000000000000018,
      "difference_low": -0.051,
      "difference_high": 0.012,
      "p": 0.09,
      "p_exact": false,
      "p_holm": 0.18,
      "resolves": 0.012,
      "units_for_a_point": 87
    },
    {
      "gate": 2,
      "corpus": "news",
      "extractor": "quotes",
      "metric": "entity.strict.f1[P|<b>100%\n::error::@ana #1]",
      "slice": null,
      "verdict": "worse",
      "reason": "the floor of 0.6 is missed: P|<b>100%\n::error::@ana #1, 100% sure",
      "support": 300,
      "score": 0.55,
      "floor": 0.6,
      "max_drop": 0.01,
      "hard_drop": 0.03,
      "baseline": "main",
      "baseline_score": 0.61,
      "difference": -0.05999999999999994,
      "difference_low": -0.08,
      "difference_high": -0.04,
      "p": 0.00005,
      "p_exact": false,
      "p_holm": 0.00009,
      "resolves": 0.012,
      "units_for_a_point": 87
    },
    {
      "gate": 3,
      "corpus": "news",
      "extractor": "shape",
      "metric": "claim.overlap:0.5.f1",
      "slice": null,
      "verdict": "not-comparable",
      "reason": "the gold of 3 documents is not that of the baseline",
      "support": 88,
      "score": 0.8125,
      "floor": null,
      "max_drop": 0.01,
      "hard_drop": 0.03,
      "baseline": "release",
      "baseline_score": null,
      "difference": null,
      "difference_low": null,
      "difference_high": null,
      "p": null,
      "p_exact": null,
      "p_holm": null,
      "resolves": null,
      "units_for_a_point": null
    },
    {
      "gate": 1,
      "corpus": "news",
      "extractor": "shape",
      "metric": "entity.strict.recall[DATE]",
      "slice": null,
      "verdict": "not-judged",
      "reason": "7 gold items, less than min-support = 30",
      "support": 7,
      "score": null,
      "floor": null,
      "max_drop": 0.01,
      "hard_drop": 0.03,
      "baseline": null,
      "baseline_score": null,
      "difference": null,
      "difference_low": null,
      "difference_high": null,
      "p": null,
      "p_exact": null,
      "p_holm": null,
      "resolves": null,
      "units_for_a_point": null
    }
  ],
  "suggestions": [
    "shape on news is better by 0.25 points: goldspan accept latest"
  ]
}
"#]]
        .raw()
    );
}

#[test]
fn markdown_escapes_what_is_somebodys() {
    let title = "goldspan <main> | *nightly*\n@ana";
    assert_data_eq!(markdown(&judgement(), title, "documents"), str![[r#"
<!-- goldspan -->
## goldspan &lt;main&gt; \| \*nightly\* @&#8203;ana: not comparable

5 scores: 1 not worse, 1 inconclusive, 1 worse, 1 not comparable, 1 not judged

| verdict | extractor | corpus | metric | slice | score | points | 95 % CI | p (Holm) |
|---|---|---|---|---|--:|--:|---|--:|
| not comparable | shape | news | claim overlap:0.5 F1 |  | 0.8125 | - | - | - |
| worse | quotes | news | entity strict F1 of P\|&lt;b&gt;100% ::error::@&#8203;ana #&#8203;1 |  | 0.5500 | -6.00 | -8.00 to -4.00 | &lt;0.0001 |
| inconclusive | shape | news | entity strict recall of PERSON | topic=war, and \| peace | 0.7000 | -2.00 | -5.10 to +1.20 | 0.1800 |
| not judged | shape | news | entity strict recall of DATE |  | - | - | - | - |

- **not comparable**: shape on news, claim overlap:0.5 F1: the gold of 3 documents is not that of the baseline
- **worse**: quotes on news, entity strict F1 of P\|&lt;b&gt;100% ::error::@&#8203;ana #&#8203;1: the floor of 0.6 is missed: P\|&lt;b&gt;100% ::error::@&#8203;ana #&#8203;1, 100% sure
- **inconclusive**: shape on news, entity strict recall of PERSON where topic=war, and \| peace: it fell by 2.00 points, more than 1.0, and the test cannot tell (p = 0.18)
- **not judged**: shape on news, entity strict recall of DATE: 7 gold items, less than min-support = 30

the smallest drop that news resolves: 1.2 points (80 % power); one point would take 87 documents

shape on news is better by 0.25 points: goldspan accept latest

<details>
<summary>All scores</summary>

| verdict | extractor | corpus | metric | slice | score | floor | baseline | before | points | 95 % CI | p (Holm) | support |
|---|---|---|---|---|--:|--:|---|--:|--:|---|--:|--:|
| not worse | shape | news | entity strict F1 |  | 0.8125 | 0.6000 | main | 0.8100 | +0.25 | -0.40 to +0.90 | 0.8200 | 412 |
| inconclusive | shape | news | entity strict recall of PERSON | topic=war, and \| peace | 0.7000 | - | main | 0.7200 | -2.00 | -5.10 to +1.20 | 0.1800 | 57 |
| worse | quotes | news | entity strict F1 of P\|&lt;b&gt;100% ::error::@&#8203;ana #&#8203;1 |  | 0.5500 | 0.6000 | main | 0.6100 | -6.00 | -8.00 to -4.00 | &lt;0.0001 | 300 |
| not comparable | shape | news | claim overlap:0.5 F1 |  | 0.8125 | - | release | - | - | - | - | 88 |
| not judged | shape | news | entity strict recall of DATE |  | - | - | - | - | - | - | - | 7 |

</details>

"#]].raw());
}

#[test]
fn markdown_stays_below_what_a_comment_may_have_however_many_gates_there_are() {
    let odd = judgement().judged;
    let many = odd.iter().cycle().take(4_000).cloned();
    let many = Judgement {
        judged: many.collect(),
        suggestions: vec!["x".repeat(300); 1_000],
    };
    let text = markdown(&many, &"t".repeat(10_000), "documents");
    assert!(text.len() < 60_000, "{}", text.len());
    assert!(text.ends_with("\n</details>\n"));
    let left_out = text.lines().filter(|line| line.contains("left out here"));
    let left_out: Vec<&str> = left_out.collect();
    assert_data_eq!(
        left_out.join("\n"),
        str![[r#"
*3028 more are left out here; `results.json` has them all*
*3074 more are left out here; `results.json` has them all*
*981 more are left out here; `results.json` has them all*
*3849 more are left out here; `results.json` has them all*
"#]]
        .raw()
    );
    // A single name that fills a comment.
    let mut long = judgement();
    long.judged[2].corpus = "|".repeat(70_000);
    let text = markdown(&long, "goldspan", "documents");
    assert!(text.len() < 60_000, "{}", text.len());
    assert!(text.contains("left out here"));
}

#[test]
fn junit_has_a_suite_for_each_extractor_and_a_case_for_each_score() {
    assert_data_eq!(junit(&judgement()).unwrap(), str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="goldspan gates" tests="5" skipped="1" failures="1" errors="1">
    <testsuite name="shape on news" tests="4" skipped="1" errors="1" failures="0">
        <testcase name="entity strict F1 against main" classname="shape on news">
            <system-out>score 0.8125, floor 0.6000, baseline 0.8100, change +0.25 points (95 % CI -0.40 to +0.90), p (Holm) 0.8200, support 412</system-out>
        </testcase>
        <testcase name="entity strict recall of PERSON where topic=war, and | peace against main" classname="shape on news">
            <system-out>inconclusive: it fell by 2.00 points, more than 1.0, and the test cannot tell (p = 0.18)
score 0.7000, floor -, baseline 0.7200, change -2.00 points (95 % CI -5.10 to +1.20), p (Holm) 0.1800, support 57</system-out>
        </testcase>
        <testcase name="claim overlap:0.5 F1 against release" classname="shape on news">
            <error message="the gold of 3 documents is not that of the baseline" type="not-comparable">score 0.8125, floor -, baseline -, change - points (95 % CI -), p (Holm) -, support 88</error>
        </testcase>
        <testcase name="entity strict recall of DATE" classname="shape on news">
            <skipped message="7 gold items, less than min-support = 30" type="not-judged">score -, floor -, baseline -, change - points (95 % CI -), p (Holm) -, support 7</skipped>
        </testcase>
    </testsuite>
    <testsuite name="quotes on news" tests="1" skipped="0" errors="0" failures="1">
        <testcase name="entity strict F1 of P|&lt;b&gt;100% ::error::@ana #1 against main" classname="quotes on news">
            <failure message="the floor of 0.6 is missed: P|&lt;b&gt;100% ::error::@ana #1, 100% sure" type="worse">score 0.5500, floor 0.6000, baseline 0.6100, change -6.00 points (95 % CI -8.00 to -4.00), p (Holm) &lt;0.0001, support 300</failure>
        </testcase>
    </testsuite>
</testsuites>

"#]].raw());
}

#[test]
fn junit_is_well_formed_and_its_numbers_are_those_of_its_cases() {
    let xml = junit(&judgement()).unwrap();
    let mut reader = Reader::from_str(&xml);
    let (mut cases, mut declared) = (0, Vec::new());
    let mut inside = std::collections::BTreeMap::<String, usize>::new();
    loop {
        let event = reader.read_event().unwrap();
        let (Event::Start(tag) | Event::Empty(tag)) = &event else {
            if event == Event::Eof {
                break;
            }
            continue;
        };
        let name = tag.name().as_ref().to_owned();
        let value = |key: &str| {
            let value = tag.try_get_attribute(key).unwrap();
            value.map(|value| value.value.into_owned())
        };
        match name.as_str() {
            "testcase" => {
                cases += 1;
                assert!(value("name").is_some() && value("classname").is_some());
            }
            "testsuite" => {
                declared.push(value("tests").unwrap().parse::<usize>().unwrap());
                assert!(value("name").is_some());
            }
            "testsuites" => {
                for (key, number) in [
                    ("tests", "5"),
                    ("failures", "1"),
                    ("errors", "1"),
                    ("skipped", "1"),
                ] {
                    assert_eq!(value(key).as_deref(), Some(number), "{key}");
                }
            }
            _ => {}
        }
        *inside.entry(name).or_default() += 1;
    }
    assert_eq!((cases, declared.iter().sum::<usize>()), (5, 5));
    assert_eq!(
        (inside["failure"], inside["error"], inside["skipped"]),
        (1, 1, 1)
    );
}

#[test]
fn junit_is_of_its_schema_where_xmllint_can_tell() {
    let scratch = Scratch::new();
    for judgement in [judgement(), Judgement::default()] {
        let file = scratch.write("junit.xml", junit(&judgement).unwrap());
        let schema = repository().join("tests/schemas/junit.xsd");
        let run = Command::new("xmllint")
            .args(["--noout", "--schema"])
            .args([&schema, &file])
            .output();
        match run {
            Ok(told) => assert!(
                told.status.success(),
                "{}",
                String::from_utf8_lossy(&told.stderr)
            ),
            // Past the capture of output, so that it is seen.
            Err(_) => {
                let _ = writeln!(std::io::stderr(), "DID NOT RUN: there is no xmllint");
            }
        }
    }
}

#[test]
fn annotations_stand_at_the_gates_and_are_single_commands() {
    let lines = annotations(&judgement(), &gates());
    assert!(lines.iter().all(|line| !line.contains(['\n', '\r'])));
    assert_data_eq!(lines.join("\n"), str![[r#"
::warning title=inconclusive%3A entity strict recall of PERSON where topic=war%2C and | peace,file=goldspan.toml,line=16,col=1::shape on news: it fell by 2.00 points, more than 1.0, and the test cannot tell (p = 0.18)
::error title=worse%3A entity strict F1 of P|<b>100%25 %3A%3Aerror%3A%3A@ana #1,file=goldspan.toml,line=20,col=1::quotes on news: the floor of 0.6 is missed: P|<b>100%25 ::error::@ana #1, 100%25 sure
::error title=not comparable%3A claim overlap%3A0.5 F1,file=goldspan.toml,line=24,col=1::shape on news: the gold of 3 documents is not that of the baseline
"#]].raw());
    // A judgement of other gates has no places.
    let nowhere = annotations(&judgement(), &[]);
    assert!(nowhere.iter().all(|line| !line.contains("file=")));
    assert_eq!(nowhere.len(), lines.len());
}

#[test]
fn outputs_are_one_line_each() {
    assert_data_eq!(
        outputs(&judgement()),
        str![[r#"
verdict=not-comparable
scores=5
not-worse=1
inconclusive=1
worse=1
not-comparable=1
not-judged=1

"#]]
        .raw()
    );
}
