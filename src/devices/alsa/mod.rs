//! Sound cards, listed by ourselves.
//!
//! GStreamer's `alsadeviceprovider` never notices a plug, opens every device to list it, and leaves out those
//! that somebody uses. So the kernel's own lists are read instead, `/dev/snd` is watched, and a device that is
//! in use stays listed. What a USB device can do stands in `/proc/asound` too: it is never opened, which might
//! keep a sound server, that looks at the new card at the same moment, from taking it. Other cards are opened
//! once, when they are found.

mod cards;
mod device;
mod offer;
mod provider;
mod watch;

pub use provider::AlsaProvider;
