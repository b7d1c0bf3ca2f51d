//! What `/proc/asound` lists. Pure, but for the reading of two files.

use std::fs;
use std::path::Path;

/// One direction of one PCM of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcm {
    /// The card's number at present.
    pub card: u32,
    /// The card's id, by which it is opened: the user may give it, and it does not move.
    pub id: String,
    pub card_name: String,
    pub long_name: String,
    pub device: u32,
    pub name: String,
    pub is_capture: bool,
    /// Whether the card has another one of this direction.
    pub has_siblings: bool,
}

impl Pcm {
    /// What ALSA calls it.
    pub fn path(&self) -> String {
        format!("hw:{},{}", self.id, self.device)
    }

    /// For people.
    pub fn label(&self) -> String {
        if self.has_siblings {
            format!("{}, {} {}", self.card_name, self.name, self.device)
        } else {
            self.card_name.clone()
        }
    }

    /// Whether one of its substreams is in nobody's use.
    pub fn is_free(&self, proc: &Path) -> bool {
        let direction = if self.is_capture { 'c' } else { 'p' };
        let streams = format!("card{}/pcm{}{direction}", self.card, self.device);
        let Ok(streams) = fs::read_dir(proc.join(streams)) else {
            return false;
        };
        let status = |entry: fs::DirEntry| fs::read_to_string(entry.path().join("status"));
        let mut status = streams.flatten().filter_map(|entry| status(entry).ok());
        status.any(|status| status.trim() == "closed")
    }

    /// The file in `/dev/snd` that exists as long as it does.
    pub fn file(&self) -> String {
        let direction = if self.is_capture { 'c' } else { 'p' };
        format!("pcmC{}D{}{direction}", self.card, self.device)
    }
}

/// All PCMs. None when there is no sound at all.
pub fn read(proc: &Path) -> Vec<Pcm> {
    let text = |file: &str| {
        let bytes = fs::read(proc.join(file)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    parse(&text("cards"), &text("pcm"))
}

fn parse(cards: &str, pcms: &str) -> Vec<Pcm> {
    let cards = parse_cards(cards);
    let mut found = Vec::new();
    for line in pcms.lines() {
        // `01-00: Loopback PCM : Loopback PCM : playback 8 : capture 8`
        let Some((numbers, rest)) = line.split_once(": ") else {
            continue;
        };
        let numbers = numbers.split_once('-');
        let numbers = numbers.map(|(c, d)| (c.parse::<u32>(), d.parse::<u32>()));
        let Some((Ok(card), Ok(device))) = numbers else {
            continue;
        };
        let Some(owner) = cards.iter().find(|owner| owner.card == card) else {
            continue;
        };
        let parts: Vec<_> = rest.split(" : ").map(str::trim).collect();
        for (is_capture, word) in [(true, "capture"), (false, "playback")] {
            let has = |part: &&str| part.split(' ').next() == Some(word);
            if parts.iter().skip(2).any(has) {
                found.push(Pcm {
                    device,
                    name: parts.get(1).copied().unwrap_or_default().to_owned(),
                    is_capture,
                    ..owner.clone()
                });
            }
        }
    }
    for at in 0..found.len() {
        let same =
            |other: &&Pcm| other.card == found[at].card && other.is_capture == found[at].is_capture;
        found[at].has_siblings = found.iter().filter(same).count() > 1;
    }
    found
}

/// Every card as a PCM without a device:
///
/// ```text
///  0 [Camera         ]: USB-Audio - Rig Camera
///                       Rig Rig Camera at usb-vhci_hcd.0-1, high speed
/// ```
fn parse_cards(cards: &str) -> Vec<Pcm> {
    let mut lines = cards.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some((number, rest)) = line.split_once('[') else {
            continue;
        };
        let (Ok(card), Some((id, names))) = (number.trim().parse(), rest.split_once("]:")) else {
            continue;
        };
        let name = names.split_once(" - ").map_or(names, |(_, name)| name);
        let long_name = lines.next_if(|line| line.starts_with("   "));
        found.push(Pcm {
            card,
            id: id.trim().to_owned(),
            card_name: name.trim().to_owned(),
            long_name: long_name.unwrap_or_default().trim().to_owned(),
            device: 0,
            name: String::new(),
            is_capture: false,
            has_siblings: false,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARDS: &str = " 0 [Camera         ]: USB-Audio - Rig Camera
                      Rig Rig Camera at usb-vhci_hcd.0-1, high speed
 1 [Loopback       ]: Loopback - Loopback
                      Loopback 1
";
    const PCMS: &str = "00-00: USB Audio : USB Audio : capture 1
01-00: Loopback PCM : Loopback PCM : playback 8 : capture 8
01-01: Loopback PCM : Loopback PCM : playback 8 : capture 8
";

    #[test]
    fn every_direction_of_every_pcm() {
        let found = parse(CARDS, PCMS);
        let found: Vec<_> = found
            .iter()
            .map(|p| (p.path(), p.file(), p.label()))
            .collect();
        let expected = [
            ("hw:Camera,0", "pcmC0D0c", "Rig Camera"),
            ("hw:Loopback,0", "pcmC1D0c", "Loopback, Loopback PCM 0"),
            ("hw:Loopback,0", "pcmC1D0p", "Loopback, Loopback PCM 0"),
            ("hw:Loopback,1", "pcmC1D1c", "Loopback, Loopback PCM 1"),
            ("hw:Loopback,1", "pcmC1D1p", "Loopback, Loopback PCM 1"),
        ];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn names_are_kept_whole() {
        let found = parse(CARDS, PCMS);
        assert_eq!(found[0].id, "Camera");
        assert_eq!(
            found[0].long_name,
            "Rig Rig Camera at usb-vhci_hcd.0-1, high speed"
        );
    }

    #[test]
    fn no_cards_and_nonsense_are_nothing() {
        assert!(parse("--- no soundcards ---\n", "").is_empty());
        assert!(parse("[]: x\n9 [", "00-00: a : b : capture 1\n:\nxx-yy: z\n").is_empty());
        assert!(read(Path::new("/nonexistent")).is_empty());
    }
}
