//! What the guides show is what the program prints: every command in a `console` block of `docs/*.md` is run in `docs/examples`.

use std::fs;

use crate::scratch::{goldspan, repository};

#[test]
fn every_command_of_the_guides_prints_what_they_show() {
    let docs = repository().join("docs");
    let mut run = 0;
    let mut pages: Vec<_> = fs::read_dir(&docs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    for page in pages {
        let mut text = fs::read_to_string(&page).unwrap();
        let blocks: Vec<String> = text
            .split("```console\n")
            .skip(1)
            .map(|rest| rest.split("```").next().unwrap().to_owned())
            .collect();
        for block in blocks {
            let command = block.lines().next().unwrap();
            let arguments = command.strip_prefix("$ goldspan ").unwrap();
            let output = goldspan(&docs.join("examples"), arguments)
                .env_remove("GOLDSPAN_RESAMPLES")
                .output()
                .unwrap();
            let printed = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
            let expected = format!("{command}\n{}\n", printed.trim_end());
            run += 1;
            if std::env::var_os("GOLDSPAN_BLESS").is_some() {
                text = text.replace(&block, &expected);
                fs::write(&page, &text).unwrap();
            } else {
                assert_eq!(block, expected, "{}", page.display());
            }
        }
    }
    assert!(run >= 5, "the guides show commands: {run}");
}
