//! The capture switch of a sound card: `amixer`, `alsamixer`, the mute key of a headset.

use std::ffi::CString;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::thread;

use ::alsa::mixer::{Elem, Mixer, Selem, SelemChannelId};
use ::alsa::poll::{self, Flags, pollfd};

use super::element::{Element, is_cut};
use super::voices::{Voice, Voices};
use super::{Switch, property_of};
use crate::capture::CAT;
use crate::devices::{Api, Node};

/// Dropped, it closes its end, which ends the thread.
struct Watch {
    _end: UnixStream,
}

impl Switch for Watch {}

/// Watches the mixer of the card on a thread of its own, which a card that hangs takes along.
pub(super) fn watch(node: &Node, voices: &Voices) -> Option<Box<dyn Switch>> {
    let card = CString::new(card(node)?).ok()?;
    let pcm = property_of(node, "alsa.name").unwrap_or_default();
    let (end, ended) = UnixStream::pair().ok()?;
    let voice = voices.voice();
    let thread = move || {
        if let Err(error) = listen(card, &pcm, &voice, &ended) {
            // Unplugged, most of the time.
            gst::debug!(CAT, "the mixer of \"{pcm}\" is watched no more: {error}");
        }
    };
    let name = "mediastream-mix".to_owned();
    thread::Builder::new().name(name).spawn(thread).ok()?;
    Some(Box::new(Watch { _end: end }))
}

/// The card by the name that its mixer is opened by.
///
/// Where PipeWire throws the card's switches itself, it says so, and knows better which one counts.
fn card(node: &Node) -> Option<String> {
    match node.api {
        Api::Alsa => card_of_pcm(node.path.as_deref()?),
        Api::PipeWire => {
            let profile = property_of(node, "device.profile.name");
            profile.filter(|profile| profile.starts_with("pro-"))?;
            let number = property_of(node, "api.alsa.pcm.card")?;
            Some(format!("hw:{number}"))
        }
        _ => None,
    }
}

/// `hw:Camera` for `hw:Camera,0` and for `front:CARD=Camera,DEV=0`.
fn card_of_pcm(pcm: &str) -> Option<String> {
    let card = pcm.split_once(':')?.1.split(',').next()?;
    let card = card.strip_prefix("CARD=").unwrap_or(card);
    (!card.is_empty()).then(|| format!("hw:{card}"))
}

/// Returns when `ended` is, when the card is gone, and at once if it has no switch.
fn listen(card: CString, pcm: &str, voice: &Voice, ended: &UnixStream) -> ::alsa::Result<()> {
    let mut mixer = Mixer::open(true)?;
    mixer.attach(&card)?;
    Selem::register(&mut mixer)?;
    mixer.load()?;
    let end = pollfd {
        fd: ended.as_raw_fd(),
        events: Flags::IN.bits(),
        revents: 0,
    };
    while let Some(muted) = is_cut(&elements(&mixer), pcm) {
        voice.says(muted);
        let heard = match poll::poll_all(&[&end, &mixer], -1) {
            Ok(heard) => heard,
            Err(error) if is_interrupted(&error) => continue,
            Err(error) => return Err(error),
        };
        let is_over = |flags: &Flags| flags.intersects(Flags::ERR | Flags::HUP | Flags::NVAL);
        if heard.iter().any(|(_, flags)| is_over(flags)) {
            // A card that was unplugged keeps its number until it is let go of.
            return Ok(());
        }
        mixer.handle_events()?;
    }
    Ok(())
}

fn is_interrupted(error: &::alsa::Error) -> bool {
    io::Error::from_raw_os_error(error.errno()).kind() == io::ErrorKind::Interrupted
}

fn elements(mixer: &Mixer) -> Vec<Element> {
    mixer.iter().filter_map(element).collect()
}

fn element(elem: Elem<'_>) -> Option<Element> {
    let selem = Selem::new(elem).filter(Selem::has_capture_switch)?;
    let id = selem.get_id();
    let passes = |channel: &SelemChannelId| {
        selem.has_capture_channel(*channel) && selem.get_capture_switch(*channel) != Ok(0)
    };
    Some(Element {
        name: id.get_name().ok()?.to_owned(),
        index: id.get_index(),
        is_on: SelemChannelId::all().iter().any(passes),
    })
}

#[cfg(test)]
mod tests {
    use super::card_of_pcm;

    #[test]
    fn the_card_of_a_pcm() {
        let card = |pcm| card_of_pcm(pcm).unwrap_or_default();
        assert_eq!(card("hw:Camera,0"), "hw:Camera");
        assert_eq!(card("hw:1"), "hw:1");
        assert_eq!(card("front:CARD=PCH,DEV=0"), "hw:PCH");
        assert_eq!(card("default"), "");
        assert_eq!(card("hw:,0"), "");
    }
}
