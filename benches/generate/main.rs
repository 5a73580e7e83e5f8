//! Writes invented SharePoint logs: big ones for benchmarks, many for scheduling, farms with a known truth, and
//! the samples of this repository, add-ins among them. The same seed gives the same bytes on every machine.

mod addins;
mod bulk;
mod bytes;
mod calendar;
mod cli;
mod culture;
mod farm;
mod format;
mod many;
mod output;
mod prng;
mod samples;
mod shape;
mod vocabulary;

use clap::Parser;

fn main() -> anyhow::Result<()> {
    cli::Cli::parse().run()
}
