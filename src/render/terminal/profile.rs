//! Where the time went, as a tree: the largest nodes on the first screen, all of them in detail.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::session::{ProfileNode, TimeReport};
use crate::render::table::{self, Align};
use crate::text::duration::clock;
use crate::text::quote::terminal as clean;

/// Nodes of the compact tree.
const NODES: usize = 12;

/// A child with so many percent of its parent stands for it in the compact tree.
const MOST: i64 = 85;

/// A node with less than one part in so many of its session is left out of the compact tree.
const SMALLEST: i64 = 100;

/// Columns of a full bar.
const BAR: i64 = 16;

/// Columns of a name: on the first screen, and in detail, where the whole path of a site matters.
const NAME: [usize; 2] = [48, 100];

/// A path starts with the server and the session.
const SESSION: usize = 2;

/// The tree, the largest part first; the compact one of the passes alone, if there are any.
pub(super) fn tree(time: &TimeReport, details: bool) -> Vec<String> {
    let roots = roots(time, details);
    let mut kept: BTreeSet<&[String]> = BTreeSet::new();
    let mut candidates: Vec<(&ProfileNode, &ProfileNode)> = Vec::new();
    for root in &roots {
        candidates.extend(time.subtree(&root.path).iter().map(|node| (*root, node)));
    }
    let all = candidates.len();
    if !details {
        candidates.retain(|(root, node)| node.total * SMALLEST >= root.total && node.total > 0);
        // A parent has at least the time of its child, and comes before it where both have the same.
        candidates.sort_by_key(|(_, node)| (Reverse(node.total), node.path.len(), &node.path));
        candidates.truncate(NODES);
    }
    kept.extend(candidates.iter().map(|(_, node)| node.path.as_slice()));
    if kept.is_empty() {
        return Vec::new();
    }
    let more = match all - kept.len() {
        0 => String::new(),
        left => format!("{} more: --details", table::grouped(left as u64)),
    };
    let heading = ["WHERE THE TIME WENT", "SHARE", "TOTAL", "COUNT", "LONGEST", &more];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    let [short, long] = NAME;
    let (most, name) = if details { (100, long) } else { (MOST, short) };
    let view = View { time, kept: &kept, most, name };
    let shown: Vec<&&ProfileNode> = roots.iter().filter(|root| kept.contains(root.path.as_slice())).collect();
    // A session of which no part is large says no more than the line of its pass.
    let telling = |root: &ProfileNode| details || !view.children(root).is_empty();
    let any_telling = shown.iter().any(|root| telling(root));
    for root in shown.into_iter().filter(|root| telling(root) || !any_telling) {
        view.rows(root, root, &mut rows);
    }
    let mut lines = table::lines(
        &[Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left],
        &rows,
    );
    lines.extend(serial(time));
    lines
}

/// The nodes of the sessions to show, by start.
fn roots(time: &TimeReport, details: bool) -> Vec<&ProfileNode> {
    let only_passes = !details && time.passes().next().is_some();
    let sessions = time.sessions.iter().filter(|session| session.is_pass || !only_passes);
    sessions.filter_map(|session| time.root(session)).filter(|node| node.total > 0).collect()
}

struct View<'a> {
    time: &'a TimeReport,
    kept: &'a BTreeSet<&'a [String]>,
    /// A child with so many percent of its parent is written together with it.
    most: i64,
    /// Columns of a name.
    name: usize,
}

impl View<'_> {
    fn rows(&self, root: &ProfileNode, node: &ProfileNode, rows: &mut Vec<Vec<String>>) {
        let indent = "  ".repeat(node.path.len().saturating_sub(SESSION));
        let (names, node) = self.chain(node);
        rows.push(row(root, node, &table::clipped(&format!("{indent}{names}"), self.name)));
        for child in self.children(node) {
            self.rows(root, child, rows);
        }
    }

    /// A node that holds hardly more than one child is written together with it.
    fn chain<'n>(&'n self, mut node: &'n ProfileNode) -> (String, &'n ProfileNode) {
        let mut names = if node.path.len() == SESSION {
            node.path.iter().map(|name| clean(name)).collect::<Vec<_>>().join(" ")
        } else {
            node.path.last().map(|name| clean(name).into_owned()).unwrap_or_default()
        };
        while node.path.len() > SESSION {
            match self.children(node).as_slice() {
                [only] if only.total * 100 >= node.total * self.most => {
                    names.push_str(" > ");
                    names.push_str(&only.path.last().map(|name| clean(name)).unwrap_or_default());
                    node = only;
                }
                _ => break,
            }
        }
        (names, node)
    }

    fn children(&self, node: &ProfileNode) -> Vec<&ProfileNode> {
        let mut children = self.time.children(&node.path);
        children.retain(|child| self.kept.contains(child.path.as_slice()));
        children.sort_by_key(|child| (Reverse(child.total), &child.path));
        children
    }
}

fn row(root: &ProfileNode, node: &ProfileNode, name: &str) -> Vec<String> {
    let whole = root.total.max(1);
    let part = node.total.clamp(0, whole);
    let bar = usize::try_from((part * BAR + whole / 2) / whole).unwrap_or(0);
    vec![
        name.to_owned(),
        format!("{} %", (part * 100 + whole / 2) / whole),
        clock(node.total),
        table::grouped(node.count),
        clock(node.longest),
        "#".repeat(bar),
    ]
}

/// What an upgrade of the databases at once would bring.
fn serial(time: &TimeReport) -> Option<String> {
    let serial = time.serial.filter(|serial| serial.all - serial.longest >= 1_000)?;
    Some(format!(
        "{} databases were upgraded one after another: {}; in parallel it could be {} at best.",
        table::grouped(serial.databases),
        clock(serial.all),
        clock(serial.longest)
    ))
}
