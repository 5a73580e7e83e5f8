//! Upgrade records as the trace log repeats them: whole upgrade lines inside the message column.

use super::bracketed::Bracketed;
use super::columns::UPGRADE_AREA;
use super::{Level, Record};
use crate::bytes;
use crate::calendar::invariant_hundredths;

/// How ULS wraps the upgrade records of a version.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Embedding {
    /// 2010: the bracketed line, at tag `fbv7` and level Medium.
    Bracketed(Bracketed),
    /// 2013 and later: the columns with single blanks between them, at the tag of the record.
    Columns,
}

/// One line for the message column, with the tag and level of the line around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrapped {
    pub(crate) tag: String,
    pub(crate) level: Level,
    pub(crate) message: String,
}

impl Embedding {
    /// The trace lines that repeat a record: one for each prefixed line it has in its own log.
    pub(crate) fn wrap(self, record: &Record<'_>) -> Vec<Wrapped> {
        match self {
            Self::Bracketed(bracketed) => {
                let mut lines = Vec::new();
                bracketed.write(record, &mut lines);
                String::from_utf8_lossy(&lines)
                    .lines()
                    .map(|line| Wrapped {
                        tag: "fbv7".to_owned(),
                        level: Level::Medium,
                        message: line.to_owned(),
                    })
                    .collect()
            }
            Self::Columns => {
                let level = if matches!(record.level, Level::Debug | Level::Error) {
                    Level::High
                } else {
                    Level::Medium
                };
                vec![Wrapped { tag: record.tag.to_owned(), level, message: blank_separated(record) }]
            }
        }
    }
}

fn blank_separated(record: &Record<'_>) -> String {
    let mut out = Vec::new();
    invariant_hundredths(&mut out, record.at.parts());
    bytes::text(&mut out, " ");
    bytes::text(&mut out, record.lane.process);
    bytes::text(&mut out, " (");
    bytes::hexadecimal(&mut out, record.lane.pid);
    bytes::text(&mut out, ") ");
    bytes::hexadecimal(&mut out, record.lane.tid);
    let message = record.flattened();
    for text in [UPGRADE_AREA, record.component, record.tag, record.level.word(), &message] {
        bytes::text(&mut out, " ");
        bytes::text(&mut out, text);
    }
    if let Some(id) = record.correlation {
        bytes::text(&mut out, " ");
        out.extend_from_slice(&id.text());
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{exception, lane, record};
    use super::super::{Level, Record};
    use super::{Bracketed, Embedding};
    use crate::culture::Culture;
    use crate::prng::Prng;

    #[test]
    fn tabs_of_2013_become_single_blanks() {
        let (lane, id) = (lane(), Prng::new(1).guid());
        let record = Record {
            correlation: Some(id),
            tag: "ajyw6",
            component: "SPHierarchyManager",
            ..record(&lane, Level::Debug, "[SPTree Value=X] added to dependency cache by lookup")
        };
        let wrapped = Embedding::Columns.wrap(&record);
        let expected = format!(
            "03/04/2026 22:10:24.10 OWSTIMER (0x0780) 0x1844 SharePoint Foundation Upgrade SPHierarchyManager ajyw6 DEBUG [SPTree Value=X] added to dependency cache by lookup {id}"
        );
        assert_eq!(
            wrapped.first().map(|line| (line.level, line.message.as_str())),
            Some((Level::High, expected.as_str()))
        );
    }

    #[test]
    fn every_prefixed_line_of_2010_is_a_trace_line() {
        let (lane, exception) = (lane(), exception());
        let record = Record { exception: Some(&exception), ..record(&lane, Level::Error, "Failed.") };
        let bracketed = Bracketed { culture: Culture::EnUs, with_process: true };
        assert_eq!(Embedding::Bracketed(bracketed).wrap(&record).len(), 3);
    }
}
