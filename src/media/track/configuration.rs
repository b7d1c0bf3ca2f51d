//! Settings that change without the track having asked ("change track configuration" of the
//! Extensions), and the event that says so.

use gst::subclass::prelude::*;

use super::MediaStreamTrack;
use crate::capture::{Membership, Settled};
use crate::model::lifecycle::TrackInput;

impl MediaStreamTrack {
    /// The source was configured. `by_others`: another track or the device itself did it, so the
    /// application is told; else it was a consumer that the application linked. On the dispatcher.
    pub(super) fn configured(&self, settled: Settled, by_others: bool) {
        let membership = self.imp().lock().membership.clone();
        // Those of a generator are its frames'.
        let capabilities = membership.as_ref().map(Membership::capabilities);
        drop(membership);
        let mut state = self.imp().lock();
        if let Some(capabilities) = capabilities {
            state.capabilities = state.lens.capabilities(capabilities);
        }
        // What the track may not see cannot differ.
        let settled = Settled {
            settings: state.lens.settings(settled.settings),
            ..settled
        };
        if !by_others {
            state.settle(settled);
            return;
        }
        let newest = state.pending.as_ref().map_or(state.serial, |p| p.serial);
        if settled.serial >= newest {
            state.pending = Some(settled);
        }
        drop(state);
        self.catch_up_configuration();
    }

    /// Tells what waited: while the track is muted it goes on waiting, once it has ended there is
    /// nothing to tell, and neither is there when nothing differs. On the dispatcher.
    pub(super) fn catch_up_configuration(&self) {
        let event = {
            let mut state = self.imp().lock();
            let Some(settled) = state.pending.take() else {
                return;
            };
            match state.life.apply(TrackInput::Configured) {
                Some(event) => {
                    let differs = state.settings != settled.settings;
                    (state.settle(settled) && differs).then_some(event)
                }
                None => {
                    // Dropped with the track where that has ended.
                    state.pending = Some(settled);
                    None
                }
            }
        };
        if let Some(event) = event {
            self.fire(event);
        }
    }
}
