//! The answer writer: concurrent answers share transactions (group commit). Requests hand over a command; one thread
//! commits what has gathered and answers each request only after its commit.
//!
//! State, deadline and epoch are checked in the transaction that stores ([`batch`]). Nothing here knows HTTP.

pub(crate) mod batch;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use chrono::NaiveDateTime;
use domain::attempt::save::{SaveVerdict, StoredAnswer};
use domain::attempt::{Epoch, Place, Sequence, StepRefused};
use domain::form::ItemIndex;
use domain::ids::PublicId;
use domain::item::Response;
use domain::item::open::OpenText;
use domain::language::Language;
use store::error::StoreError;
use tokio::sync::{mpsc, oneshot};

use crate::attempt_cookie::AttemptCookie;
use crate::error::ServiceError;
use crate::state::Services;

/// The field of [`ServiceError::Invalid`] when the answers of a scenario do not go together; its codes are
/// `same_best_and_worst`, `too_many_picks`, `repeated_place`, `place_left_out`, `turn_sent_already`, `not_this_turn` and
/// `text_too_long`; and `changed_elsewhere` when another tab or device was quicker.
pub const ANSWERS_FIELD: &str = "answers";

/// Most commands that share one transaction.
const LARGEST_BATCH: usize = 256;
/// Most commands that wait: beyond this the server is overloaded, and saying so early is kinder than a late answer.
const LONGEST_QUEUE: usize = 8_192;

/// An answer to one action, as a form or an island sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentAnswer {
    /// The action.
    pub item: ItemIndex,
    /// The last stored sequence that the page was rendered from. The save itself has the next one.
    pub base: Sequence,
    /// The answer.
    pub value: SentValue,
}

/// What is sent for one action. Which of the two it must be, and which numbers there are, the form's format says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentValue {
    /// A rating, a pick, a place, a choice.
    Number(u8),
    /// An open text.
    Text(OpenText),
}

impl From<Response> for SentValue {
    /// The number of an answer that has no text.
    fn from(response: Response) -> Self {
        Self::Number(response.number())
    }
}

/// What a request asks of one attempt: answers to store and, when all of them were taken, a step to make.
#[derive(Clone, Debug)]
pub struct SaveCommand {
    /// The cookie that came with the request.
    pub cookie: AttemptCookie,
    /// The attempt that the form or the island was rendered for.
    pub attempt: PublicId,
    /// The epoch that stands there.
    pub epoch: Epoch,
    /// The language that was shown.
    pub language: Language,
    /// The answers.
    pub answers: Vec<SentAnswer>,
    /// The scenario whose form was sent: it holds answers to no other.
    pub within: Option<Place>,
    /// What else changes.
    pub step: Step,
}

/// What changes beside answers. Everything absent: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Go to a place.
    pub to: Option<Direction>,
    /// Flag a scenario, or take its flag away.
    pub flag: Option<(u16, bool)>,
    /// Go on in another language.
    pub language: Option<Language>,
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The place after this one; half-way, the first time, only when the pause was offered.
    After {
        /// The place that the page showed.
        from: Place,
        /// Whether the pause was offered: otherwise it comes first.
        pause_offered: bool,
    },
    /// The place before this one.
    Before(Place),
    /// This place.
    To(Place),
}

/// What became of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemOutcome {
    /// The action.
    pub item: ItemIndex,
    /// The verdict; [`SaveVerdict::Store`] means that it is on disk now.
    pub verdict: SaveVerdict,
    /// What the server holds now.
    pub last: Option<StoredAnswer>,
}

/// What became of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// Made, or there was none to make; the attempt is here now.
    Made {
        /// Where the candidate is.
        position: Place,
        /// The furthest place.
        furthest: Place,
        /// Whether the half-way pause comes first: the attempt stayed where it was.
        is_half_way: bool,
    },
    /// Left alone, because an answer was not taken.
    LeftAlone,
    /// Refused.
    Refused(StepRefused),
}

/// What became of a command. It was committed before this was made.
#[derive(Clone, Debug)]
pub struct SaveOutcome {
    /// When it was stored, UTC.
    pub at: NaiveDateTime,
    /// One entry per answer, in the order sent; none for a box or a text that was blank and still is.
    pub items: Vec<ItemOutcome>,
    /// The step.
    pub step: StepOutcome,
}

impl SaveOutcome {
    /// Whether every answer is on disk and the step was made.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self.step, StepOutcome::Made { .. })
            && self.items.iter().all(|item| item.verdict.is_acknowledged())
    }
}

type Answer = oneshot::Sender<Result<SaveOutcome, ServiceError>>;

enum Message {
    Save(Box<SaveCommand>, Answer),
    Stop,
}

/// The handle of the writer: cheap to clone, one for the whole process.
#[derive(Clone)]
pub struct AnswerWriter {
    sender: mpsc::Sender<Message>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl AnswerWriter {
    /// Starts the writer's thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(services: Services) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel(LONGEST_QUEUE);
        let thread = std::thread::Builder::new()
            .name("answer-writer".to_owned())
            .spawn(move || write_batches(&services, receiver))?;
        Ok(Self { sender, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Stores the answers of a command and makes its step. When this returns, it is on disk or it was refused.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] when the cookie opens no attempt, [`ServiceError::Conflict`] `other_attempt` when
    /// the form was rendered for another one, [`ServiceError::Invalid`] for an action or a language that the form does
    /// not have, and of the field [`ANSWERS_FIELD`] for answers that do not go together (then nothing of them was
    /// stored), [`ServiceError::Unavailable`] when the database cannot take it now: then nothing was stored.
    pub async fn save(&self, command: SaveCommand) -> Result<SaveOutcome, ServiceError> {
        let (answer, outcome) = oneshot::channel();
        self.sender
            .try_send(Message::Save(Box::new(command), answer))
            .map_err(|_| unavailable("the answer writer takes nothing now"))?;
        outcome.await.map_err(|_| unavailable("the answer writer has stopped"))?
    }

    /// Stores the answers of a command from a thread that may wait: for tests and simulations.
    ///
    /// # Errors
    /// As [`AnswerWriter::save`].
    pub fn save_blocking(&self, command: SaveCommand) -> Result<SaveOutcome, ServiceError> {
        let (answer, outcome) = oneshot::channel();
        self.sender
            .blocking_send(Message::Save(Box::new(command), answer))
            .map_err(|_| unavailable("the answer writer takes nothing now"))?;
        outcome.blocking_recv().map_err(|_| unavailable("the answer writer has stopped"))?
    }

    /// Stops the writer once it has finished what it accepted; waits for it. What comes later is refused.
    pub fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A full queue drains; a closed one means that the thread has ended already.
            while let Err(mpsc::error::TrySendError::Full(_)) = self.sender.try_send(Message::Stop) {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            if thread.join().is_err() {
                tracing::error!("the answer writer ended in a panic");
            }
        }
    }
}

fn unavailable(reason: &str) -> ServiceError {
    ServiceError::Unavailable(StoreError::Unavailable(reason.to_owned()))
}

fn write_batches(services: &Services, mut receiver: mpsc::Receiver<Message>) {
    let mut batch: Vec<(SaveCommand, Answer)> = Vec::with_capacity(LARGEST_BATCH);
    while let Some(first) = receiver.blocking_recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Save(command, answer) => batch.push((*command, answer)),
                // What was accepted before is still in the channel and comes out of it.
                Message::Stop => receiver.close(),
            }
            next = (batch.len() < LARGEST_BATCH).then(|| receiver.try_recv().ok()).flatten();
        }
        write_batch(services, &mut batch);
    }
}

fn write_batch(services: &Services, batch: &mut Vec<(SaveCommand, Answer)>) {
    if batch.is_empty() {
        return;
    }
    let commands: Vec<&SaveCommand> = batch.iter().map(|(command, _)| command).collect();
    let outcomes = store_together(services, &commands);
    for ((_, answer), outcome) in batch.drain(..).zip(outcomes) {
        // Whoever asked may have gone away; what was stored stays stored.
        let _ = answer.send(outcome);
    }
}

type Outcome = Result<SaveOutcome, ServiceError>;

/// One outcome per command, in order.
fn store_together(services: &Services, commands: &[&SaveCommand]) -> Vec<Outcome> {
    let result = catch_unwind(AssertUnwindSafe(|| batch::store(services, commands)))
        .unwrap_or_else(|_| Err(ServiceError::broken("a batch of answers ended in a panic")));
    match result {
        Ok(outcomes) => outcomes,
        // The database takes nothing: asking again for each alone would only make everybody wait longer.
        Err(ServiceError::Unavailable(cause)) => {
            let text = cause.to_string();
            commands.iter().map(|_| Err(unavailable(&text))).collect()
        }
        Err(error) if commands.len() == 1 => vec![Err(error)],
        // One command may be at fault: the others must not suffer.
        Err(error) => {
            tracing::error!(%error, batch.size = commands.len(), "a batch of answers failed, each is tried alone");
            commands.iter().flat_map(|command| store_together(services, &[*command])).collect()
        }
    }
}
