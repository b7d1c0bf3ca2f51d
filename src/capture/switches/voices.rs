//! Several switches that mute for the same reason: muted while one of them says so.
//!
//! The worker knows reasons, not switches. Told by each of them for itself, it would take one that is
//! open for the end of what another one does.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::message::Message;
use super::Switch;
use crate::model::lifecycle::MutedReason;

/// How long the first answers may take. They come within milliseconds, unless a card or a daemon hangs.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Default)]
struct State {
    /// What each said last; `None`: nothing yet.
    said: Vec<Option<bool>>,
    /// Nobody before the first answers are there, and nobody after the end.
    listener: Option<Sender<Message>>,
    /// What the listener was told last.
    told: Option<bool>,
}

impl State {
    fn tell(&mut self) {
        let muted = self.said.contains(&Some(true));
        let Some(listener) = &self.listener else {
            return;
        };
        if self.told.replace(muted) != Some(muted) {
            let _ = listener.send(Message::Mute(MutedReason::System, muted));
        }
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    spoken: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The switches of one device that mute for the reason `system`.
#[derive(Default)]
pub(super) struct Voices(Arc<Shared>);

impl Voices {
    /// One more switch.
    pub fn voice(&self) -> Voice {
        let mut state = self.0.state();
        state.said.push(None);
        Voice {
            shared: self.0.clone(),
            index: state.said.len() - 1,
        }
    }

    /// Tells what they say together: now, once all have spoken or had the time to, and with every
    /// change until what is returned is dropped.
    pub fn begin(self, messages: Sender<Message>) -> Box<dyn Switch> {
        let silent = |state: &mut State| state.said.contains(&None);
        let state = self.0.state();
        let waited = self.0.spoken.wait_timeout_while(state, PATIENCE, silent);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.listener = Some(messages);
        state.tell();
        drop(state);
        Box::new(self)
    }
}

impl Switch for Voices {}

impl Drop for Voices {
    fn drop(&mut self) {
        self.0.state().listener = None;
    }
}

/// One switch. What it said last counts for as long as the device is watched; one that goes without a word
/// has nothing against it.
pub(super) struct Voice {
    shared: Arc<Shared>,
    index: usize,
}

impl Voice {
    /// The switch is off (`true`) or on.
    pub fn says(&self, muted: bool) {
        self.set(Some(muted));
    }

    /// There is nothing more to wait for at present.
    pub fn has_spoken(&self) {
        self.set(None);
    }

    /// `None`: nothing new, but an answer to who waits for the first one.
    fn set(&self, said: Option<bool>) {
        let mut state = self.shared.state();
        if let Some(before) = state.said.get_mut(self.index) {
            *before = said.or(*before).or(Some(false));
        }
        state.tell();
        drop(state);
        self.shared.spoken.notify_all();
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.has_spoken();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    fn told(heard: &Receiver<Message>) -> Vec<bool> {
        let is_muted = |message| match message {
            Message::Mute(MutedReason::System, muted) => muted,
            _ => panic!("something else"),
        };
        heard.try_iter().map(is_muted).collect()
    }

    #[test]
    fn one_that_is_open_does_not_speak_for_the_other() {
        let (messages, heard) = channel();
        let voices = Voices::default();
        let (one, other) = (voices.voice(), voices.voice());
        one.says(true);
        other.says(false);
        let watch = voices.begin(messages);
        assert_eq!(told(&heard), [true], "the present state, once");
        other.says(true);
        one.says(false);
        assert!(told(&heard).is_empty(), "still muted by one");
        other.says(false);
        other.says(false);
        assert_eq!(told(&heard), [false]);
        drop(watch);
        one.says(true);
        assert!(told(&heard).is_empty(), "nobody listens any more");
    }

    #[test]
    fn what_ends_has_spoken() {
        let (messages, heard) = channel();
        let voices = Voices::default();
        drop(voices.voice());
        let lost = voices.voice();
        lost.says(true);
        drop(lost);
        let _watch = voices.begin(messages);
        assert_eq!(told(&heard), [true]);
    }

    #[test]
    fn without_switches_nothing_is_off() {
        let (messages, heard) = channel();
        let _watch = Voices::default().begin(messages);
        assert_eq!(told(&heard), [false]);
    }
}
