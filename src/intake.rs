//! Group commit: reports that come in together are written together, and each is answered after its commit.
//!
//! One writer takes whatever waits, writes it in one transaction and answers all of it. Under load the batch grows and
//! the cost of a commit is shared; alone, a report is written at once.

use anyhow::anyhow;
use chrono::TimeDelta;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};
use crate::refusal::Refused;
use crate::response::intake::{Prepared, Receipt, store};

/// Reports written in one transaction at most.
const BATCH: usize = 256;
/// Reports that may wait; beyond it senders are held back rather than dropped.
const WAITING: usize = 4_096;

type Answer = std::result::Result<Receipt, Failure>;

/// Why a report was not written: by rule, or by a fault that the log has in full.
enum Failure {
    Refused(Refused),
    Fault(String),
}

struct Waiting {
    report: Prepared,
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
    pub async fn submit(&self, report: Prepared) -> Result<Receipt> {
        let (answer, written) = oneshot::channel();
        let closed = || Error::Internal(anyhow!("the intake is closed"));
        self.0.send(Waiting { report, answer }).await.map_err(|_| closed())?;
        match written.await.map_err(|_| closed())? {
            Ok(receipt) => Ok(receipt),
            Err(Failure::Refused(refused)) => Err(refused.into()),
            Err(Failure::Fault(fault)) => Err(Error::Internal(anyhow!(fault))),
        }
    }
}

/// Writes until every sender is gone, or `stop` is called and nothing waits any more.
pub async fn run(mut writer: Writer, pool: sqlx::PgPool, clock: crate::clock::Clock, window: TimeDelta, stop: CancellationToken) {
    let mut waiting = Vec::with_capacity(BATCH);
    loop {
        let taken = tokio::select! {
            biased;
            taken = writer.0.recv_many(&mut waiting, BATCH) => taken,
            () = stop.cancelled() => 0,
        };
        if taken == 0 {
            return;
        }
        let (reports, answers): (Vec<_>, Vec<_>) = waiting.drain(..).map(|w| (w.report, w.answer)).unzip();
        let results = write(&pool, &clock, window, reports).await;
        for (answer, result) in answers.into_iter().zip(results) {
            // A sender that hung up finds its report by its key when it asks again.
            let _ = answer.send(result);
        }
    }
}

/// Writes a batch; when it fails as a whole, its reports one by one, so that one bad row never takes others with it.
async fn write(pool: &sqlx::PgPool, clock: &crate::clock::Clock, window: TimeDelta, reports: Vec<Prepared>) -> Vec<Answer> {
    if reports.len() == 1 {
        return vec![alone(pool, clock, window, reports).await];
    }
    let copies = reports.clone();
    match together(pool, clock, window, reports).await {
        Ok(answers) => answers.into_iter().map(|a| a.map_err(Failure::Refused)).collect(),
        Err(error) => {
            tracing::warn!(%error, reports = copies.len(), "a batch failed; writing its reports one by one");
            let mut answers = Vec::with_capacity(copies.len());
            for report in copies {
                answers.push(alone(pool, clock, window, vec![report]).await);
            }
            answers
        }
    }
}

async fn together(
    pool: &sqlx::PgPool,
    clock: &crate::clock::Clock,
    window: TimeDelta,
    reports: Vec<Prepared>,
) -> Result<Vec<std::result::Result<Receipt, Refused>>> {
    let mut conn = pool.acquire().await?;
    store::write(&mut conn, reports, window, clock.now()).await
}

async fn alone(pool: &sqlx::PgPool, clock: &crate::clock::Clock, window: TimeDelta, report: Vec<Prepared>) -> Answer {
    match together(pool, clock, window, report).await {
        Ok(mut answers) => match answers.pop() {
            Some(answer) => answer.map_err(Failure::Refused),
            None => Err(Failure::Fault("no answer".to_owned())),
        },
        Err(error) => {
            tracing::error!(%error, "a report could not be written");
            Err(Failure::Fault(error.to_string()))
        }
    }
}
