//! What can be typed, and which module does it.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::addins;
use crate::bulk::{self, BulkFormat, BulkOptions};
use crate::farm::scenario::{self, FarmOptions};
use crate::many;
use crate::output;
use crate::samples;

/// Writes invented SharePoint logs.
#[derive(Debug, Parser)]
#[command(name = "generate-logs")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One big file.
    Bulk(Bulk),
    /// Many files of one size, in the folders of several servers.
    Many(Many),
    /// The logs and exports of a farm, with what is true about it in `truth.json`.
    Farm(Farm),
    /// The sample farms of this repository.
    Samples(Samples),
    /// The sample add-ins of this repository; with --count, packages in bulk instead.
    Addins(Addins),
}

#[derive(Debug, Args)]
struct Bulk {
    /// Format of the file.
    #[arg(long, value_enum)]
    format: BulkFormat,
    /// Size of the file; it ends with the record that reaches it.
    #[arg(long)]
    bytes: u64,
    /// Where to; `-` is standard output.
    #[arg(long)]
    out: PathBuf,
    /// Writes what the file holds, as JSON.
    #[arg(long)]
    truth: Option<PathBuf>,
    #[command(flatten)]
    options: BulkOptions,
}

#[derive(Debug, Args)]
struct Many {
    /// How many files.
    #[arg(long)]
    files: u64,
    /// Size of each.
    #[arg(long)]
    bytes_each: u64,
    /// Folder to write them to.
    #[arg(long)]
    out: PathBuf,
    /// One format for all; without it they take turns.
    #[arg(long, value_enum)]
    format: Option<BulkFormat>,
    #[command(flatten)]
    options: BulkOptions,
}

#[derive(Debug, Args)]
struct Farm {
    /// Folder to write it to.
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    options: FarmOptions,
}

#[derive(Debug, Args)]
struct Samples {
    /// Folder to write them to.
    #[arg(long, default_value = "sample-logs")]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct Addins {
    /// Folder to write them to.
    #[arg(long, default_value = "sample-addins")]
    out: PathBuf,
    /// How many packages.
    #[arg(long)]
    count: Option<u64>,
    /// About the size of each package.
    #[arg(long, default_value_t = 200_000, requires = "count")]
    package_bytes: usize,
    /// Another seed, other packages.
    #[arg(long, default_value_t = 1, requires = "count")]
    seed: u64,
}

impl Cli {
    /// Does what was typed.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Bulk(bulk) => bulk.run(),
            Command::Many(many) => many.run(),
            Command::Farm(farm) => farm.run(),
            Command::Samples(to) => output::files(&to.out, &samples::files()),
            Command::Addins(addins) => addins.run(),
        }
    }
}

impl Bulk {
    fn run(self) -> anyhow::Result<()> {
        let mut file = output::create(&self.out)?;
        let truth = bulk::stream(self.format, self.bytes, many::first_start(), &self.options, &mut file)?;
        file.flush()?;
        self.truth.map_or(Ok(()), |path| output::json(&path, &truth))
    }
}

impl Many {
    fn run(self) -> anyhow::Result<()> {
        let mut truths = std::collections::BTreeMap::new();
        for number in 0..self.files {
            let plan = many::plan(number, self.format, &self.options);
            let mut file = output::create(&self.out.join(Path::new(&plan.path)))?;
            let truth = bulk::stream(plan.format, self.bytes_each, plan.start, &plan.options, &mut file)?;
            file.flush()?;
            truths.insert(plan.path, truth);
        }
        output::json(&self.out.join("truth.json"), &truths)
    }
}

impl Farm {
    fn run(self) -> anyhow::Result<()> {
        let tree = scenario::tree(&self.options);
        output::files(&self.out, &tree.files)?;
        output::json(&self.out.join("truth.json"), &tree.truth)
    }
}

impl Addins {
    fn run(self) -> anyhow::Result<()> {
        let Some(count) = self.count else { return output::files(&self.out, &addins::files()) };
        for number in 0..count {
            let (name, bytes) = addins::bulk_package(number, self.package_bytes, self.seed);
            let mut file = output::create(&self.out.join(name))?;
            file.write_all(&bytes)?;
            file.flush()?;
        }
        Ok(())
    }
}
