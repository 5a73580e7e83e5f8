//! What can be wrong with a rule file, with the place in it.

use thiserror::Error;

/// One flaw of one rule file.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{path}:{line}: {reason}")]
pub struct RuleError {
    /// The rule file.
    pub path: String,
    /// Line in it, from 1; 0 if the flaw has no line.
    pub line: usize,
    /// What is wrong.
    pub reason: Fault,
}

/// What is wrong with a rule file. The messages say which key or table, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Fault {
    /// The text is not TOML. Carries the line with a mark under the place.
    #[error("{message}\n{snippet}")]
    Syntax {
        /// What the TOML parser says.
        message: String,
        /// The line, with a mark under the place.
        snippet: String,
    },
    /// A key that a rule file does not have: often a slip of the pen.
    #[error("unknown key `{key}`, expected one of {}", expected.join(", "))]
    UnknownKey {
        /// The key as written.
        key: String,
        /// The keys this table has.
        expected: &'static [&'static str],
    },
    /// A key that every rule file has is not there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A value of another type.
    #[error("`{key}` must be {expected}, not {found}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// The type it has.
        expected: &'static str,
        /// The type that was written.
        found: &'static str,
    },
    /// A word outside a closed list.
    #[error("`{key}` cannot be \"{found}\", expected one of {expected}")]
    UnknownWord {
        /// The key.
        key: &'static str,
        /// The word as written.
        found: String,
        /// The list.
        expected: String,
    },
    /// Nothing is written where something must be.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// A code that is none.
    #[error("\"{found}\" is not a rule code: {form}")]
    Code {
        /// The code as written.
        found: String,
        /// What a code looks like.
        form: &'static str,
    },
    /// An error number that is none.
    #[error("\"{0}\" is not an error number: 0x and hexadecimal digits, like 0x80070005")]
    ErrorNumber(String),
    /// A name that is not in kebab case.
    #[error("\"{0}\" is not a rule name: lower-case words joined by hyphens, like sts-refused")]
    Name(String),
    /// A built-in rule in a file with another name.
    #[error("the file must be called {0}")]
    FileName(String),
    /// A code or name that another rule has.
    #[error("{key} {value} is taken by {other}")]
    Taken {
        /// `code` or `name`.
        key: &'static str,
        /// The code or name.
        value: String,
        /// The file of the rule that has it.
        other: String,
    },
    /// The explanation lacks its three headings, or has them in another order.
    #[error(
        "`explanation` must have the headings \"## What happened\", \"## Why\" and \"## What to do\", in this order"
    )]
    Headings,
    /// Nothing says how the rule is recognised.
    #[error("a rule needs a [[pattern]] or `coded`")]
    NothingToRecognise,
    /// Only the program's own rules can name a function of the program.
    #[error("`coded` is for built-in rules only, write a [[pattern]]")]
    CodedUserRule,
    /// A regex that does not compile.
    #[error("the regex does not compile: {0}")]
    Regex(String),
    /// A match without any of the literals is possible, so the gate would lose it.
    #[error("a match need not contain any of the literals, so they cannot be searched for first")]
    LiteralsNotProven,
    /// A literal that is in nearly every line.
    #[error("the literal \"{0}\" is too short to be worth searching for, at least 4 characters")]
    ShortLiteral(String),
    /// A key names a capture that no pattern has.
    #[error("`{key}` names the capture \"{group}\", which no pattern has")]
    NoSuchCapture {
        /// `object`, `group_by` or `captures`.
        key: &'static str,
        /// The capture.
        group: String,
    },
    /// A pattern looks at logs that the rule does not.
    #[error("the pattern looks at {0} logs, the rule does not")]
    ForeignLog(&'static str),
    /// Too few examples or counter-examples.
    #[error("{found} of [[{table}]], a rule like this needs {needed}")]
    TooFew {
        /// `example` or `counter_example`.
        table: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// An example in which no literal occurs.
    #[error("the example contains none of the literals")]
    ExampleWithoutLiteral,
    /// A link that is no web address.
    #[error("\"{0}\" is not a web address")]
    Link(String),
    /// `caused_by` or `supersedes` names a code that no rule has.
    #[error("`{key}` names {code}, which no rule has")]
    NoSuchRule {
        /// `caused_by` or `supersedes`.
        key: &'static str,
        /// The code.
        code: String,
    },
    /// `caused_by` or `supersedes` names the rule itself.
    #[error("`{0}` names the rule itself")]
    NamesItself(&'static str),
    /// An example that its rule does not match.
    #[error("the example is not matched by its rule")]
    ExampleNotMatched,
    /// An example that is matched, with another capture than it says.
    #[error("the capture \"{group}\" of the example is {found}, expected \"{expected}\"")]
    ExampleCapture {
        /// The capture.
        group: String,
        /// What came out, quoted, or `absent`.
        found: String,
        /// What the example says.
        expected: String,
    },
    /// A counter-example that the rule matches.
    #[error("the counter-example is matched by its rule")]
    CounterExampleMatched,
    /// An example that another rule matches, and neither rule says so.
    #[error(
        "the example is also matched by {code} of {other}, and neither declares it in `supersedes` or `caused_by`"
    )]
    ExampleOfAnother {
        /// Code of the other rule.
        code: String,
        /// Its file.
        other: String,
    },
    /// A pattern that no example shows.
    #[error("no example is matched by this pattern")]
    PatternWithoutExample,
}
