//! Group commit: reports that come in together are written together, and each is answered after its commit.
//!
//! One writer takes whatever waits, writes it in one transaction and answers all of it. Under load the batch grows and
//! the cost of a commit is shared; alone, a report is written at once.

use std::time::Duration;

use anyhow::anyhow;
use chrono::TimeDelta;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::db::{Away, Pool, line};
use crate::error::{Error, Result};
use crate::metrics;
use crate::refusal::Refused;
use crate::response::intake::store::{self, Outcome};
use crate::response::intake::{Prepared, Receipt};

/// Reports written in one transaction at most.
const BATCH: usize = 256;
/// How long a batch waits for as many reports as the one before it had: whoever was answered then is likely to be back
/// at once. Someone who reports alone waits for nobody.
const GATHER: Duration = Duration::from_millis(2);
/// Reports that may wait; beyond it senders are held back rather than dropped.
const WAITING: usize = 4_096;

type Answer = std::result::Result<Receipt, Failure>;

/// Why a report was not written: by rule, or by a fault; or it comes back, because the calendar changed under it.
enum Failure {
    Refused(Refused),
    Fault(Error),
    Outdated(Box<Prepared>),
}

/// What becomes of a report handed over.
pub enum Submitted {
    Written(Receipt),
    /// Its limits were reckoned with a calendar that has changed since; nothing is written.
    Outdated(Box<Prepared>),
}

struct Waiting {
    report: Box<Prepared>,
    answer: oneshot::Sender<Answer>,
}

/// The way in for reports.
#[derive(Clone)]
pub struct Intake(mpsc::Sender<Waiting>);

/// The other end of it, taken by [`run`].
pub struct Writer(mpsc::Receiver<Waiting>);

pub fn channel() -> (Intake, Writer) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Intake(sender), Writer(receiver))
}

impl Intake {
    /// Hands a report over and waits until it is committed.
    pub async fn submit(&self, report: Box<Prepared>) -> Result<Submitted> {
        let (answer, written) = oneshot::channel();
        let closed = || Error::Internal(anyhow!("the intake is closed"));
        self.0.send(Waiting { report, answer }).await.map_err(|_| closed())?;
        match written.await.map_err(|_| closed())? {
            Ok(receipt) => Ok(Submitted::Written(receipt)),
            Err(Failure::Outdated(report)) => Ok(Submitted::Outdated(report)),
            Err(Failure::Refused(refused)) => Err(refused.into()),
            Err(Failure::Fault(fault)) => Err(fault),
        }
    }
}

/// Writes until every sender is gone, or `stop` is called and nothing waits any more.
pub async fn run(writer: Writer, pool: Pool, clock: Clock, window: TimeDelta, stop: CancellationToken) {
    let Writer(mut receiver) = writer;
    let mut desk = Desk { store: store::Batches::new(pool), clock, window };
    let mut waiting = Vec::with_capacity(BATCH);
    let mut before = 0;
    loop {
        let taken = tokio::select! {
            biased;
            taken = receiver.recv_many(&mut waiting, BATCH) => taken,
            () = stop.cancelled() => 0,
        };
        if taken == 0 {
            return;
        }
        gather(&mut receiver, &mut waiting, before).await;
        before = waiting.len();
        let (reports, answers): (Vec<_>, Vec<_>) = waiting.drain(..).map(|w| (w.report, w.answer)).unzip();
        let results = desk.write(reports).await;
        for (answer, result) in answers.into_iter().zip(results) {
            // A sender that hung up finds its report by its key when it asks again.
            let _ = answer.send(result);
        }
    }
}

/// Takes what comes in a moment until `enough` wait.
async fn gather(receiver: &mut mpsc::Receiver<Waiting>, waiting: &mut Vec<Waiting>, enough: usize) {
    let come = async {
        while waiting.len() < enough {
            if receiver.recv_many(waiting, BATCH - waiting.len()).await == 0 {
                return;
            }
        }
    };
    // Those who are not back by then go with the next batch.
    let _ = timeout(GATHER, come).await;
}

/// Where batches are written.
struct Desk {
    store: store::Batches,
    clock: Clock,
    window: TimeDelta,
}

impl Desk {
    /// Writes a batch; when it fails as a whole, its reports one by one, so that one bad row never takes others with it.
    /// When it is the database that fails, all are told so at once: one by one they would wait for it in turn.
    #[expect(clippy::vec_box, reason = "a report is kilobytes; boxed, it is not copied from batch to batch")]
    async fn write(&mut self, mut reports: Vec<Box<Prepared>>) -> Vec<Answer> {
        match self.together(&mut reports).await {
            Ok(outcomes) => reports.into_iter().zip(outcomes).map(|(r, o)| answer(r, o)).collect(),
            Err(error) if reports.len() == 1 => vec![fault(error)],
            Err(error) if error.is_away() => {
                tracing::warn!(%error, reports = reports.len(), "the database did not take a batch");
                reports.iter().map(|_| Err(Failure::Fault(Away.into()))).collect()
            }
            Err(error) => {
                tracing::warn!(%error, reports = reports.len(), "a batch failed; writing its reports one by one");
                let mut answers = Vec::with_capacity(reports.len());
                for report in reports {
                    answers.push(self.alone(report).await);
                }
                answers
            }
        }
    }

    async fn alone(&mut self, report: Box<Prepared>) -> Answer {
        let mut one = [report];
        match self.together(&mut one).await {
            Ok(mut outcomes) => match (one, outcomes.pop()) {
                ([report], Some(outcome)) => answer(report, outcome),
                (_, None) => fault(anyhow!("no answer").into()),
            },
            Err(error) => fault(error),
        }
    }

    async fn together(&mut self, reports: &mut [Box<Prepared>]) -> Result<Vec<Outcome>> {
        let outcomes = line::unless_lost(self.store.write(reports, self.window, self.clock.now())).await??;
        metrics::batch(reports.len(), outcomes.iter().filter(|o| matches!(o, Outcome::Opened)).count());
        Ok(outcomes)
    }
}

fn answer(report: Box<Prepared>, outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Opened => Ok(Receipt::Opened(Box::new(report.case))),
        Outcome::Known { number, reference } => Ok(Receipt::Known { number, reference }),
        Outcome::Refused(refused) => Err(Failure::Refused(refused)),
        Outcome::Outdated => Err(Failure::Outdated(report)),
    }
}

fn fault(error: Error) -> Answer {
    tracing::error!(%error, "a report could not be written");
    Err(Failure::Fault(error))
}
