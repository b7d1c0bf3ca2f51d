//! The tracks behind a list, and who is told of changes.
//!
//! They come and go on any thread, streaming threads included, and whoever looks sees that at once: when an
//! element has its preroll, its lists are filled. Whether a track is on is decided where it comes. Who
//! listens is told on the dispatcher, of all that has changed since.
//!
//! Lock: `state` is a leaf; switches are written under it. Nobody is told under it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use gio::prelude::*;
use gst::glib;

use super::listed::{Listed, Switch};
use super::{CHANGE, Details};
use crate::media::dispatcher::dispatch;
use crate::media::stream::{ADD_TRACK, REMOVE_TRACK};
use crate::model::track_list;

/// Whom a switch switches.
type Player<T> = Arc<dyn Fn(&T) + Send + Sync>;

struct State<T> {
    /// In the order of the resource.
    tracks: Vec<T>,
    /// Those that listeners know of.
    told: Vec<T>,
    /// Somebody is telling them: one change after the other, so that they fit together.
    is_telling: bool,
    /// Which was on when that was told last.
    selection: Option<usize>,
    /// Counts resources: nothing is told any more of the one before.
    resource: u64,
    player: Option<Player<T>>,
}

/// The tracks of a list.
pub(super) struct Members<T: Listed> {
    list: OnceLock<glib::WeakRef<T::List>>,
    state: Mutex<State<T>>,
}

impl<T: Listed> Default for Members<T> {
    fn default() -> Self {
        Self {
            list: OnceLock::new(),
            state: Mutex::new(State {
                tracks: Vec::new(),
                told: Vec::new(),
                is_telling: false,
                selection: None,
                resource: 0,
                player: None,
            }),
        }
    }
}

impl<T: Listed> Members<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called once: whose tracks these are.
    pub fn belong_to(&self, list: &T::List) {
        let _ = self.list.set(list.downgrade());
    }

    fn list(&self) -> Option<T::List> {
        self.list.get().and_then(glib::WeakRef::upgrade)
    }

    pub fn tracks(&self) -> Vec<T> {
        self.lock().tracks.clone()
    }

    pub fn len(&self) -> u32 {
        u32::try_from(self.lock().tracks.len()).unwrap_or(u32::MAX)
    }

    pub fn at(&self, position: u32) -> Option<T> {
        let position = usize::try_from(position).ok()?;
        self.lock().tracks.get(position).cloned()
    }

    /// The first that is on.
    pub fn selection(&self) -> Option<usize> {
        self.lock().selection()
    }

    /// "The first in the list whose id is this."
    pub fn by_id(&self, id: &str) -> Option<T> {
        self.tracks().into_iter().find(|track| track.id() == id)
    }

    /// Who plays the tracks. It hears of every change of a switch, where that is written.
    pub fn played_by(&self, player: Player<T>) {
        let before = self.lock().player.replace(player);
        drop(before);
    }

    /// "Found another track." `named`: whether it is on, if that is decided.
    pub fn add(self: &Arc<Self>, details: Details, named: Option<bool>) -> T {
        let (track, unselected, resource) = self.insert(details, named);
        self.tell(resource, {
            let (members, track) = (self.clone(), track.clone());
            move |list| {
                members.tell_items(list);
                list.emit_by_name::<()>(ADD_TRACK, &[&track]);
                if unselected.is_empty() {
                    return;
                }
                unselected.iter().for_each(|track| track.notify(T::SWITCH));
                members.tell_selection(list);
                list.emit_by_name::<()>(CHANGE, &[]);
            }
        });
        track
    }

    /// The same where nobody can have seen the list yet.
    pub fn begin_with(self: &Arc<Self>, details: Details) {
        let (track, ..) = self.insert(details, None);
        let mut state = self.lock();
        state.told.push(track);
        state.selection = state.selection();
    }

    fn insert(self: &Arc<Self>, details: Details, named: Option<bool>) -> (T, Vec<T>, u64) {
        let track = T::make(details, Switch::of(self));
        let mut state = self.lock();
        let on = track_list::found(named, state.tracks.iter().map(|t| t.switch().get()));
        let at = state.tracks.len();
        state.tracks.push(track.clone());
        // What is on when it comes is no change; that others are not any more is one.
        let mut changed = state.switch(at, on).unwrap_or_default();
        changed.retain(|other| *other != track);
        (track, changed, state.resource)
    }

    /// The resource does not have it any more. It keeps what it was.
    pub fn remove(self: &Arc<Self>, track: &T) {
        let (removed, resource) = {
            let mut state = self.lock();
            let Some(at) = state.tracks.iter().position(|other| other == track) else {
                return;
            };
            (state.tracks.remove(at), state.resource)
        };
        let members = self.clone();
        self.tell(resource, move |list| {
            members.tell_items(list);
            list.emit_by_name::<()>(REMOVE_TRACK, &[&removed]);
        });
    }

    /// There is no resource any more: empty when this returns, without an event.
    pub fn clear(&self) {
        let removed = {
            let mut state = self.lock();
            state.resource += 1;
            std::mem::take(&mut state.tracks)
        };
        drop(removed);
        if let Some(list) = self.list() {
            self.tell_items(&list);
        }
    }

    /// Writes the switch of a track. False: it is not listed.
    pub fn switch(self: &Arc<Self>, track: &T, on: bool) -> bool {
        let (changed, player, resource) = {
            let mut state = self.lock();
            let Some(at) = state.tracks.iter().position(|other| other == track) else {
                return false;
            };
            let changed = state.switch(at, on);
            (changed, state.player.clone(), state.resource)
        };
        let Some(changed) = changed else {
            return true;
        };
        if let Some(player) = player {
            player(track);
        }
        changed.iter().for_each(|track| track.notify(T::SWITCH));
        if let Some(list) = self.list() {
            self.tell_selection(&list);
        }
        self.tell(resource, |list| list.emit_by_name::<()>(CHANGE, &[]));
        true
    }

    /// "Queue a task" of the specification. The tasks of a resource go with it.
    fn tell(self: &Arc<Self>, resource: u64, task: impl FnOnce(&T::List) + Send + 'static) {
        let Some(list) = self.list() else { return };
        let members = self.clone();
        dispatch(move || {
            let is_wanted = members.lock().resource == resource;
            if is_wanted {
                task(&list);
            }
        });
    }

    /// Tells listeners what has changed. Where two threads do that, or a handler of what is told
    /// here, the first one tells it all.
    fn tell_items(&self, list: &T::List) {
        loop {
            let step = self.lock().step();
            let Some(step) = step else { return };
            list.items_changed(step.at, step.removed, step.added);
            if step.removed != step.added {
                list.notify("length");
            }
            self.tell_selection(list);
            self.lock().is_telling = false;
        }
    }

    /// Another track of the list is on, or none, or it is at another place.
    fn tell_selection(&self, list: &T::List) {
        let Some(property) = T::SELECTION else { return };
        let is_new = {
            let mut state = self.lock();
            let selection = state.selection();
            std::mem::replace(&mut state.selection, selection) != selection
        };
        if is_new {
            list.notify(property);
        }
    }
}

/// A change of the list, for `items-changed`.
struct Step<T> {
    at: u32,
    removed: u32,
    added: u32,
    /// Kept until it was told: nothing is dropped under the lock.
    _old: Vec<T>,
}

impl<T: Listed> State<T> {
    /// Writes a switch; says whose changed, or `None` if nothing did.
    fn switch(&mut self, at: usize, on: bool) -> Option<Vec<T>> {
        let mut switches: Vec<_> = self.tracks.iter().map(|t| t.switch().get()).collect();
        let change = track_list::switch(T::RULE, &mut switches, at, on);
        let changed = change.changed.iter().filter_map(|at| {
            let track = self.tracks.get(*at)?;
            track.switch().set(*switches.get(*at)?);
            Some(track.clone())
        });
        let changed: Vec<T> = changed.collect();
        change.is_told.then_some(changed)
    }

    fn selection(&self) -> Option<usize> {
        self.tracks.iter().position(|track| track.switch().get())
    }

    /// What listeners do not know yet: whatever differs between the first and the last that are the
    /// same as they were. `None`: nothing does, or somebody else is telling them.
    fn step(&mut self) -> Option<Step<T>> {
        if self.is_telling || self.told == self.tracks {
            return None;
        }
        let same = |(old, new): &(&T, &T)| old == new;
        let shorter = self.told.len().min(self.tracks.len());
        let front = self.told.iter().zip(&self.tracks).take_while(same).count();
        let back = self.told.iter().rev().zip(self.tracks.iter().rev());
        let back = back.take(shorter - front).take_while(same).count();
        let new = self.tracks.get(front..self.tracks.len() - back)?.to_vec();
        let added = new.len();
        let old: Vec<T> = self
            .told
            .splice(front..self.told.len() - back, new)
            .collect();
        self.is_telling = true;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Some(Step {
            at: number(front),
            removed: number(old.len()),
            added: number(added),
            _old: old,
        })
    }
}
