//! What can be wrong with a pack: a closed list of codes, each an error or advice, with file and line.

use crate::closed_code::closed_code;
use std::fmt;

/// Whether a problem keeps a pack from being imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The format or a rule is broken.
    Error,
    /// Advice from the writing rules.
    Warning,
}

closed_code! {
    /// The kinds of problems.
    pub enum ProblemCode {
        /// A file is not UTF-8.
        NotUtf8 = "not-utf8",
        /// A file is larger than any prose.
        FileTooLarge = "file-too-large",
        /// Not TOML.
        Syntax = "syntax",
        /// A file that must exist does not.
        MissingFile = "missing-file",
        /// A file the format does not know, where it would be read by mistake.
        UnexpectedFile = "unexpected-file",
        /// A required field is not there.
        MissingField = "missing-field",
        /// A field the format does not know.
        UnknownField = "unknown-field",
        /// A number where a text belongs, and the like.
        WrongType = "wrong-type",
        /// A value of the right type that cannot be right: an id, a version, a number out of range.
        Malformed = "malformed",
        /// A word outside a closed list, such as a channel, a family or a construct.
        UnknownValue = "unknown-value",
        /// A format or format version of a later day.
        FormatNotSupported = "format-not-supported",
        /// The id differs from the name of the folder.
        IdMismatch = "id-mismatch",
        /// The same id twice.
        Duplicate = "duplicate",
        /// A text is empty.
        BlankText = "blank-text",
        /// A text is longer than any screen shows.
        TextTooLong = "text-too-long",
        /// Markup (`<`, `>`) or a control character in a text.
        BadCharacter = "bad-character",
        /// A category outside 1 to 4.
        KeyOutOfRange = "key-out-of-range",
        /// The number of experts does not fit the provenance of the key.
        Experts = "experts",
        /// The families are not the five in their order with their constructs.
        Families = "families",
        /// The constructs are not the ten.
        Constructs = "constructs",
        /// The first construct of an action does not belong to its family.
        WrongFamily = "wrong-family",
        /// A language of the pack is missing.
        MissingLanguage = "missing-language",
        /// The actions of the prose are not those of the scenario, in the same order.
        ActionsDiffer = "actions-differ",
        /// Fewer than 4 or more than 5 actions.
        ActionCount = "action-count",
        /// Paragraphs where turns belong, or the reverse.
        MessageKind = "message-kind",
        /// A form names a scenario that the pack lacks.
        UnknownScenario = "unknown-scenario",
        /// The practice scenario also stands among the scenarios of its form, or a further one is on trial too.
        PracticeNotApart = "practice-not-apart",
        /// A trial or further practice scenario does not stand among the scenarios of its form.
        TrialNotInForm = "trial-not-in-form",
        /// The key gives the format nothing to score against: no best and worst, not N right picks, ties in
        /// an order, or options of a node that are all alike.
        KeyUnfit = "key-unfit",
        /// Too few or too many nodes, or options of a node.
        OptionCount = "option-count",
        /// An option goes on at a node that does not exist.
        UnknownNode = "unknown-node",
        /// Nothing leads to a node.
        UnreachableNode = "unreachable-node",
        /// A node of a dialogue may come a second time.
        DialogueCycle = "dialogue-cycle",
        /// Branches of a dialogue stay apart for more than two turns.
        BranchesApart = "branches-apart",
        /// A path of a dialogue has fewer than four or more than seven turns.
        DialogueTurns = "dialogue-turns",
        /// Paths of a dialogue hold different numbers of scored nodes of a family.
        UnevenPaths = "uneven-paths",
        /// An open answer stands among the scored scenarios of a form.
        OpenScored = "open-scored",
        /// A form lacks what the blueprint asks for.
        BlueprintUnmet = "blueprint-unmet",
        /// A media file is of a type that is not taken, or its bytes are not of the type its name says.
        MediaType = "media-type",
        /// A media file stands outside the folder of its scenario.
        MediaPlace = "media-place",
        /// A scenario has more media than a screen bears.
        MediaCount = "media-count",
        /// The languages show media of other kinds or in another order.
        MediaDiffer = "media-differ",
        /// A file of captions is not WebVTT.
        NotWebVtt = "not-webvtt",
        /// Advice: the length of an action gives it away.
        ActionLength = "action-length",
        /// Advice: the scene is too short or too long to read.
        WordCount = "word-count",
        /// Advice: a word judges an action instead of describing it.
        ToneWord = "tone-word",
        /// Advice: the actions are not spread from effective to harmful.
        KeySpread = "key-spread",
        /// Advice: the customer's reply is long for a screen.
        ReplyLength = "reply-length",
        /// Advice: the way that serves the customer's experience best is not the way keyed best.
        BestPath = "best-path",
        /// Advice: a scenario stands in no form.
        UnusedScenario = "unused-scenario",
        /// Advice: a file is not part of the format and was not read.
        IgnoredFile = "ignored-file",
    }
}

impl ProblemCode {
    /// Whether it is an error or advice.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::ActionLength
            | Self::WordCount
            | Self::ToneWord
            | Self::KeySpread
            | Self::ReplyLength
            | Self::BestPath
            | Self::UnusedScenario
            | Self::IgnoredFile => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// One problem of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as its path in the folder.
    pub file: String,
    /// The line, from 1; none when the problem is about the file as a whole.
    pub line: Option<u32>,
    /// The kind.
    pub code: ProblemCode,
    /// What is wrong, as an English sentence for authors.
    pub message: String,
}

impl Problem {
    /// Whether it is an error or advice.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        match self.line {
            Some(line) => write!(f, "{}:{line}: ", self.file)?,
            None => write!(f, "{}: ", self.file)?,
        }
        write!(f, "{severity}[{}]: {}", self.code, self.message)
    }
}
