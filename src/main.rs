//! Reads what to do, does it, and says why where it can't.

use std::io::Write;
use std::process::ExitCode;

use zhihui::config::Config;
use zhihui::serve;

fn main() -> ExitCode {
    let config = Config::read();
    serve::log::start();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let done = runtime.block_on(serve::run(config));
    // What still runs in the background must not keep the process from ending.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "zhihui: {error:#}");
    ExitCode::FAILURE
}
