//! The words that report: verbs, nouns and phrases that say that somebody says something. Shared by the two claim extractors.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How a reporting verb is used and what it says about its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cue {
    /// The form of the word: some forms report only with a "that".
    pub(super) form: Form,
    /// The source rejects the content.
    pub(super) denies: bool,
    /// The source is not sure of the content.
    pub(super) hedges: bool,
    /// Takes "to do" as content (promised to, urged them to).
    pub(super) infinitive: bool,
    /// Reports only with a "that", "whether" or "to": found, shows, noted.
    pub(super) weak: bool,
}

/// The grammatical form of a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// said, says
    Finite,
    /// say
    Base,
    /// saying
    Gerund,
}

/// Verbs as base, third person, past, gerund, and marks: `d` denies, `h` hedges, `i` takes an infinitive, `w` weak.
const VERBS: &str = "\
say says said saying -|tell tells told telling iw|report reports reported reporting w|claim claims claimed claiming i|\
state states stated stating w|announce announces announced announcing w|add adds added adding w|warn warns warned warning -|\
insist insists insisted insisting -|argue argues argued arguing -|deny denies denied denying d|\
believe believes believed believing h|think thinks thought thinking hw|expect expects expected expecting hiw|\
fear fears feared fearing hw|estimate estimates estimated estimating hw|suspect suspects suspected suspecting hw|\
suggest suggests suggested suggesting hw|predict predicts predicted predicting hw|allege alleges alleged alleging h|\
hope hopes hoped hoping hw|promise promises promised promising iw|vow vows vowed vowing iw|pledge pledges pledged pledging iw|\
threaten threatens threatened threatening iw|order orders ordered ordering iw|urge urges urged urging iw|ask asks asked asking hiw|\
demand demands demanded demanding w|admit admits admitted admitting -|acknowledge acknowledges acknowledged acknowledging w|\
concede concedes conceded conceding w|confirm confirms confirmed confirming w|maintain maintains maintained maintaining w|\
assert asserts asserted asserting -|declare declares declared declaring w|explain explains explained explaining -|\
reply replies replied replying -|respond responds responded responding w|answer answers answered answering w|\
note notes noted noting w|stress stresses stressed stressing w|emphasise emphasises emphasised emphasising w|\
emphasize emphasizes emphasized emphasizing w|complain complains complained complaining -|write writes wrote writing w|\
recall recalls recalled recalling w|remark remarks remarked remarking -|observe observes observed observing w|\
conclude concludes concluded concluding w|find finds found finding w|show shows showed showing w|indicate indicates indicated indicating hw|\
reveal reveals revealed revealing w|disclose discloses disclosed disclosing w|caution cautions cautioned cautioning -|\
reiterate reiterates reiterated reiterating w|contend contends contended contending -|testify testifies testified testifying w|\
joke jokes joked joking -|quip quips quipped quipping -|whisper whispers whispered whispering w|shout shouts shouted shouting w|\
rule rules ruled ruling w|hear hears heard hearing w|agree agrees agreed agreeing iw|refuse refuses refused refusing diw|\
reject rejects rejected rejecting dw|dismiss dismisses dismissed dismissing dw|dispute disputes disputed disputing dw|\
tweet tweets tweeted tweeting w|post posts posted posting w|continue continues continued continuing w|submit submits submitted submitting w|\
assure assures assured assuring w|calculate calculates calculated calculating hw|forecast forecasts forecast forecasting hw|\
propose proposes proposed proposing w|recommend recommends recommended recommending w|signal signals signalled signalling hw";

/// Nouns that report when "that" follows.
const NOUNS: [&str; 42] = [
    "statement", "claim", "claims", "report", "reports", "allegation", "allegations", "warning",
    "warnings", "suggestion", "suggestions", "belief", "fear", "fears", "prediction", "rumour",
    "rumours", "rumor", "rumors", "accusation", "accusations", "assertion", "announcement",
    "assurance", "assurances", "argument", "promise", "pledge", "view", "opinion", "denial",
    "admission", "complaint", "insistence", "conclusion", "estimate", "hope", "hopes", "idea",
    "notion", "demand", "speculation",
];

/// Nouns of [`NOUNS`] whose content is not held to be certain.
const HEDGED_NOUNS: [&str; 16] = [
    "allegation", "allegations", "suggestion", "suggestions", "belief", "fear", "fears",
    "prediction", "rumour", "rumours", "rumor", "rumors", "estimate", "hope", "hopes",
    "speculation",
];

/// Words that make a clause a possibility.
const HEDGES: [&str; 14] = [
    "may", "might", "could", "likely", "unlikely", "probably", "possibly", "perhaps", "appears",
    "appeared", "seems", "seemed", "apparently", "allegedly",
];

static CUES: LazyLock<HashMap<&'static str, Cue>> = LazyLock::new(|| {
    let mut cues = HashMap::new();
    for entry in VERBS.split('|') {
        let words: Vec<&str> = entry.split(' ').collect();
        let &[base, third, past, gerund, marks] = words.as_slice() else {
            continue;
        };
        let forms = [
            (base, Form::Base),
            (gerund, Form::Gerund),
            (third, Form::Finite),
            (past, Form::Finite),
        ];
        for (word, form) in forms {
            let cue = Cue {
                form,
                denies: marks.contains('d'),
                hedges: marks.contains('h'),
                infinitive: marks.contains('i'),
                weak: marks.contains('w'),
            };
            cues.insert(word, cue);
        }
    }
    cues
});

/// What kind of cue `word` (in small letters) is as a verb.
pub(super) fn verb(word: &str) -> Option<Cue> {
    CUES.get(word).copied()
}

/// Whether `word` is a noun that reports, and if so whether it hedges.
pub(super) fn noun(word: &str) -> Option<bool> {
    NOUNS.contains(&word).then(|| HEDGED_NOUNS.contains(&word))
}

/// Whether `word` makes its clause a possibility.
pub(super) fn is_hedge(word: &str) -> bool {
    HEDGES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_verb_table_is_read() {
        assert_eq!(
            VERBS
                .split('|')
                .filter(|entry| entry.split(' ').count() != 5)
                .count(),
            0
        );
        assert!(verb("denied").is_some_and(|cue| cue.denies && cue.form == Form::Finite));
        assert!(verb("saying").is_some_and(|cue| cue.form == Form::Gerund));
        assert_eq!(verb("house"), None);
    }
}
