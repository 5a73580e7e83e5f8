//! Arguments as they were meant: a text that `explain` gets may begin with dashes, and then is no option.

use std::ffi::OsString;

use super::ExplainArgs;

/// The arguments of the program. Texts of `explain` that begin with dashes have a blank in front, which no option has.
pub fn meant(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|command| command == "explain") {
        let texts = arguments.iter_mut().skip(2).take_while(|argument| *argument != "--");
        texts.filter(|argument| argument.to_str().is_some_and(is_text_with_dashes)).for_each(|argument| {
            let text = std::mem::take(argument);
            *argument = OsString::from(" ");
            argument.push(text);
        });
    }
    arguments
}

/// Whether an argument has dashes in front and is none of `-h`, `--rules`, `--rules=DIR`, nor anything alike.
fn is_text_with_dashes(argument: &str) -> bool {
    let Some(rest) = argument.strip_prefix('-') else { return false };
    let name = rest.strip_prefix('-').unwrap_or(rest).split('=').next().unwrap_or_default();
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    !name.is_empty() && !is_name
}

impl ExplainArgs {
    /// What is to be explained, as it was typed.
    pub fn text(&self) -> String {
        let typed = |word: &'_ String| {
            let dashes = word.strip_prefix(' ').filter(|rest| rest.starts_with('-'));
            dashes.unwrap_or(word).to_owned()
        };
        self.words.iter().map(typed).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::cli::{Cli, Command};
    use clap::Parser;
    use std::ffi::OsString;

    /// Text and folders of rules that `explain` gets, or the kind of the error.
    fn told(arguments: &[&str]) -> Result<(String, usize), clap::error::ErrorKind> {
        let arguments = ["spdoctor", "explain"].iter().chain(arguments).map(OsString::from);
        match Cli::try_parse_from(meant(arguments)).map_err(|error| error.kind())?.command {
            Command::Explain(args) => Ok((args.text(), args.rules.len())),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_text_may_begin_with_dashes() {
        for text in
            ["-----", "---> System.X: no", "- no", "-- no", "--no: it = no", "-2147024891", "--- a\n--- b"]
        {
            assert_eq!(told(&[text]), Ok((text.to_owned(), 0)));
        }
        assert_eq!(told(&["-----", "no", "---"]), Ok(("----- no ---".to_owned(), 0)));
        assert_eq!(told(&["--", "--rules", "-- no"]), Ok(("--rules -- no".to_owned(), 0)));
    }

    #[test]
    fn options_stay_options() {
        use clap::error::ErrorKind;
        assert_eq!(told(&["---> no", "--rules", "my rules"]), Ok(("---> no".to_owned(), 1)));
        assert_eq!(told(&["--rules=my rules", "UA01", "--rules=b"]), Ok(("UA01".to_owned(), 2)));
        assert_eq!(told(&["--help"]), Err(ErrorKind::DisplayHelp));
        assert_eq!(told(&["-h"]), Err(ErrorKind::DisplayHelp));
        assert_eq!(told(&["--rlues", "my", "UA01"]), Err(ErrorKind::UnknownArgument));
        assert_eq!(told(&[]), Err(ErrorKind::MissingRequiredArgument));
    }

    #[test]
    fn other_commands_get_their_arguments_as_they_are() {
        let arguments = ["spdoctor", "upgrade", "--since", "-2h", "---"].map(OsString::from);
        assert_eq!(meant(arguments.clone()), arguments);
    }
}
