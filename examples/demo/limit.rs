//! Nothing here takes for ever: each step has a time after which the program ends, saying where.

use std::process::exit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any step takes on a slow machine with a slow device.
const STEP: Duration = Duration::from_secs(60);

struct Step {
    name: &'static str,
    begun: Instant,
}

/// Watches over the steps of the program.
pub struct Limit(Arc<Mutex<Step>>);

fn lock(step: &Mutex<Step>) -> MutexGuard<'_, Step> {
    step.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Limit {
    /// Begins to watch.
    pub fn start() -> Self {
        let step = Arc::new(Mutex::new(Step {
            name: "starting",
            begun: Instant::now(),
        }));
        let watched = step.clone();
        thread::spawn(move || {
            loop {
                let (name, spent) = {
                    let step = lock(&watched);
                    (step.name, step.begun.elapsed())
                };
                let Some(left) = STEP.checked_sub(spent).filter(|left| !left.is_zero()) else {
                    eprintln!(
                        "\ndemo: gave up: {name} took more than {} s",
                        STEP.as_secs()
                    );
                    exit(1);
                };
                thread::sleep(left);
            }
        });
        Self(step)
    }

    /// The next step begins.
    pub fn enter(&self, name: &'static str) {
        *lock(&self.0) = Step {
            name,
            begun: Instant::now(),
        };
    }

    /// The present step.
    pub fn step(&self) -> &'static str {
        lock(&self.0).name
    }
}
